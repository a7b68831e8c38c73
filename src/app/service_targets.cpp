// Service, the requests about targets: on the book, then kept, then in effect.
#include <utility>

#include "app/request_arguments.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "app/target_view.hpp"
#include "app/telegram_check.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostTold = 2000;

Result<TargetBook::Change> change_target(TargetBook& targets, const ChannelBook& channels,
                                         const std::string& request, const json::object& arguments,
                                         Instant now) {
  REC_TRY(const std::string name, text_argument(arguments, "target"));
  if (request == "target_remove") {
    REC_CHECK(no_others(arguments, {"target"}));
    const auto entry = targets.entries().find(name);
    const auto users = channels_of_target(name, channels);
    const bool goes = entry != targets.entries().end() && !entry->second.configured && name != kDefaultTarget;
    if (goes && !users.empty()) {
      return fail(Errc::conflict, users.front() + " posts to " + name +
                                      "; first: streamrecorder channel set " + users.front() + " target=");
    }
    return targets.remove(name);
  }
  REC_CHECK(no_others(arguments, {"target", "set"}));
  REC_TRY(const TargetTexts texts, texts_argument(arguments, "set"));
  if (request == "target_add") return targets.add(name, texts, now);
  if (request == "target_set") return targets.set(name, texts, now);
  return fail(Errc::not_found, "nobody knows the request " + request);
}

json::object told_of(const TargetBook::Change& change, bool running) {
  json::object out;
  out["target"] = change.name;
  out["changed"] = change.order.has_value();
  out["running"] = running;
  out["text"] = change.text;
  return out;
}

}  // namespace

Task<json::object> Service::target_request(std::string request, json::object arguments) {
  if (needs_.targets == nullptr || needs_.book == nullptr)
    co_return fail(Errc::not_found, "nobody knows the request " + request);
  if (request == "target_list") {
    REC_CO_CHECK(no_others(arguments, {}));
    co_return targets_json(*needs_.targets, *needs_.book, true);
  }
  if (request == "target_test") co_return co_await target_test(std::move(arguments));
  REC_CO_TRY(auto change,
             change_target(*needs_.targets, *needs_.book, request, arguments, needs_.clock.now()));
  if (change.order) {
    log::info("target.changed", {{"target", change.name}, {"text", change.text.substr(0, kMostTold)}});
    needs_.book->post_by(needs_.targets->telegram());
    TargetOrder order = *change.order;
    REC_CO_CHECK(co_await needs_.change_targets(std::move(order)));
    if (needs_.publisher == nullptr)
      change.text += "; nothing is posted before streamrecorder is started again";
  }
  co_return told_of(change, true);
}

Task<json::object> Service::target_test(json::object arguments) {
  REC_CO_CHECK(no_others(arguments, {"target"}));
  REC_CO_TRY(const std::string name, text_argument(arguments, "target"));
  REC_CO_TRY(auto chats, chats_of_target(*needs_.targets, name));
  if (needs_.publisher == nullptr)
    co_return fail(Errc::denied,
                   "Telegram was not set up when streamrecorder "
                   "was started: start it again");
  REC_CO_TRY(const Findings found,
             co_await check_telegram(*needs_.publisher, needs_.clock, std::move(chats), true));
  co_return findings_json(found);
}

Result<std::vector<TargetChats>> chats_of_target(const TargetBook& targets, const std::string& name) {
  REC_TRY(const std::string known, targets.find(name));
  const TargetConfig& target = targets.entries().at(known).target;
  return std::vector<TargetChats>{
      {known + ": ", target.channel_id, target.discussion_group_id, target.backup_channel_id}};
}

Result<Config> with_kept_targets(Config config, Store* store) {
  if (store == nullptr) return config;
  REC_TRY(StoreSnapshot snapshot, store->load());
  config.telegram = TargetBook(config.telegram, std::move(snapshot.target_orders)).telegram();
  return config;
}

Result<json::object> targets_at_rest(Store* store, const Config& config, const std::string& request,
                                     const json::object& arguments, Instant now) {
  StoreSnapshot snapshot;
  if (store != nullptr) {
    REC_TRY(snapshot, store->load());
  }
  TargetBook targets(config.telegram, std::move(snapshot.target_orders));
  const ChannelBook channels(config, std::move(snapshot.orders));
  if (request == "target_list") {
    REC_CHECK(no_others(arguments, {}));
    return targets_json(targets, channels, false);
  }
  REC_TRY(const auto change, change_target(targets, channels, request, arguments, now));
  if (change.order) {
    if (store == nullptr) return fail(Errc::unavailable, "there is no store to keep it in");
    Commit commit;
    commit.target_orders = {*change.order};
    REC_CHECK(store->commit(commit));
  }
  return told_of(change, false);
}

}  // namespace rec
