// The facade: a thread, an io_context, and the Api's lock.
#include "sim/telegram/telegram_server.hpp"

#include <fmt/format.h>

#include <atomic>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "sim/telegram/api.hpp"
#include "sim/telegram/crypto.hpp"
#include "sim/telegram/library_patch.hpp"
#include "sim/telegram/mtproto_server.hpp"
#include "sim/telegram/sim_clock.hpp"
#include "sim/telegram/snapshot.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFirstChannel = 1'000'000'001;
constexpr std::int64_t kFirstUser = 500'000'001;
constexpr std::int64_t kFirstPress = 7'000'000'001;

std::int64_t chat_of_channel(std::int64_t channel) { return -1'000'000'000'000 - channel; }
std::int64_t channel_of_chat(std::int64_t chat) { return -1'000'000'000'000 - chat; }

void introduce(World& world, const Speaker& speaker) {
  if (!world.account(speaker.id)) world.add_account({speaker.id, speaker.bot, "", "", speaker.name, false});
}

}  // namespace

struct TelegramServer::Impl {
  Impl(std::shared_ptr<const TlSchema> schema, RsaKey rsa, const fs::path& folder)
      : api(schema, folder / "files"), server(io, std::move(schema), std::move(rsa), api) {}

  // Runs it on the server's thread and waits.
  template <class F>
  void on_thread(F work) {
    std::promise<void> done;
    boost::asio::post(io, [&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  void plan(const std::string& method, int times, const Fault& fault) {
    api.with_faults([&](Faults& faults) { faults.schedule(method, times, fault); });
  }

  boost::asio::io_context io{1};
  Api api;
  MtprotoServer server;
  fs::path library;
  std::uint16_t port = 0;
  std::thread thread;
  Checksums checksums;
};

TelegramServerOptions telegram_options(const fs::path& source_tree, fs::path folder) {
  const auto modules = source_tree / "tools" / "telegram" / "node_modules";
  return {std::move(folder),
          modules / "@prebuilt-tdlib" / "linux-x64-glibc" / "libtdjson.so",
          modules / "@mtcute" / "tl",
          {}};
}

Result<std::unique_ptr<TelegramServer>> TelegramServer::start(TelegramServerOptions options) {
  if (options.library_folder.empty()) options.library_folder = options.folder;
  std::error_code error;
  for (const auto& folder : {options.folder, options.library_folder}) {
    fs::create_directories(folder, error);
    if (error) return fail(errno_error(error.value(), "make " + folder.string()));
  }
  REC_TRY(auto schema, TlSchema::load(options.schema));
  REC_TRY(auto rsa, RsaKey::load_or_make(options.library_folder / "server.pem"));
  const auto name = fmt::format("libtdjson-{:016x}.so", static_cast<std::uint64_t>(rsa.fingerprint()));
  const auto library = options.library_folder / name;
  if (!fs::exists(library, error)) {
    REC_CHECK(patch_library(options.library, library, rsa.public_pem()));
  }
  auto impl = std::make_unique<Impl>(std::move(schema), std::move(rsa), options.folder);
  impl->library = library;
  REC_TRY(impl->port, impl->server.listen());
  impl->thread = std::thread([&io = impl->io] { io.run(); });
  return std::unique_ptr<TelegramServer>(new TelegramServer(std::move(impl)));
}

TelegramServer::TelegramServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

TelegramServer::~TelegramServer() {
  impl_->on_thread([this] { impl_->server.drop_connections(); });
  impl_->io.stop();
  impl_->thread.join();
}

std::uint16_t TelegramServer::proxy_port() const { return impl_->port; }
fs::path TelegramServer::library_path() const { return impl_->library; }

void TelegramServer::add_bot(const std::string& token, int dc) {
  const auto id = std::strtoll(token.c_str(), nullptr, 10);
  impl_->api.with_world([&](World& world) { world.add_account({id, true, token, {}, "Bot", false, dc}); });
}

void TelegramServer::let_read_groups(const std::string& token, bool reads) {
  impl_->api.with_world([&](World& world) {
    if (auto* account = world.account_by_secret(token)) account->reads_groups = reads;
  });
}

void TelegramServer::add_user(const UserOptions& user) {
  impl_->api.with_world([&](World& world) {
    const auto id = kFirstUser + static_cast<std::int64_t>(world.accounts.size());
    Account account{id, false, user.phone, user.code, "User", user.premium, user.dc};
    account.password = user.password;
    account.hint = user.hint;
    account.code_by_email = user.code_by_email;
    world.add_account(std::move(account));
  });
}

void TelegramServer::set_premium(const std::string& phone, bool premium) {
  impl_->api.with_world([&](World& world) {
    if (auto* account = world.account_by_secret(phone)) account->premium = premium;
  });
}

bool TelegramServer::scan_qr(const std::string& link, const std::string& phone) {
  const auto key = impl_->api.with_world([&](World& world) -> std::uint64_t {
    const auto* account = world.account_by_secret(phone);
    for (auto& [each, sign_in] : world.sign_ins) {
      if (!account || sign_in.token.empty() || qr_link(sign_in.token) != link) continue;
      sign_in.token_account = account->id;
      return each;
    }
    return 0;
  });
  if (key == 0) return false;
  const TlObject told{"updateShort", {{"update", TlObject{"updateLoginToken"}}, {"date", World::now()}}};
  impl_->on_thread([&] { impl_->server.tell(key, told); });
  return true;
}

std::int64_t TelegramServer::add_channel(const ChannelOptions& options) {
  return impl_->api.with_world([&](World& world) {
    Channel channel;
    channel.id = kFirstChannel + static_cast<std::int64_t>(world.channels.size());
    channel.title = options.title;
    channel.username = options.username;
    channel.broadcast = options.broadcast;
    channel.can_post = options.can_post;
    channel.administered = options.administered;
    channel.no_forwards = options.no_forwards;
    if (options.discussion) {
      Channel group;
      channel.linked = group.id = channel.id + 1;
      group.title = options.title + " chat";
      group.broadcast = false;
      group.linked = channel.id;
      world.add_channel(std::move(group));
    }
    const auto id = channel.id;
    world.add_channel(std::move(channel));
    return chat_of_channel(id);
  });
}

std::int64_t TelegramServer::discussion_of(std::int64_t chat) const {
  return impl_->api.with_world([&](World& world) {
    const auto* channel = world.channel(channel_of_chat(chat));
    return channel && channel->linked ? chat_of_channel(channel->linked) : 0;
  });
}

int TelegramServer::say(std::int64_t chat, const std::string& text, const Speaker& speaker) {
  const auto events = impl_->api.with_world([&](World& world) {
    introduce(world, speaker);
    Message message;
    message.channel = channel_of_chat(chat);
    message.sender = speaker.id;
    message.text = text;
    message.anonymous = speaker.anonymous;
    if (speaker.forwards) message.forwarded = ForwardedFrom{message.channel, 1, World::now(), false};
    if (!world.channel(message.channel)) return std::vector<ChannelEvent>();
    auto made = world.post(std::move(message));
    world.channel(channel_of_chat(chat))->messages.at(made.front().message).date -= speaker.ago.count();
    return made;
  });
  if (events.empty()) return 0;
  impl_->on_thread([&] { impl_->server.push(events, nullptr); });
  return events.front().message;
}

void TelegramServer::rewrite(std::int64_t chat, int message, const std::string& text) {
  const auto event = impl_->api.with_world([&](World& world) {
    auto& known = world.channel(channel_of_chat(chat))->messages.at(message);
    known.text = text;
    return world.edited(known);
  });
  impl_->on_thread([&] { impl_->server.push({event}, nullptr); });
}

std::int64_t TelegramServer::press(std::int64_t chat, int message, const std::string& data,
                                   const Speaker& speaker) {
  std::int64_t press = 0;
  std::map<std::uint64_t, TlObject> told;  // by a bot's key
  impl_->api.with_world([&](World& world) {
    introduce(world, speaker);
    press = kFirstPress + static_cast<std::int64_t>(world.presses.size());
    world.presses[press] = {};
    const TlObject update{"updateBotCallbackQuery",
                          {{"query_id", press},
                           {"user_id", speaker.id},
                           {"peer", TlObject{"peerChannel", {{"channel_id", channel_of_chat(chat)}}}},
                           {"msg_id", message},
                           {"chat_instance", 1},
                           {"data", data}}};
    for (const auto& [key, id] : world.signed_in)
      if (const auto* account = world.account(id); account && account->bot)
        told[key] = tl_updates({update}, world, id);
  });
  for (const auto& each : told) impl_->on_thread([&] { impl_->server.tell(each.first, each.second); });
  return press;
}

std::optional<std::string> TelegramServer::notice_of(std::int64_t press) const {
  return impl_->api.with_world([&](World& world) { return world.presses.at(press).notice; });
}

void TelegramServer::delete_messages(std::int64_t chat, int first, int last) {
  const auto events = impl_->api.with_world([&](World& world) {
    std::vector<ChannelEvent> made;
    if (auto* channel = world.channel(channel_of_chat(chat)))
      for (auto& [id, message] : channel->messages)
        if (id >= first && id <= last && !message.deleted) made.push_back(world.remove(message));
    return made;
  });
  impl_->on_thread([&] { impl_->server.push(events, nullptr); });
}

std::vector<PostSnapshot> TelegramServer::posts(std::int64_t chat) const {
  auto made = impl_->api.with_world([&](World& world) {
    const auto* channel = world.channel(channel_of_chat(chat));
    return channel ? snapshot(*channel) : std::vector<PostSnapshot>();
  });
  for (auto& post : made) {
    if (post.forwarded_from) post.forwarded_from = chat_of_channel(post.forwarded_from);
    for (auto& file : post.file) file.sha256 = impl_->checksums.of(file.path);
  }
  return made;
}

int TelegramServer::count(const std::string& method) const {
  return impl_->api.with_faults([&](const Faults& faults) { return faults.count(method); });
}

int TelegramServer::failed(const std::string& method) const {
  return impl_->api.with_faults([&](const Faults& faults) { return faults.failed(method); });
}

int TelegramServer::calls() const {
  return impl_->api.with_faults([](const Faults& faults) { return faults.total(); });
}

std::uint64_t TelegramServer::bytes_received() const { return impl_->api.bytes_received(); }

std::vector<std::string> TelegramServer::unanswered() const { return impl_->api.unanswered(); }

void TelegramServer::fail_next(const std::string& method, int times, int code, const std::string& text) {
  impl_->plan(method, times, {Fault::Kind::error, code, text});
}
void TelegramServer::fail_after(const std::string& method, int spared, int code, const std::string& text) {
  constexpr int kAll = 10'000;
  impl_->plan(method, spared, {});
  impl_->plan(method, kAll, {Fault::Kind::error, code, text});
}
void TelegramServer::fail_file(const std::string& name, const std::string& text) {
  impl_->api.with_world([&](World& world) { world.refused_files[name] = text; });
}
void TelegramServer::lose_reply(const std::string& method, int times) {
  impl_->plan(method, times, {Fault::Kind::lose_reply});
}
void TelegramServer::cut_before(const std::string& method, int times) {
  impl_->plan(method, times, {Fault::Kind::cut});
}
void TelegramServer::delay_replies(const std::string& method, std::chrono::milliseconds by) {
  impl_->api.with_faults([&](Faults& faults) { faults.delay(method, by); });
}
void TelegramServer::strike_at(int kth, Strike strike) {
  constexpr Fault::Kind kKinds[] = {Fault::Kind::lose_reply, Fault::Kind::cut, Fault::Kind::ignore,
                                    Fault::Kind::mute};
  const Fault fault{kKinds[static_cast<std::size_t>(strike)]};
  impl_->api.with_faults([&](Faults& faults) { faults.schedule_at(kth, fault); });
}
std::string TelegramServer::struck() const {
  return impl_->api.with_faults([](const Faults& faults) { return faults.struck(); });
}
void TelegramServer::fail_by_chance(double share, std::uint64_t seed) {
  impl_->api.with_faults([&](Faults& faults) { faults.by_chance(share, seed); });
}
void TelegramServer::clear_faults() {
  impl_->api.with_faults([](Faults& faults) { faults.clear(); });
  impl_->api.with_world([](World& world) { world.refused_files.clear(); });
}
void TelegramServer::hide_news(bool hide) {
  impl_->api.with_world([&](World& world) { world.hides_news = hide; });
}
void TelegramServer::drop_connections() {
  impl_->on_thread([this] { impl_->server.drop_connections(); });
}
void TelegramServer::refuse_connections(bool refuse) {
  impl_->on_thread([this, refuse] { impl_->server.refuse_connections(refuse); });
}
void TelegramServer::forget_uploads() {
  impl_->api.with_world([](World& world) { world.files.forget_parts(); });
}
void TelegramServer::forget_part_before(const std::string& method, int index) {
  impl_->plan(method, 1, {Fault::Kind::forget_part, index, {}});
}
void TelegramServer::slow_down(std::uint64_t bytes_per_second) {
  impl_->on_thread([&] { impl_->server.slow_down(bytes_per_second); });
}
void TelegramServer::skew_clock(std::chrono::seconds by) { set_clock_skew(by); }

}  // namespace rec::sim
