// What platforms and yt-dlp answer, of any bytes. The first byte says the statuses; the answers
// are parted by %%: yt-dlp's output and complaint, Twitch's GraphQL and usher. The first is also read as a
// page of YouTube, as a cookies file and as resolver data.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "capture/resolver_data.hpp"
#include "capture/twitch_resolver.hpp"
#include "capture/uri.hpp"
#include "capture/url_expiry.hpp"
#include "capture/yt_dlp_answer.hpp"
#include "page/cookies_txt.hpp"
#include "page/youtube_page.hpp"

namespace rec::capture {
namespace {

class AnswersInOrder final : public HttpClient {
 public:
  AnswersInOrder(std::vector<std::string> answers, unsigned statuses)
      : answers_(std::move(answers)), statuses_(statuses) {}
  Task<HttpResponse> fetch(HttpRequest request) override {
    HttpResponse response;
    response.status = (statuses_ & 1U) != 0 ? 404 : 200;
    statuses_ >>= 1U;
    response.url = std::move(request.url);
    if (!answers_.empty()) response.body = answers_[asked_++ % answers_.size()];
    co_return response;
  }

 private:
  std::vector<std::string> answers_;
  unsigned statuses_;
  std::size_t asked_ = 0;
};

void check(const Result<Resolved>& found) {
  if (found && found->media_playlist_url.empty() && found->other_backend.empty()) std::abort();
  if (!found && found.error().text.empty()) std::abort();
}

asio::awaitable<void> ask(Resolver& resolver) {
  ResolveRequest request;
  request.page_url = "https://www.twitch.tv/somebody";
  const auto found = co_await resolver.resolve(std::move(request));
  check(found);
}

}  // namespace
}  // namespace rec::capture

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  using namespace rec::capture;
  if (size == 0) return 0;
  std::vector<std::string> parts;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  while (parts.size() < 4) {
    const auto cut = rest.find("%%");
    parts.emplace_back(rest.substr(0, cut));
    if (cut == rest.npos) break;
    rest.remove_prefix(cut + 2);
  }
  ChildResult child;
  child.exit_code = data[0] & 1;
  child.out = parts[0];
  child.err = parts.size() > 1 ? parts[1] : parts[0];
  ResolveRequest wish;
  wish.quality = (data[0] & 2) != 0 ? "audio" : "720p,best";
  check(resolved_from_yt_dlp(child, wish));
  if (const auto player = page::player_of_page(parts[0])) (void)page::why_not_playable(*player);
  (void)page::cookie_in(parts[0], "www.twitch.tv", "auth-token", Instant{});
  (void)parse_resolver_data(parts[0]);
  (void)expiry_of_token(parts[0]);
  (void)expiry_of_url(parts[0]);
  asio::io_context io;
  AnswersInOrder http(std::move(parts), (data[0] & 63U) >> 1U);
  const auto twitch = make_twitch_resolver(http);
  asio::co_spawn(io, ask(*twitch), asio::detached);
  io.run();
  return 0;
}
