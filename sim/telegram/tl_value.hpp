// Values of Telegram's TL language as the simulator passes them around: no JSON, and bytes stay bytes.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace rec::sim {

struct TlObject;
class TlValue;
using TlRef = std::shared_ptr<const TlObject>;
using TlList = std::vector<TlValue>;

/// Nothing, a Bool, an integer of any width, a double, text or bytes (int128 and int256 too), an object, or a
/// vector. Copies are cheap but for text and vectors: objects are shared and never change once inside a
/// value.
class TlValue {
 public:
  TlValue() = default;
  TlValue(bool v) : data_(v) {}
  template <class T>
    requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
  TlValue(T v) : data_(static_cast<std::int64_t>(v)) {}
  TlValue(double v) : data_(v) {}
  TlValue(std::string v) : data_(std::move(v)) {}
  TlValue(std::string_view v) : data_(std::string(v)) {}
  TlValue(const char* v) : data_(std::string(v)) {}
  TlValue(TlRef v) : data_(std::move(v)) {}
  TlValue(TlObject v);
  TlValue(TlList v) : data_(std::move(v)) {}

  /// The alternative held, or null.
  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&data_);
  }
  [[nodiscard]] const TlObject* object() const {
    const auto* ref = get<TlRef>();
    return ref ? ref->get() : nullptr;
  }
  /// An absent optional field: never held by one that is written with false or nothing.
  [[nodiscard]] bool empty() const {
    const auto* b = get<bool>();
    return get<std::monostate>() || (b && !*b);
  }

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, TlRef, TlList> data_;
};

struct TlField {
  std::string_view name;
  TlValue value;
};

/// A constructor or a method with its fields. Names point into the schema or into literals: they outlive the
/// object. Readers of an absent field, or of one of another kind, get the empty value of what they ask for.
struct TlObject {
  std::string_view type;
  std::vector<TlField> fields{};

  [[nodiscard]] bool is(std::string_view name) const { return type == name; }
  [[nodiscard]] const TlValue* find(std::string_view name) const {
    for (const auto& field : fields)
      if (field.name == name) return &field.value;
    return nullptr;
  }
  [[nodiscard]] bool has(std::string_view name) const {
    const auto* value = find(name);
    return value && !value->empty();
  }
  [[nodiscard]] bool flag(std::string_view name) const { return read<bool>(name); }
  [[nodiscard]] std::int64_t integer(std::string_view name) const { return read<std::int64_t>(name); }
  [[nodiscard]] int number(std::string_view name) const { return static_cast<int>(integer(name)); }
  [[nodiscard]] double real(std::string_view name) const { return read<double>(name); }
  [[nodiscard]] const std::string& text(std::string_view name) const { return read<std::string>(name); }
  [[nodiscard]] const TlList& list(std::string_view name) const { return read<TlList>(name); }
  [[nodiscard]] const TlObject& object(std::string_view name) const {
    static const TlObject kNone{};
    const auto* value = find(name);
    const auto* inner = value ? value->object() : nullptr;
    return inner ? *inner : kNone;
  }
  TlObject& set(std::string_view name, TlValue value) {
    fields.push_back({name, std::move(value)});
    return *this;
  }

 private:
  template <class T>
  const T& read(std::string_view name) const {
    static const T kNone{};
    const auto* value = find(name);
    const auto* held = value ? value->get<T>() : nullptr;
    return held ? *held : kNone;
  }
};

inline TlValue::TlValue(TlObject v) : data_(std::make_shared<const TlObject>(std::move(v))) {}

}  // namespace rec::sim
