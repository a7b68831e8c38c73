#include "cli/record_view.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "app/gap_json.hpp"
#include "app/texts.hpp"

namespace rec::cli {
namespace {

std::string size_text(std::uint64_t bytes) {
  if (bytes >= 1'000'000'000) return fmt::format("{:.2f} GB", static_cast<double>(bytes) / 1e9);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

double seconds_of(Micros duration) { return std::chrono::duration<double>(duration).count(); }

boost::json::object part_json(const session::Part& part, const session::PartFile& file) {
  boost::json::object object;
  object["path"] = file.path;
  object["bytes"] = file.bytes;
  object["duration_s"] = seconds_of(file.duration);
  object["sha256"] = file.sha256;
  if (file.encoded) object["encoded"] = true;
  object["first_sequence"] = part.first_sequence;
  object["last_sequence"] = part.last_sequence;
  if (part.state == session::PartState::failed) object["error"] = part.error;
  return object;
}

}  // namespace

std::string progress_line(const App& app, Instant now) {
  for (const auto& [id, session] : app.model().sessions) {
    const SessionSink* sink = app.sink(id);
    if (sink == nullptr) continue;
    const double rate = seconds_of(sink->recorded()) > 0
                            ? static_cast<double>(sink->bytes()) * 8 / seconds_of(sink->recorded()) / 1e6
                            : 0;
    const auto gaps = app.model().gaps.find(id);
    const std::string missing =
        gap_seconds(gaps == app.model().gaps.end() ? std::vector<Gap>{} : gaps->second, Language::en);
    const char* mark = session.phase == session::Phase::recording ? "●" : "⚙";
    std::string line = fmt::format("{} {} · {} · {:.1f} Mbit/s · gaps {} · {} part{}", mark,
                                   clock_text(std::chrono::duration_cast<Millis>(sink->recorded())),
                                   size_text(sink->bytes()), rate, missing, session.parts.size(),
                                   session.parts.size() == 1 ? "" : "s");
    if (sink->last_append() && session.phase == session::Phase::recording &&
        now - *sink->last_append() > std::chrono::seconds(15)) {
      line += fmt::format(" · nothing for {}",
                          clock_text(std::chrono::duration_cast<Millis>(now - *sink->last_append())));
    }
    return line;
  }
  return "waiting for the stream";
}

std::string outcome_json(const RecordOutcome& outcome) {
  boost::json::object object;
  object["session"] = outcome.session.id.str();
  object["url"] = outcome.url;
  boost::json::array parts;
  for (const auto& part : outcome.session.parts) {
    for (const session::PartFile& file : all_files(part.file)) parts.push_back(part_json(part, file));
  }
  object["parts"] = std::move(parts);
  object["segments"] = outcome.segments;
  object["bytes"] = outcome.bytes;
  boost::json::array gaps;
  for (const Gap& gap : outcome.gaps) gaps.push_back(gap_json(gap));
  object["gaps"] = std::move(gaps);
  boost::json::array aside;
  for (const session::FileTake& file : outcome.session.files) {
    if (file.state != session::FileState::aside) continue;
    boost::json::object one;
    one["file"] = file.number;
    one["note"] = file.note;
    aside.push_back(std::move(one));
  }
  if (!aside.empty()) object["set_aside"] = std::move(aside);
  object["end"] = word(outcome.end.reason);
  return boost::json::serialize(object);
}

std::string outcome_text(const RecordOutcome& outcome) {
  std::string text;
  for (const auto& part : outcome.session.parts) {
    if (part.state == session::PartState::failed) {
      text += fmt::format("part {} could not be made: {}\n", part.number, part.error);
    } else {
      for (const session::PartFile& file : all_files(part.file))
        text += fmt::format("{}  ({}, {})\n", file.path, clock_text(file.duration), size_text(file.bytes));
    }
  }
  for (const session::FileTake& file : outcome.session.files) {
    if (file.state == session::FileState::aside)
      text += fmt::format("left out: file {}: {}\n", file.number, file.note);
  }
  text += fmt::format("{} segments, gaps {}, ended: {}\n", outcome.segments,
                      gap_text(outcome.gaps, Language::en), word(outcome.end.reason));
  return text;
}

}  // namespace rec::cli
