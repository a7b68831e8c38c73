// The page, then the manifest.
#include "capture/youtube_resolver.hpp"

#include "capture/direct_resolver.hpp"
#include "capture/youtube_path.hpp"
#include "page/youtube_page.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kMostPageBytes = 16U << 20U;
constexpr int kMostPageRedirects = 3;

class YoutubeResolver final : public Resolver {
 public:
  YoutubeResolver(HttpClient& http, YoutubeOptions options) : http_(http), options_(std::move(options)) {
    if (!options_.data) options_.data = std::make_shared<ResolverDataFile>();
  }

  Task<Resolved> resolve(ResolveRequest request) override {
    const auto constants = options_.data->now()->youtube;
    const auto path = youtube_path(request.page_url, options_.base_url);
    if (!path) co_return fail(Errc::invalid, request.page_url + " is no page of YouTube with a player");
    if (!constants.read_page) co_return fail(Errc::invalid, "YouTube: reading its pages is switched off");
    if (request.refusals > 0) co_return fail(Errc::unavailable, "YouTube: the URLs of its page were refused");
    REC_CO_TRY(const auto answer, co_await get_page(constants, request, *path));
    const bool moved = answer.status / 100 == 3;
    const auto detour = page::detour_of(moved ? answer.header("location") : answer.url, answer.body);
    if (detour != page::Detour::none) co_return fail(page::error_of(detour));
    if (answer.status == 404) co_return fail(Errc::not_found, "offline: YouTube: there is no such page");
    if (answer.status / 100 != 2) co_return fail(http_error(answer, "YouTube page"));
    REC_CO_TRY(const auto player, page::player_of_page(answer.body));
    if (request.only_a_look && page::state_of(player) == page::YoutubeState::upcoming)
      co_return announced_by(player);
    if (auto error = page::why_not_playable(player)) co_return fail(*std::move(error));
    if (player.hls_manifest_url.empty())
      co_return fail(Errc::unavailable, "YouTube: the page's player has no HLS manifest");
    auto manifest = resolver_request(request, player.hls_manifest_url);
    manifest.allow_private_hosts = answer.from_private_host;
    REC_CO_TRY(auto resolved, co_await from_manifest(constants, request, std::move(manifest)));
    resolved.title = player.title;
    resolved.stream_id = player.video_id;
    co_return resolved;
  }

 private:
  [[nodiscard]] static Resolved announced_by(const page::YoutubePlayer& player) {
    Resolved out;
    out.live = false;
    out.announced = true;
    out.title = player.title;
    out.stream_id = player.video_id;
    out.scheduled = player.begins;
    return out;
  }
  [[nodiscard]] static std::vector<std::string> headers_for(const YoutubeConstants& constants,
                                                            const ResolveRequest& request) {
    std::vector<std::string> out{"User-Agent: " + constants.user_agent, "Accept-Language: en"};
    if (request.cookies_file.empty()) out.push_back("Cookie: " + constants.consent_cookie);
    return out;
  }

  Task<HttpResponse> get_page(YoutubeConstants constants, ResolveRequest request, std::string path) {
    for (int redirects = 0;; ++redirects) {
      if (options_.turn) REC_CO_CHECK(co_await options_.turn(request.only_a_look));
      auto get = resolver_request(request, options_.base_url + path);
      get.headers = headers_for(constants, request);
      get.max_bytes = kMostPageBytes;
      get.max_redirects = 0;  // each is a request, and has its turn
      auto answer = co_await http_.fetch(std::move(get));
      if (!answer || redirects == kMostPageRedirects) co_return answer;
      path = page::path_within(options_.base_url, answer->status, answer->header("location"));
      if (path.empty()) co_return answer;
    }
  }

  Task<Resolved> from_manifest(YoutubeConstants constants, ResolveRequest request, HttpRequest get) {
    const std::string agent = "User-Agent: " + constants.user_agent;
    get.headers = {agent};
    REC_CO_TRY(const auto response, co_await http_.fetch(std::move(get)));
    if (response.status / 100 != 2) {
      auto error = http_error(response, "YouTube manifest");
      error.code = error.code == Errc::rate_limited ? error.code : Errc::unavailable;
      co_return fail(std::move(error));
    }
    REC_CO_TRY(auto resolved, resolved_from(response.body, response.url, request));
    resolved.headers = {agent};
    resolved.from_private_host = response.from_private_host;
    co_return resolved;
  }

  HttpClient& http_;
  YoutubeOptions options_;
};

}  // namespace

std::unique_ptr<Resolver> make_youtube_resolver(HttpClient& http, YoutubeOptions options) {
  return std::make_unique<YoutubeResolver>(http, std::move(options));
}

}  // namespace rec::capture
