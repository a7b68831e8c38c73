#include "cli/post_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/json/array.hpp>

#include "app/texts.hpp"
#include "base/json_members.hpp"
#include "cli/exit_codes.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

struct Counts {
  std::size_t parts = 0, posted = 0, failed = 0;
  double bytes = 0, sent = 0;
};

Counts count(const json::object& session) {
  Counts counts;
  for (const json::value& value : list_in(session, "parts")) {
    const json::object& part = value.as_object();
    const std::string state = text_in(part, "state");
    ++counts.parts;
    counts.posted += state == "posted" ? 1 : 0;
    counts.failed += state == "failed" ? 1 : 0;
    counts.bytes += number_in(part, "bytes");
    counts.sent += state == "posted" ? number_in(part, "bytes") : number_in(part, "uploaded_bytes");
  }
  return counts;
}

std::string bar(double share) {
  constexpr int kCells = 20;
  const int full = static_cast<int>(share * kCells);
  std::string out;
  for (int cell = 0; cell < kCells; ++cell) out += cell < full ? "▰" : "▱";
  return out;
}

std::string clock_of(const json::object& part) {
  return clock_text(Millis(static_cast<std::int64_t>(number_in(part, "duration_s") * 1000)));
}

}  // namespace

const json::object* session_in(const json::object& status, std::string_view id) {
  for (const json::value& session : list_in(status, "sessions")) {
    if (text_in(session.as_object(), "id") == id) return &session.as_object();
  }
  return nullptr;
}

bool is_over(const json::object& session) {
  const std::string status = text_in(session, "status");
  return status == "done" || status == "error";
}

std::string post_progress(const json::object& session) {
  const std::string status = text_in(session, "status");
  const Counts counts = count(session);
  if (status != "uploading" || counts.bytes <= 0) return std::string(status);
  const double share = std::clamp(counts.sent / counts.bytes, 0.0, 1.0);
  return fmt::format("{} {:.0f} % · {} of {} posted · {:.1f} of {:.1f} MB", bar(share), share * 100,
                     counts.posted, counts.parts, std::min(counts.sent, counts.bytes) / 1e6,
                     counts.bytes / 1e6);
}

std::string post_silence(const json::object& status) {
  const double silent = number_in(object_in(status, "telegram"), "silent_s");
  if (silent <= 0) return {};
  return " · no answer from Telegram for " +
         clock_text(std::chrono::duration_cast<Millis>(std::chrono::duration<double>(silent)));
}

std::string post_trouble(const json::object& status, std::string_view id) {
  const json::value* queues = status.if_contains("queues");
  if (queues == nullptr || !queues->is_object()) return {};
  for (const json::value& row : list_in(queues->get_object(), "failing")) {
    if (text_in(row.as_object(), "session") == id) return std::string(text_in(row.as_object(), "error"));
  }
  return {};
}

json::object post_outcome(const json::object& session, bool is_new) {
  json::object out;
  out["session"] = text_in(session, "id");
  out["title"] = text_in(session, "title");
  out["status"] = text_in(session, "status");
  out["new"] = is_new;
  json::array parts;
  for (const json::value& value : list_in(session, "parts")) {
    json::object part;
    for (const char* name : {"number", "state", "bytes", "duration_s", "message_id", "posted_at", "error"}) {
      if (const json::value* member = value.as_object().if_contains(name)) part[name] = *member;
    }
    parts.push_back(std::move(part));
  }
  out["parts"] = std::move(parts);
  return out;
}

std::string post_outcome_text(const json::object& session, bool is_new) {
  std::string text = is_new ? "" : "this was posted before: nothing is posted twice\n";
  for (const json::value& value : list_in(session, "parts")) {
    const json::object& part = value.as_object();
    const auto number = static_cast<int>(number_in(part, "number"));
    if (text_in(part, "state") == "failed") {
      text += fmt::format("part {} could not be posted: {}\n", number, text_in(part, "error"));
    } else {
      text += fmt::format("part {} {} ({}, {:.1f} MB)\n", number, text_in(part, "state"), clock_of(part),
                          number_in(part, "bytes") / 1e6);
    }
  }
  return text;
}

int post_exit_code(const json::object& session) {
  const Counts counts = count(session);
  if (counts.posted == 0) return kFailed;
  return counts.failed > 0 ? kPartlyDone : kDone;
}

}  // namespace rec::cli
