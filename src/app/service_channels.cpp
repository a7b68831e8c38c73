// Service, the requests about channels: on the book, then kept, then in effect.
#include <utility>

#include <boost/json/value.hpp>

#include "app/request_arguments.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "app/target_book.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostNews = 2000;

Result<ChannelBook::Change> set_channel(ChannelBook& book, const json::object& arguments, Instant now) {
  REC_CHECK(no_others(arguments, {"channel", "set", "folder"}));
  REC_TRY(const std::string name, text_argument(arguments, "channel"));
  std::string folder = "/";
  if (arguments.contains("folder")) {
    REC_TRY(folder, text_argument(arguments, "folder"));
  }
  REC_TRY(const OverrideTexts texts, texts_argument(arguments, "set"));
  return book.set(name, texts, folder, now);
}

Result<ChannelBook::Change> change_book(ChannelBook& book, const std::string& request,
                                        const json::object& arguments, Instant now) {
  if (request == "channel_set") return set_channel(book, arguments, now);
  if (request == "channel_add") {
    REC_CHECK(no_others(arguments, {"url"}));
    REC_TRY(const std::string url, text_argument(arguments, "url"));
    return book.add(url, now);
  }
  const bool known = request == "channel_remove" || request == "channel_pause" || request == "channel_resume";
  if (!known) return fail(Errc::not_found, "nobody knows the request " + request);
  REC_CHECK(no_others(arguments, {"channel"}));
  REC_TRY(const std::string name, text_argument(arguments, "channel"));
  if (request == "channel_remove") return book.remove(name);
  return request == "channel_pause" ? book.pause(name, now) : book.resume(name, now);
}

json::object outcome_of(const ChannelBook::Change& change, bool running) {
  json::object out;
  out["channel"] = change.channel.str();
  out["changed"] = change.order.has_value();
  out["running"] = running;
  out["text"] = change.text;
  return out;
}

}  // namespace

Result<json::object> Service::channel_list() const {
  if (needs_.book == nullptr) return fail(Errc::not_found, "nobody knows the request channel_list");
  return channels_json(*needs_.book, needs_.model, needs_.settings.session_policy, true, needs_.news);
}

Task<json::object> Service::channel_change(std::string request, json::object arguments) {
  if (needs_.book == nullptr) co_return fail(Errc::not_found, "nobody knows the request " + request);
  REC_CO_TRY(const auto change, change_book(*needs_.book, request, arguments, needs_.clock.now()));
  if (change.order) {
    log::info("channel.changed", {{"channel", change.channel}, {"text", change.text.substr(0, kMostNews)}});
    ChannelPlans plans = channel_plans_of(needs_.book->config(), needs_.book->entries());
    ChannelOrder order = *change.order;
    REC_CO_CHECK(co_await needs_.change_channels(std::move(order), std::move(plans)));
  }
  co_return outcome_of(change, true);
}

Result<json::object> channels_at_rest(Store* store, const Config& config, const std::string& request,
                                      const json::object& arguments, Instant now) {
  StoreSnapshot snapshot;
  if (store != nullptr) {
    REC_TRY(snapshot, store->load());
  }
  Config merged = config;
  merged.telegram = TargetBook(config.telegram, snapshot.target_orders).telegram();
  ChannelBook book(merged, std::exchange(snapshot.orders, {}));
  if (request == "channel_list") {
    REC_CHECK(no_others(arguments, {}));
    session::Policy policy;
    policy.publish = telegram_configured(merged);
    return channels_json(book, model_of(std::move(snapshot)), policy, false, {});
  }
  REC_TRY(const auto change, change_book(book, request, arguments, now));
  if (change.order) {
    if (store == nullptr) return fail(Errc::unavailable, "there is no store to keep it in");
    Commit commit;
    commit.orders = {*change.order};
    REC_CHECK(store->commit(commit));
  }
  return outcome_of(change, false);
}

}  // namespace rec
