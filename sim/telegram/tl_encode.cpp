// The writing half of the codec. The writer keeps the first error and does nothing useful after it.
#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

class TlWriter {
 public:
  explicit TlWriter(const TlSchema& schema) : schema_(schema) {}

  void boxed(const TlValue& value) {
    if (const auto* b = value.get<bool>()) {
      append_le(out_, *b ? kTlTrue : kTlFalse);
    } else if (const auto* items = value.get<TlList>()) {
      append_le(out_, kTlVector);
      append_le(out_, static_cast<std::uint32_t>(items->size()));
      for (const auto& item : *items) boxed(item);
    } else if (const auto* object = value.object()) {
      const auto* combinator = schema_.by_name(object->type);
      if (!combinator) return wrong("the schema has no " + std::string(object->type));
      append_le(out_, combinator->id);
      fields(*combinator, *object);
    } else {
      wrong("neither an object, a Bool nor a vector");
    }
  }

  [[nodiscard]] const std::string& error() const { return error_; }
  std::string take() { return std::move(out_); }

 private:
  void fields(const TlCombinator& combinator, const TlObject& object) {
    for (std::size_t i = 0; i < combinator.arguments.size(); ++i) {
      const auto& argument = combinator.arguments[i];
      if (argument.kind == TlKind::flags) {
        append_le(out_, flags_word(combinator, static_cast<int>(i), object));
        continue;
      }
      if (argument.flags_argument >= 0 && (argument.kind == TlKind::present || !object.has(argument.name)))
        continue;
      const auto* held = object.find(argument.name);
      static const TlValue kAbsent;
      if (argument.vector)
        list(argument, held ? *held : kAbsent, combinator);
      else
        scalar(argument, held ? *held : kAbsent, combinator);
    }
  }

  static std::uint32_t flags_word(const TlCombinator& combinator, int index, const TlObject& object) {
    std::uint32_t word = 0;
    for (const auto& argument : combinator.arguments)
      if (argument.flags_argument == index && object.has(argument.name))
        word |= 1U << static_cast<unsigned>(argument.bit);
    return word;
  }

  void list(const TlArgument& argument, const TlValue& value, const TlCombinator& combinator) {
    static const TlList kEmpty;
    const auto* items = value.get<TlList>();
    if (!items) items = &kEmpty;
    if (!argument.bare_vector) append_le(out_, kTlVector);
    append_le(out_, static_cast<std::uint32_t>(items->size()));
    for (const auto& item : *items) {
      if (argument.bare && item.object())
        fields(*argument.bare, *item.object());
      else
        scalar(argument, item, combinator);
    }
  }

  void scalar(const TlArgument& argument, const TlValue& value, const TlCombinator& owner) {
    const auto* integer = value.get<std::int64_t>();
    const auto* real = value.get<double>();
    const auto* text = value.get<std::string>();
    switch (argument.kind) {
      case TlKind::int32:
        return append_le(out_, static_cast<std::int32_t>(integer ? *integer : 0));
      case TlKind::int64:
        return append_le(out_, integer ? *integer : std::int64_t{0});
      case TlKind::float64:
        return append_le(out_, real ? *real : integer ? static_cast<double>(*integer) : 0.0);
      case TlKind::text:
        return append_tl_bytes(out_, text ? std::string_view(*text) : std::string_view());
      case TlKind::int128:
        return fixed(text, 16);
      case TlKind::int256:
        return fixed(text, 32);
      case TlKind::boolean:
        return append_le(out_, value.empty() ? kTlFalse : kTlTrue);
      case TlKind::flags:
      case TlKind::present:
        return;
      case TlKind::object:
        if (value.get<std::monostate>()) return wrong(owner.name + " needs a " + argument.name);
        return boxed(value);
    }
  }

  void fixed(const std::string* text, std::size_t size) {
    std::string made = text ? *text : std::string();
    made.resize(size);
    out_ += made;
  }

  void wrong(std::string text) {
    if (error_.empty()) error_ = std::move(text);
  }

  const TlSchema& schema_;
  std::string out_;
  std::string error_;
};

}  // namespace

Result<std::string> encode(const TlSchema& schema, const TlValue& value) {
  TlWriter writer(schema);
  writer.boxed(value);
  if (!writer.error().empty()) return fail(Errc::invalid, "cannot write TL: " + writer.error());
  return writer.take();
}

void append_tl_bytes(std::string& out, std::string_view bytes) {
  std::size_t head = 1;
  if (bytes.size() < 254) {
    out.push_back(static_cast<char>(bytes.size()));
  } else {
    append_le(out, static_cast<std::uint32_t>(bytes.size() << 8U | 254U));
    head = 4;
  }
  out.append(bytes);
  out.append(tl_padding(head + bytes.size()), '\0');
}

}  // namespace rec::sim
