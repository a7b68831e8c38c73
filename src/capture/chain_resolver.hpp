// Picks the resolver by the URL.
#pragma once
#include <memory>

#include "capture/resolver.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

/// A path that ends in .m3u8 (or .m3u) -> direct. twitch.tv -> native, and yt-dlp when that fails otherwise
/// than "offline". YouTube -> yt-dlp. Any other page is looked at: what answers with a playlist is direct,
/// all else goes to yt-dlp. `http` must outlive it.
std::unique_ptr<Resolver> make_chain_resolver(HttpClient& http, std::unique_ptr<Resolver> direct,
                                              std::unique_ptr<Resolver> twitch,
                                              std::unique_ptr<Resolver> yt_dlp);

}  // namespace rec::capture
