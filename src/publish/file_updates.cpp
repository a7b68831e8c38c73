// TDLib writes compact JSON with "@type" first, which makes looking for texts enough.
#include "publish/file_updates.hpp"

#include <charconv>

namespace rec {
namespace {

constexpr std::chrono::milliseconds kEvery{200};
constexpr std::string_view kFileUpdate = R"({"@type":"updateFile",)";

std::int64_t file_id(std::string_view line) {
  constexpr std::string_view kKey = R"("file":{"@type":"file","id":)";
  const auto at = line.find(kKey);
  if (at == std::string_view::npos) return 0;
  const auto digits = line.substr(at + kKey.size());
  std::int64_t id = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), id);
  return id;
}

bool about_an_upload(std::string_view line) {
  return line.find(R"("is_uploading_active":true)") != std::string_view::npos ||
         line.find(R"("is_uploading_completed":true)") != std::string_view::npos;
}

}  // namespace

void FileUpdateThinner::put(std::string_view line, Time now, std::vector<std::string>& out) {
  if (!line.starts_with(kFileUpdate)) {
    out.emplace_back(line);
    return;
  }
  if (!about_an_upload(line)) return;
  Kept& kept = files_[file_id(line)];
  kept.line = line;
  if (now >= kept.due) flush(now, out);
}

void FileUpdateThinner::flush(Time now, std::vector<std::string>& out) {
  for (auto at = files_.begin(); at != files_.end();) {
    Kept& kept = at->second;
    if (now < kept.due) {
      ++at;
    } else if (kept.line.empty()) {
      at = files_.erase(at);
    } else {
      out.push_back(std::move(kept.line));
      kept.line.clear();
      kept.due = now + kEvery;
      ++at;
    }
  }
}

}  // namespace rec
