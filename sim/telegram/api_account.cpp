// Configuration and accounts.
#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

TlList dc_options() {
  TlList made;
  for (int dc = 1; dc <= 5; ++dc)
    made.emplace_back(
        TlObject{"dcOption", {{"id", dc}, {"ip_address", "127.0.0." + std::to_string(dc)}, {"port", 443}}});
  return made;
}

// this_dc has to be the one it speaks to, or TDLib asks again and again.
Reply get_config(Call& call) {
  constexpr int kForever = 2'147'483'647;
  return TlObject{"config",
                  {{"date", World::now()},
                   {"expires", World::now() + 86'400},
                   {"test_mode", false},
                   {"this_dc", call.dc},
                   {"dc_options", dc_options()},
                   {"dc_txt_domain_name", "simulated"},
                   {"chat_size_max", 200},
                   {"megagroup_size_max", 200'000},
                   {"forwarded_count_max", 100},
                   {"online_update_period_ms", 210'000},
                   {"offline_blur_timeout_ms", 5'000},
                   {"offline_idle_timeout_ms", 30'000},
                   {"online_cloud_timeout_ms", 300'000},
                   {"notify_cloud_delay_ms", 30'000},
                   {"notify_default_delay_ms", 1'500},
                   {"push_chat_period_ms", 60'000},
                   {"push_chat_limit", 2},
                   {"edit_time_limit", 172'800},
                   {"revoke_time_limit", kForever},
                   {"revoke_pm_time_limit", kForever},
                   {"rating_e_decay", 2'419'200},
                   {"stickers_recent_limit", 200},
                   {"channels_read_media_period", 604'800},
                   {"call_receive_timeout_ms", 20'000},
                   {"call_ring_timeout_ms", 90'000},
                   {"call_connect_timeout_ms", 30'000},
                   {"call_packet_timeout_ms", 10'000},
                   {"me_url_prefix", "t.me/"},
                   {"caption_length_max", call.account && call.account->premium ? 2048 : 1024},
                   {"message_length_max", 4096},
                   {"webfile_dc_id", kFirstDc}}};
}

Reply get_nearest_dc(Call& call) {
  return TlObject{"nearestDc", {{"country", "NL"}, {"this_dc", call.dc}, {"nearest_dc", call.dc}}};
}

Reply get_app_config(Call&) {
  const std::pair<const char*, double> kLimits[] = {{"caption_length_limit_default", 1024},
                                                    {"caption_length_limit_premium", 2048},
                                                    {"upload_max_fileparts_default", 4000},
                                                    {"upload_max_fileparts_premium", 8000}};
  TlList members;
  for (const auto& [key, value] : kLimits)
    members.emplace_back(
        TlObject{"jsonObjectValue", {{"key", key}, {"value", TlObject{"jsonNumber", {{"value", value}}}}}});
  return TlObject{"help.appConfig",
                  {{"hash", 1}, {"config", TlObject{"jsonObject", {{"value", std::move(members)}}}}}};
}

Reply get_promotion(Call&) { return TlObject{"help.promoDataEmpty", {{"expires", World::now() + 86'400}}}; }

Reply get_users(Call& call) {
  TlList made;
  for (const auto& item : call.query.list("id")) {
    const auto* input = item.object();
    const auto id = input && input->is("inputUser") ? input->integer("user_id") : call.viewer();
    const auto* account = call.world.account(id);
    made.emplace_back(account ? tl_user(*account, call.viewer()) : TlObject{"userEmpty", {{"id", id}}});
  }
  return made;
}

Reply get_full_user(Call& call) {
  const auto& input = call.query.object("id");
  const auto id = input.is("inputUser") ? input.integer("user_id") : call.viewer();
  if (!call.world.account(id)) return refuse("USER_ID_INVALID");
  TlObject full{"userFull",
                {{"id", id},
                 {"settings", TlObject{"peerSettings"}},
                 {"notify_settings", TlObject{"peerNotifySettings"}},
                 {"common_chats_count", 0}}};
  return TlObject{"users.userFull",
                  {{"full_user", std::move(full)}, {"users", tl_users(call.world, call.viewer())}}};
}

}  // namespace

void add_account_handlers(HandlerTable& table) {
  table["help.getConfig"] = {get_config, true};
  table["help.getNearestDc"] = {get_nearest_dc, true};
  table["help.getAppConfig"] = {get_app_config, true};
  table["help.getPromoData"] = {get_promotion, false};
  table["users.getUsers"] = {get_users, false};
  table["users.getFullUser"] = {get_full_user, false};
}

}  // namespace rec::sim
