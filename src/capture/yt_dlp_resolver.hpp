// Any page that yt-dlp knows: `yt-dlp -J` says what is behind it. One process a resolve, by argv, without its
// config.
#pragma once
#include <functional>
#include <memory>

#include "capture/resolver.hpp"
#include "capture/resolver_data.hpp"
#include "capture/yt_dlp_answer.hpp"
#include "capture/yt_dlp_program.hpp"
#include "runtime/subprocess.hpp"

namespace rec::capture {

using ChildRunner = std::function<Task<ChildResult>(ChildRequest)>;

struct YtDlpOptions {
  /// Asked before each run, and what it gives is kept until the run is over; unset: "yt-dlp" from PATH.
  std::function<Result<YtDlpProgram>()> program{};
  std::shared_ptr<ResolverDataFile> data{};  ///< null: the built-in data
  ChildRunner run{};                         ///< run_child but in tests
};

/// not_found "offline": the page is not live (yet). denied: login, members only, region. invalid: the site is
/// not supported, or yt-dlp is not installed (the text names the package). Of a YouTube page whose URLs were
/// refused (ResolveRequest::refusals) the next of the data's player clients is asked for, and after the last
/// of them Resolved::other_backend is set. yt-dlp writes its cookies file, so it gets a private copy, which
/// is removed again; a cookies file that is not there is left out.
std::unique_ptr<Resolver> make_yt_dlp_resolver(YtDlpOptions options = {});

}  // namespace rec::capture
