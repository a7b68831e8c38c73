// yt-dlp's argv.
#include "capture/yt_dlp_resolver.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "capture/private_copy.hpp"
#include "capture/youtube_path.hpp"
#include "capture/yt_dlp_answer.hpp"

namespace rec::capture {
namespace {

/// By environment: arguments are for every user of the machine to read.
void set_proxy(ChildRequest& child, const std::string& proxy) {
  if (proxy.empty()) return;
  for (const char* name : {"http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"})
    child.extra_environment.push_back(std::string(name) + "=" + proxy);
}

Resolved all_clients_refused(std::size_t clients) {
  Resolved out;
  out.other_backend = fmt::format(
      "the stream's URLs were refused soon after they were opened, whatever player client asked ({} of them)",
      clients);
  return out;
}

class YtDlpResolver final : public Resolver {
 public:
  explicit YtDlpResolver(YtDlpOptions options) : options_(std::move(options)) {
    if (!options_.run) options_.run = run_child;
    if (!options_.data) options_.data = std::make_shared<ResolverDataFile>();
  }

  Task<Resolved> resolve(ResolveRequest request) override {
    YtDlpProgram program;
    if (options_.program) {
      REC_CO_TRY(program, options_.program());
    }
    ChildRequest child;
    child.argv = {program.path,
                  "-J",
                  "--no-playlist",
                  "--playlist-items",
                  "1",
                  "--ignore-config",
                  "--no-warnings",
                  "--ignore-no-formats-error"};
    child.argv.insert(child.argv.begin() + 1, program.arguments.begin(), program.arguments.end());
    set_proxy(child, request.proxy);
    if (request.refusals > 0 && is_youtube_page(request.page_url)) {
      const auto& clients = options_.data->now()->yt_dlp.player_clients;
      const auto number = static_cast<std::size_t>(request.refusals);
      if (number > clients.size()) co_return all_clients_refused(clients.size());
      const auto& client = clients[number - 1];
      log::info("resolve.other_client", {{"page", request.page_url}, {"client", client}});
      if (client != "default")
        child.argv.insert(child.argv.end(), {"--extractor-args", "youtube:player_client=" + client});
    }
    std::unique_ptr<PrivateCopy> cookies;
    if (!request.cookies_file.empty()) {
      auto copy = PrivateCopy::of(request.cookies_file);
      if (!copy && copy.error().code != Errc::not_found)
        co_return fail(Errc::invalid, "cookies file: " + copy.error().text);
      if (copy) {
        cookies = *std::move(copy);
        child.argv.insert(child.argv.end(), {"--cookies", cookies->path()});
      }
    }
    child.argv.insert(child.argv.end(), {"--", request.page_url});
    auto ended = co_await options_.run(std::move(child));
    if (!ended) {
      if (ended.error().code != Errc::not_found) co_return fail(std::move(ended).error().in("yt-dlp"));
      co_return fail(Errc::invalid,
                     program.path + " is not installed: apt install yt-dlp, or streamrecorder ytdlp update");
    }
    co_return resolved_from_yt_dlp(*ended, request);
  }

 private:
  YtDlpOptions options_;
};

}  // namespace

std::unique_ptr<Resolver> make_yt_dlp_resolver(YtDlpOptions options) {
  return std::make_unique<YtDlpResolver>(std::move(options));
}

}  // namespace rec::capture
