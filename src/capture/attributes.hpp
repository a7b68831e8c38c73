// HLS attribute lists: `A=1,B="x,y",C=0xFF`. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rec::capture {

/// Names to values (quotes taken off), in the order given. Lenient: any order, unknown names, spaces around
/// names and values, a missing closing quote. Of a name that comes twice, the first counts; of more than
/// kMostAttributes, the first so many.
class AttributeList {
 public:
  static constexpr std::size_t kMostAttributes = 128;

  static AttributeList parse(std::string_view text);

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  /// "" when it is not there.
  [[nodiscard]] std::string_view text(std::string_view name) const {
    return find(name).value_or(std::string_view());
  }
  /// Decimal integer; nothing when it is missing or not a number.
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> decimal(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

/// Without spaces, tabs and carriage returns at either end.
std::string_view trimmed(std::string_view text);
/// The decimal integer or number that `text` begins with (finite); nothing when there is none or it does not
/// fit.
std::optional<std::int64_t> leading_integer(std::string_view text);
std::optional<double> leading_decimal(std::string_view text);

}  // namespace rec::capture
