// YouTube without yt-dlp: the HLS manifest that the player on the page is given.
#pragma once
#include <memory>

#include "capture/resolver.hpp"
#include "capture/resolver_data.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

struct YoutubeOptions {
  std::string base_url = "https://www.youtube.com";
  std::shared_ptr<ResolverDataFile> data{};  ///< null: the built-in data
  PageTurn turn{};  ///< waited for before each request for a page; unset: nobody counts them
};

/// One or two requests: the page, and its manifest. Errors as why_not_playable says; rate_limited where
/// YouTube wants a captcha solved; unavailable also when the page is live without a manifest, or the manifest
/// is refused: yt-dlp may have it. invalid: no page of YouTube, or reading pages is switched off.
/// A request with refusals is answered with unavailable at once: another client has to ask. `http` must
/// outlive it.
std::unique_ptr<Resolver> make_youtube_resolver(HttpClient& http, YoutubeOptions options = {});

}  // namespace rec::capture
