// Long work tells that it goes on; a process that said it would be watched ends when it does not.
#pragma once

namespace rec::media {

/// From here on, process-wide: ten minutes between a made_progress() and the next end this process by
/// SIGALRM.
void watch_progress();
/// Nothing happens in a process that is not watched.
void made_progress();
/// Until the next made_progress() nothing is expected.
void rest();

}  // namespace rec::media
