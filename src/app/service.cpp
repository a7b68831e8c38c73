#include "app/service.hpp"

#include "app/herald.hpp"
#include "app/notices.hpp"
#include "app/watch_view.hpp"

namespace rec {

Result<History> read_history(Store& store, int limit) {
  History history;
  REC_TRY(history.sessions, store.history(limit));
  for (const auto& session : history.sessions) {
    REC_TRY(history.gaps[session.id], store.gaps(session.id));
  }
  return history;
}

StatusFrom Service::status_from() const {
  StatusFrom from{needs_.model, needs_.settings};
  from.now = needs_.clock.now();
  from.running = true;
  from.progress = needs_.progress;
  if (needs_.disks) from.disks = needs_.disks();
  from.news = needs_.news;
  return from;
}

Task<boost::json::object> Service::status() {
  auto job = [&store = needs_.store] { return read_history(store, kRecentSessions); };
  REC_CO_TRY(History history, co_await run_on(needs_.store_worker, std::move(job)));
  StatusFrom from = status_from();
  from.history = std::move(history.sessions);
  from.history_gaps = std::move(history.gaps);
  auto told = status_json(from);
  told["watch"] = watch_json(needs_.watch ? needs_.watch() : std::vector<WatchReport>());
  told["incidents"] = incidents_json(needs_.incidents ? needs_.incidents() : std::vector<Incident>());
  const auto uploads = needs_.uploads ? needs_.uploads() : std::nullopt;
  told["config"] =
      needs_.config_state ? boost::json::value(needs_.config_state()) : boost::json::value(nullptr);
  told["telegram"] = uploads ? boost::json::value(upload_json(*uploads)) : boost::json::value(nullptr);
  co_return told;
}

Result<void> Service::set_upload_limit(double mbps) {
  if (!(mbps >= 0)) return fail(Errc::invalid, "mbps: a number of megabits a second, 0 for no limit");
  if (needs_.publisher == nullptr) return fail(Errc::not_found, "no Telegram is set up");
  needs_.publisher->set_upload_cap(bytes_a_second(mbps));
  return {};
}

Task<boost::json::object> Service::config_reload() {
  if (!needs_.reload_config) co_return fail(Errc::not_found, "nobody knows the request config_reload");
  co_return co_await needs_.reload_config();
}

Task<boost::json::object> Service::call(std::string request, boost::json::object arguments) {
  if (request == "channel_list" && arguments.empty()) co_return channel_list();
  if (request.starts_with("channel_"))
    co_return co_await channel_change(std::move(request), std::move(arguments));
  if (request == "session_list") co_return co_await session_list(std::move(arguments));
  if (request == "session_details") co_return co_await session_details(std::move(arguments));
  if (request == "session_action") co_return co_await session_action(std::move(arguments));
  if (request.starts_with("target_"))
    co_return co_await target_request(std::move(request), std::move(arguments));
  if (request == "telegram_check" && arguments.empty()) co_return co_await telegram_check();
  if (request == "post") co_return co_await post(std::move(arguments));
  if (request == "session_search") co_return co_await session_search(std::move(arguments));
  if (request == "session_story") co_return co_await session_story(std::move(arguments));
  if (request == "part_file") co_return co_await part_file(std::move(arguments));
  if (request == "session_picture") co_return co_await session_picture(std::move(arguments));
  if (request == "overview" && arguments.empty()) co_return co_await overview();
  if (request == "config_reload" && arguments.empty()) co_return co_await config_reload();
  if (request == "upload_limit") {
    const auto* mbps = arguments.if_contains("mbps");
    boost::system::error_code no_number;
    const double wanted = mbps == nullptr ? -1 : mbps->to_number<double>(no_number);
    REC_CO_CHECK(set_upload_limit(no_number || arguments.size() != 1 ? -1 : wanted));
    co_return boost::json::object();
  }
  if (request != "status") co_return fail(Errc::not_found, "nobody knows the request " + request);
  if (!arguments.empty()) co_return fail(Errc::invalid, "status takes no arguments");
  co_return co_await status();
}

Result<boost::json::object> status_at_rest(Store* store, const Settings& settings, Instant now) {
  Model model;
  History history;
  if (store != nullptr) {
    REC_TRY(StoreSnapshot snapshot, store->load());
    model = model_of(std::move(snapshot));
    REC_TRY(history, read_history(*store, kRecentSessions));
  }
  StatusFrom from{model, settings};
  from.now = now;
  from.history = std::move(history.sessions);
  from.history_gaps = std::move(history.gaps);
  auto told = status_json(from);
  told["watch"] = watch_json({});
  told["incidents"] = incidents_json(incidents_at_rest(settings.data_folder));
  told["telegram"] = nullptr;
  told["config"] = nullptr;
  return told;
}

}  // namespace rec
