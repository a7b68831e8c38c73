// What the media worker and its parent say to each other: one JSON request, one JSON answer. Pure.
#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "media/cut_request.hpp"
#include "media/media_facts.hpp"
#include "media/picture_request.hpp"
#include "ports/file_cutter.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// {"kind": "part", "output", "title", "runs": [[{"file", "offset", "bytes"}, …], …]}, and where they are set
/// "tails" (for each run its tail_bytes), "sound" (for each run a list of such lists), "next" (such a list)
/// "most_bytes", "sound_alone" and "encode" (true)
std::string to_json(const MakePartRequest& request);
/// {"kind": "cut", "input", "sound", "folder", "stem", "bytes", "duration_ms"}, and where they are set
/// "sound_alone" and "encode" (true)
std::string to_json(const CutRequest& request);
/// {"kind": "look", "file", "previous", "window"}
std::string to_json(const FileLookRequest& request);
/// {"kind": "describe", "file"}
std::string to_json(const DescribeRequest& request);
/// {"kind": "adopt", "file", "output", "most_bytes", "duration_ms"}
std::string to_json(const AdoptRequest& request);
/// {"kind": "picture", "extents": [{"file", "offset", "bytes"}, …]}
std::string to_json(const PictureRequest& request);
using MediaRequest =
    std::variant<MakePartRequest, CutRequest, FileLookRequest, DescribeRequest, AdoptRequest, PictureRequest>;
/// invalid: none of them.
Result<MediaRequest> request_from_json(std::string_view text);

/// {"ok": {…}} or {"error": {"code", "text"}}
std::string to_json(const Result<session::PartFile>& answer);
/// {"ok": [{…}, …]} or {"error": …}
std::string to_json(const Result<std::vector<session::PartFile>>& answer);
/// {"ok": {"duration_ms", "bytes", "repeats"}} or {"error": …}
std::string to_json(const Result<FileLook>& answer);
Result<FileLook> look_from_json(std::string_view text);
/// {"ok": {"duration_ms", "bytes", "width", "height", "rate_num", "rate_den", "sound"}} or {"error": …}
std::string to_json(const Result<MediaFacts>& answer);
Result<MediaFacts> facts_from_json(std::string_view text);
/// {"ok": {"jpeg": base64}} or {"error": …}
std::string to_json(const Result<MadePicture>& answer);
/// The bytes of the JPEG.
Result<std::string> picture_from_json(std::string_view text);
/// The answer itself; corrupt: not such an answer.
Result<std::vector<session::PartFile>> parts_from_json(std::string_view text);
/// The same for one part.
Result<session::PartFile> answer_from_json(std::string_view text);

}  // namespace rec::media
