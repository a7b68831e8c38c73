#include "watch/watch_memory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/fd.hpp"
#include "base/log.hpp"
#include "base/whole_file.hpp"

namespace rec {
namespace {

namespace json = boost::json;

Result<void> write_private_file(const std::string& path, const std::string& text) {
  const std::string beside = path + ".part";
  const Fd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return fail(errno_error(errno, "creating " + beside));
  for (std::size_t done = 0; done < text.size();) {
    const auto wrote = ::write(file.get(), text.data() + done, text.size() - done);
    if (wrote < 0 && errno != EINTR) return fail(errno_error(errno, "writing " + beside));
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
  if (::fdatasync(file.get()) < 0) return fail(errno_error(errno, "syncing " + beside));
  if (std::rename(beside.c_str(), path.c_str()) != 0) return fail(errno_error(errno, "naming " + path));
  return {};
}

}  // namespace

WatchMemory::WatchMemory(std::string path, Worker& worker) : path_(std::move(path)), worker_(worker) {
  read();
}

void WatchMemory::keep_twitch_token(std::optional<TwitchToken> token) {
  token_ = std::move(token);
  write();
}

void WatchMemory::keep_signed_in(const std::set<ChannelId>& channels) {
  if (channels == signed_in_) return;
  signed_in_ = channels;
  write();
}

void WatchMemory::keep_over(const std::set<ChannelId>& channels) {
  if (channels == over_) return;
  over_ = channels;
  write();
}

void WatchMemory::read() {
  const auto text = whole_file(path_);
  if (!text) return;
  try {
    const auto all = json::parse(*text).as_object();
    if (const auto* token = all.if_contains("twitch_token")) {
      const auto& of = token->as_object();
      token_ = TwitchToken{std::string(of.at("client_id").as_string()),
                           Secret(std::string(of.at("token").as_string())),
                           from_unix_ms(of.at("renew_at_ms").to_number<std::int64_t>())};
    }
    if (const auto* channels = all.if_contains("youtube_signed_in"))
      for (const auto& one : channels->as_array()) signed_in_.emplace(std::string(one.as_string()));
    if (const auto* channels = all.if_contains("pages_over"))
      for (const auto& one : channels->as_array()) over_.emplace(std::string(one.as_string()));
  } catch (const std::exception& problem) {
    log::warn("watch.memory_unreadable", {{"path", path_}, {"error", problem.what()}});
  }
}

void WatchMemory::write() {
  json::object all;
  if (token_)
    all["twitch_token"] = {{"client_id", token_->client_id},
                           {"token", token_->token.reveal()},
                           {"renew_at_ms", unix_ms(token_->renew_at)}};
  json::array channels;
  for (const ChannelId& id : signed_in_) channels.emplace_back(id.str());
  all["youtube_signed_in"] = std::move(channels);
  json::array over;
  for (const ChannelId& id : over_) over.emplace_back(id.str());
  all["pages_over"] = std::move(over);
  worker_.post([path = path_, text = json::serialize(all)] {
    if (const auto kept = write_private_file(path, text); !kept)
      log::warn("watch.memory_not_kept", {{"path", path}, {"error", kept.error().text}});
  });
}

}  // namespace rec
