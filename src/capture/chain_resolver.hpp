// Picks the resolver by the URL.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "capture/resolver.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

struct ResolverChain {
  std::unique_ptr<Resolver> direct;
  std::unique_ptr<Resolver> twitch;
  std::unique_ptr<Resolver> youtube;
  std::unique_ptr<Resolver> yt_dlp;
  std::string youtube_url{};  ///< where YouTube is, if not at its own address
  std::string twitch_url{};   ///< the same for Twitch's playlists
  /// Told before yt-dlp is asked of a YouTube page; unset: nobody counts.
  std::function<void()> youtube_by_yt_dlp{};
};

/// A path that ends in .m3u8 (or .m3u) -> direct. twitch.tv and YouTube -> natively, and yt-dlp when that
/// fails otherwise than "offline"; also when URLs of it were refused: at once for YouTube, the second time
/// for Twitch, whose own resolver first asks as another client. Any other page is looked at: what answers
/// with a playlist is direct, all else goes to yt-dlp. When both fail, the error is the one that says more:
/// rights that we lack, else yt-dlp's. That a page is left to yt-dlp is told once until its own way works
/// again. What a private page or endpoint says may lead to private hosts. `http` must outlive it.
std::unique_ptr<Resolver> make_chain_resolver(HttpClient& http, ResolverChain chain);

}  // namespace rec::capture
