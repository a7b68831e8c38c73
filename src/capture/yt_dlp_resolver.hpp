// Any page that yt-dlp knows: `yt-dlp -J` says what is behind it. One process a resolve, by argv, without its
// config.
#pragma once
#include <functional>
#include <memory>

#include "capture/resolver.hpp"
#include "runtime/subprocess.hpp"

namespace rec::capture {

using ChildRunner = std::function<Task<ChildResult>(ChildRequest)>;

/// not_found "offline": the page is not live (yet). denied: login, members only, region. invalid: the site is
/// not supported, the stream has no HLS, or yt-dlp is not installed (the text names the package). `run` is
/// run_child but in tests. yt-dlp writes its cookies file, so it gets a private copy, which is removed again.
std::unique_ptr<Resolver> make_yt_dlp_resolver(std::string program = "yt-dlp", ChildRunner run = {});

/// The pure half: what the output of a yt-dlp that has ended says.
Result<Resolved> resolved_from_yt_dlp(const ChildResult& child, std::string_view quality);

}  // namespace rec::capture
