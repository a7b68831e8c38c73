// What the media worker and its parent say to each other: one JSON request, one JSON answer. Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// {"output", "title", "runs": [[{"file", "offset", "bytes"}, …], …]}
std::string to_json(const MakePartRequest& request);
/// invalid: not such a request.
Result<MakePartRequest> request_from_json(std::string_view text);

/// {"ok": {…}} or {"error": {"code", "text"}}
std::string to_json(const Result<session::PartFile>& answer);
/// The answer itself; corrupt: not such an answer.
Result<session::PartFile> answer_from_json(std::string_view text);

}  // namespace rec::media
