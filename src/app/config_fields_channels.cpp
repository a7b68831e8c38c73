// The keys that say what to watch: general ones, channels, cross, twitch and youtube.
#include "app/channel_overrides.hpp"
#include "app/config_channels.hpp"
#include "app/config_fields.hpp"
#include "app/config_object.hpp"

namespace rec::config_sections {
namespace {

using NameCheck = std::string (*)(const std::string&);

// `canonical` gives the name as the platform spells it, "" for what is none.
Kind<ChannelEntry> entry(std::string key, std::string words, NameCheck canonical, std::string about) {
  kinds::ObjectSpec<ChannelEntry> spec;
  spec.words = words + ", or a map with " + key + " and what differs for it";
  const auto fits = [canonical](const std::string& text, std::string&) { return !canonical(text).empty(); };
  Kind<std::string> name = kinds::text_like(std::move(words), fits);
  spec.short_key = key;
  spec.complete = [key](const ChannelEntry& made) {
    return made.name.empty() ? "no " + key + "; say which channel it is" : std::string();
  };
  spec.fields.push_back(
      make_field<ChannelEntry>(std::move(key), std::move(name), REC_AT(name), std::move(about)));
  for (const Field<ChannelEntry>& field : override_fields()) spec.fields.push_back(field);
  return kinds::object(std::move(spec));
}

Kind<CrossPair> cross_pair() {
  const auto handle = [](const std::string& text, std::string&) { return !youtube_name(text).empty(); };
  const auto login = [](const std::string& text, std::string&) { return !twitch_login(text).empty(); };
  kinds::ObjectSpec<CrossPair> spec;
  spec.words = "a map {youtube: \"@x\", twitch: x}";
  spec.complete = [](const CrossPair& pair) -> std::string {
    return pair.youtube.empty() || pair.twitch.empty()
               ? "needs both youtube and twitch; write {youtube: \"@x\", twitch: x}"
               : "";
  };
  spec.fields.push_back(make_field<CrossPair>("youtube",
                                              kinds::text_like("a YouTube @handle or UC… id", handle),
                                              REC_AT(youtube), "where the broadcast begins"));
  spec.fields.push_back(make_field<CrossPair>("twitch", kinds::text_like("a Twitch login", login),
                                              REC_AT(twitch), "where it goes on"));
  return kinds::object(std::move(spec));
}

}  // namespace

void add_general(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::after_restart) {
    fields.push_back(make_field<Config>(key, std::move(kind), at, std::move(about), counts));
  };
  add("platform",
      kinds::choice<PlatformMode>({{"auto", PlatformMode::automatic},
                                   {"twitch", PlatformMode::twitch},
                                   {"youtube", PlatformMode::youtube},
                                   {"both", PlatformMode::both},
                                   {"cross", PlatformMode::cross}}),
      REC_AT(platform), "which lists of channels are watched; auto: all that are not empty", Counts::at_once);
  add("language", kinds::choice<Language>({{"en", Language::en}, {"ru", Language::ru}}), REC_AT(language),
      "of posts, alerts, dashboard and doctor", Counts::at_once);
  add("timezone", kinds::text(), REC_AT(timezone),
      "of captions, names and schedules: a name like Europe/Berlin");
  add_secret(fields, "proxy", kinds::proxy(false), REC_AT(proxy),
             "for everything; twitch.proxy, youtube.proxy, telegram.proxy and a channel's own go before it",
             Counts::at_once);
}

void add_channels(Fields<Config>& fields) {
  fields.push_back(make_field<Config>(
      "channels",
      kinds::list(entry("url", "a page's URL", page_url, "a Twitch, YouTube or any other page, or an .m3u8")),
      REC_AT(channels), "channels of any platform, watched in every mode", Counts::at_once));
  fields.push_back(make_field<Config>(
      "cross", kinds::list(cross_pair()), REC_AT(cross),
      "one streamer on both platforms: the Twitch stream continues the YouTube one", Counts::at_once));
}

void add_twitch(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::at_once) {
    fields.push_back(make_field<Config>("twitch." + key, std::move(kind), at, std::move(about), counts));
  };
  add("client_id", kinds::text(), REC_AT(twitch.client_id),
      "of an application at dev.twitch.tv/console; without it detection is slower");
  add_secret(fields, "twitch.client_secret", kinds::secret(), REC_AT(twitch.client_secret),
             "of the same application", Counts::at_once);
  add_secret(
      fields, "twitch.oauth_token", kinds::secret(), REC_AT(twitch.oauth_token),
      "of a signed-in account (the cookie auth-token of twitch.tv): fewer ads for subscribers; a cookies "
      "file with that cookie does the same",
      Counts::next_time);
  add("channels", kinds::list(entry("name", "a Twitch login", twitch_login, "login, as in twitch.tv/LOGIN")),
      REC_AT(twitch.channels), "Twitch channels");
  add("check_interval", kinds::duration(std::chrono::seconds(1), true), REC_AT(twitch.check_interval),
      "how often to ask who is live");
  add("offline_grace_period", kinds::duration(std::chrono::seconds(1)), REC_AT(twitch.offline_grace_period),
      "a stream that is back within this goes on in the same session");
  fields.push_back(
      retired_field<Config>("twitch.cross_check_delay", "a partner of cross is looked at at once"));
  add_secret(fields, "twitch.proxy", kinds::proxy(false), REC_AT(twitch.proxy), "for Twitch",
             Counts::at_once);
}

void add_youtube(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::at_once) {
    fields.push_back(make_field<Config>("youtube." + key, std::move(kind), at, std::move(about), counts));
  };
  add("channels",
      kinds::list(entry("name", "a YouTube @handle or UC… id", youtube_name, "@handle or UC… id")),
      REC_AT(youtube.channels), "YouTube channels");
  add("check_interval", kinds::duration(std::chrono::seconds(1), true), REC_AT(youtube.check_interval),
      "how often to look at a channel");
  add("requests_per_minute", kinds::integer<int>(1), REC_AT(youtube.requests_per_minute),
      "of this machine in all, recordings included, so that nobody is blocked; stretches check_interval "
      "where "
      "there are many channels");
  add_secret(fields, "youtube.proxy", kinds::proxy(false), REC_AT(youtube.proxy), "for YouTube",
             Counts::at_once);
}

}  // namespace rec::config_sections
