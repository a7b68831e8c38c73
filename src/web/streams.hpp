// Answers that come in pieces: what changes, as server-sent events, and files by range.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "runtime/worker.hpp"
#include "web/http_text.hpp"
#include "web/latest.hpp"
#include "web/message.hpp"

namespace rec::web {

/// Event `overview` with all of it, then `changes` (changes.hpp) at most once a second; a comment where
/// nothing changed for a quarter of a minute, so that both sides notice that the other has gone. It ends
/// where `welcome`, asked once a second, is false or fails: who listens may no longer come in. `open` counts
/// it.
Response event_stream(std::shared_ptr<Latest> latest, Clock& clock, std::function<Task<bool>()> welcome,
                      std::shared_ptr<int> open);

/// The file, or the range of it that is asked for; 404 where there is none, 416 where the range lies behind
/// its end. It is opened and read on the worker; no link is followed at its end, and nothing but a file is
/// read.
Task<Response> file_response(Worker& files, std::string path, std::string range, std::string content_type);

}  // namespace rec::web
