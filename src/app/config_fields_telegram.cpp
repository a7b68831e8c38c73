// The keys of the telegram section, and of its targets.
#include "app/config_fields.hpp"
#include "app/config_object.hpp"
#include "app/target_values.hpp"

namespace rec::config_sections {
namespace {

Kind<CompressionOverride> compression_override() {
  kinds::ObjectSpec<CompressionOverride> spec;
  spec.words = "true, false, or a map {enabled, default_target_size_mb, premium_target_size_mb}";
  spec.short_key = "enabled";
  const auto add = [&spec](std::string key, auto kind, auto at, std::string about) {
    spec.fields.push_back(
        make_field<CompressionOverride>(std::move(key), kinds::maybe(std::move(kind)), at, std::move(about)));
  };
  add("enabled", kinds::yes_no(), REC_AT(enabled), "as compression.enabled");
  add("default_target_size_mb", kinds::size(1ULL << 20U, true), REC_AT(default_target_bytes),
      "as compression.default_target_size_mb");
  add("premium_target_size_mb", kinds::size(1ULL << 20U, true), REC_AT(premium_target_bytes),
      "as compression.premium_target_size_mb");
  return kinds::object(std::move(spec));
}

Fields<TargetConfig> make_target_fields() {
  Fields<TargetConfig> fields;
  const auto add = [&fields](std::string key, auto kind, auto at, std::string about) {
    fields.push_back(make_field<TargetConfig>(std::move(key), std::move(kind), at, std::move(about)));
  };
  add("channel_id", kinds::chat(), REC_AT(channel_id), "where to post");
  add("discussion_group_id", kinds::chat(), REC_AT(discussion_group_id), "as telegram.discussion_group_id");
  add("backup_channel_id", kinds::chat(), REC_AT(backup_channel_id), "as telegram.backup_channel_id");
  add("compression", compression_override(), REC_AT(compression),
      "true, false, or a map of what differs from the compression section");
  add("limits.default_size_gb", kinds::maybe(kinds::size(1ULL << 30U, true)), REC_AT(default_size),
      "as splitting.default_size_gb");
  add("limits.premium_size_gb", kinds::maybe(kinds::size(1ULL << 30U, true)), REC_AT(premium_size),
      "as splitting.premium_size_gb");
  add("limits.upload_parallelism", kinds::maybe(kinds::integer<int>(1)), REC_AT(upload_parallelism),
      "no effect, as telegram.upload_parallelism");
  add("limits.upload_speed_limit_mbps", kinds::maybe(kinds::number(0)), REC_AT(upload_speed_limit_mbps),
      "no effect: one account's uploads share its connections, whoever they are for; "
      "telegram.upload_speed_limit_mbps holds for all of them together");
  return fields;
}

Kind<TargetConfig> target() {
  kinds::ObjectSpec<TargetConfig> spec;
  spec.words = "a map with a channel_id";
  spec.complete = [](const TargetConfig& made) -> std::string {
    return made.channel_id ? "" : "no channel_id; say where to post";
  };
  spec.fields = target_fields();
  return kinds::object(std::move(spec));
}

}  // namespace

void add_telegram(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::after_restart) {
    fields.push_back(make_field<Config>("telegram." + key, std::move(kind), at, std::move(about), counts));
  };
  add("api_id", kinds::integer<std::int64_t>(0), REC_AT(telegram.api_id),
      "of an application at my.telegram.org; 0: not set");
  add_secret(fields, "telegram.api_hash", kinds::secret(), REC_AT(telegram.api_hash),
             "of the same application");
  add_secret(fields, "telegram.bot_token", kinds::secret(), REC_AT(telegram.bot_token),
             "of @BotFather; empty: the user who signed in with `streamrecorder login`");
  add("channel_id", kinds::chat(), REC_AT(telegram.channel_id),
      "where recordings are posted: a number (-100…), @name or t.me link", Counts::next_time);
  add("backup_channel_id", kinds::chat(), REC_AT(telegram.backup_channel_id), "where posts are forwarded to",
      Counts::next_time);
  add("discussion_group_id", kinds::chat(), REC_AT(telegram.discussion_group_id),
      "where the compressed version goes when the post takes no comments", Counts::next_time);
  add("upload_parallelism", kinds::integer<int>(1), REC_AT(telegram.upload_parallelism),
      "no effect: one file goes over up to eight connections by itself, and a second one beside it would "
      "share them; jobs.upload_concurrency says to how many chats at once",
      Counts::next_time);
  add("upload_speed_limit_mbps", kinds::number(0), REC_AT(telegram.upload_speed_limit_mbps),
      "megabits a second in all; 0: no limit", Counts::at_once);
  add("tdlib", kinds::path(), REC_AT(telegram.tdlib),
      "libtdjson.so; empty: the one installed with the program");
  add("proxy", kinds::list(kinds::proxy(true)), REC_AT(telegram.proxy),
      "tried in order, the first that answers is used");
  add("post",
      kinds::choice<session::PostMode>({{"each", session::PostMode::each},
                                        {"album", session::PostMode::album},
                                        {"after_end", session::PostMode::after_end}}),
      REC_AT(telegram.post),
      "every part as soon as it is ready, groups of up to ten as they fill, or albums once the stream is "
      "over",
      Counts::at_once);
  add("album_wait", kinds::duration(std::chrono::seconds(1)), REC_AT(telegram.album_wait),
      "an album goes out when full, at the end, or after this", Counts::at_once);
  add("silent",
      kinds::choice<Silent>({{"none", Silent::none}, {"parts", Silent::parts}, {"all", Silent::all}}),
      REC_AT(telegram.silent), "which posts do not ring; parts: only a session's first post rings",
      Counts::at_once);
  add("targets", kinds::named(target()), REC_AT(telegram.targets),
      "more places to post to, by name; a channel picks one with target:", Counts::next_time);
  add("templates", kinds::named(kinds::text()), REC_AT(telegram.templates),
      "texts to use instead of the built-in ones, by name: waiting, status, done, caption, album, "
      "compressed",
      Counts::at_once);
  add("keep_status", kinds::yes_no(), REC_AT(telegram.keep_status),
      "whether a session's status message stays when all of it is posted, or is removed", Counts::at_once);
  fields.push_back(retired_field<Config>(
      "telegram.session_name",
      "a Telethon session cannot be taken over; set telegram.bot_token or run `streamrecorder login`"));
  fields.push_back(retired_field<Config>(
      "telegram.use_fast_upload_helper",
      "replaced by uploads that are parallel by themselves; telegram.upload_speed_limit_mbps holds as well"));
}

}  // namespace rec::config_sections

namespace rec {

const Fields<TargetConfig>& target_fields() {
  static const Fields<TargetConfig> kAll = config_sections::make_target_fields();
  return kAll;
}

}  // namespace rec
