// The child process that TDLib lives in: an abort in it, or its symbols, cannot touch the recorder.
#pragma once
#include <string>

namespace rec {

/// What `streamrecorder tdlib-host LIBRARY` runs. Loads libtdjson from the path and speaks JSON lines with
/// the parent over descriptor 0, a socket used both ways: each line in is a request to the one client, each
/// line out is a response or an update. Updates of files that are not being uploaded are left out, the others
/// come at most five times a second per file. When the parent closes its end (or dies) the client is closed;
/// returns when it has, after 3 s at the latest. The exit code: 0, or 2 with a line on stderr when the
/// library cannot be used.
int tdlib_host_main(const std::string& library_path);

}  // namespace rec
