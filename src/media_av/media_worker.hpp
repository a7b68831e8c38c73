// The child process that libav's work is done in: hostile bytes may end it, and nothing else.
#pragma once

namespace rec::media {

/// `streamrecorder-media worker`: one JSON request on standard input, one JSON answer on standard output
/// (part_json.hpp). 0 = answered, be it with an error; 1 = could not even answer.
int media_worker_main();

}  // namespace rec::media
