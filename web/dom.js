// Elements without markup: what strangers wrote is only ever text.

export function h(tag, attributes = {}, ...children) {
  const element = tag.startsWith("svg:")
    ? document.createElementNS("http://www.w3.org/2000/svg", tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

/** Sets text only where it differs: a screen reader is not told the same again, and nothing is laid out anew. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

/** Makes the list's children those of `items`, by key, keeping the elements that are there. */
export function keep(list, items, key, make, update) {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const known = new Map([...list.children].map((child) => [child.dataset.key, child]));
  let at = list.firstElementChild;
  for (const item of items) {
    const name = String(key(item));
    let element = known.get(name);
    if (element) known.delete(name);
    else {
      element = make(item);
      element.dataset.key = name;
    }
    if (element === at) at = at.nextElementSibling;
    else list.insertBefore(element, at);
    if (update) update(element, item);
  }
  for (const element of known.values()) element.remove();
  // Who is moved loses the focus, and with it the place of whoever works by keyboard.
  if (focused && focused !== document.activeElement && list.contains(focused)) focused.focus({ preventScroll: true });
}
