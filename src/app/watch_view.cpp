#include "app/watch_view.hpp"

#include <boost/json/object.hpp>

#include "app/names.hpp"

namespace rec {
namespace {

constexpr std::size_t kMostWatchText = 500;

}  // namespace

boost::json::array watch_json(const std::vector<WatchReport>& reports) {
  boost::json::array out;
  for (const WatchReport& report : reports) {
    boost::json::object one;
    one["platform"] = report.platform;
    one["channels"] = report.channels;
    one["interval_s"] = std::chrono::duration<double>(report.interval).count();
    one["note"] = one_line(report.note, kMostWatchText);
    one["trouble"] = one_line(report.trouble, kMostWatchText);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace rec
