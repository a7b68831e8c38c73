#include "app/file_takes.hpp"

#include <algorithm>
#include <filesystem>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "app/names.hpp"
#include "app/taken_files.hpp"
#include "base/folders.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr std::uint64_t kFirstFootage = 16'384;  ///< bytes; a file's head alone is none

}  // namespace

std::string take_folder(const SessionId& session, int number, const Settings& settings) {
  return (std::filesystem::path(settings.data_folder) / "takes" / session.str() / std::to_string(number))
      .string();
}

std::string phantom_folder(const SessionId& session, int number, const Settings& settings) {
  return (std::filesystem::path(settings.data_folder) / "phantoms" / session.str() / std::to_string(number))
      .string();
}

// The run before it brought nothing, so its place is as good as a new one.
const session::FileTake* FileTakeSink::reusable() const {
  const session::Session& session = needs_.ledger.model().sessions.at(session_);
  for (const session::FileTake& file : session.files) {
    const auto known = measured_.find(file.number);
    if (known != measured_.end() && known->second == 0 && file.state == session::FileState::recording)
      return &file;
  }
  return nullptr;
}

// Names sort in time order: what is missed at the front goes before part 1; a run goes behind all parts there
// are, and behind the runs that have not become parts, or never will: the number only grows, so no two runs
// share a name.
std::string FileTakeSink::stem() const {
  const session::Session& session = needs_.ledger.model().sessions.at(session_);
  int number = 0;
  if (!beginning_) {
    number = static_cast<int>(session.parts.size()) + 1;
    for (const session::FileTake& file : session.files) {
      const bool has_parts = std::ranges::any_of(
          session.parts, [&](const session::Part& part) { return part.file_take == file.number; });
      if (!file.beginning && !has_parts) ++number;
    }
  }
  std::string name = part_file_name(session, number, needs_.settings);
  return name.substr(0, name.rfind('.'));
}

FilePlace FileTakeSink::begin_place() {
  const int number = static_cast<int>(needs_.ledger.model().sessions.at(session_).files.size()) + 1;
  FilePlace place{number, take_folder(session_, number, needs_.settings)};
  session::FileBegun begun{number, beginning_, place.folder, stem(), needs_.clock.now()};
  needs_.ledger.session_event(session_, begun);
  measured_[number] = 0;
  return place;
}

void FileTakeSink::reserve() {
  const auto found = needs_.ledger.model().sessions.find(session_);
  if (found != needs_.ledger.model().sessions.end() && found->second.files.empty()) (void)begin_place();
}

Task<FilePlace> FileTakeSink::begin_file() {
  while (needs_.room) {
    const auto room = needs_.room();
    if (room) break;
    co_await needs_.clock.sleep(std::chrono::seconds(5));
  }
  const auto& sessions = needs_.ledger.model().sessions;
  const auto found = sessions.find(session_);
  if (found == sessions.end() || found->second.phase != session::Phase::recording)
    co_return fail(Errc::conflict, "the session is over");
  const auto* file = reusable();
  const FilePlace place = file == nullptr ? begin_place() : FilePlace{file->number, file->folder};
  // In the store before anything is written there, unless the store is stuck: then footage comes first.
  co_await (needs_.ledger.durable() || needs_.clock.sleep(std::chrono::seconds(2)));
  auto job = [folder = place.folder] { return make_folders(folder); };
  REC_CO_CHECK(co_await run_on(needs_.chores, std::move(job)));
  co_return place;
}

Task<std::uint64_t> FileTakeSink::measure(FilePlace place) {
  auto job = [folder = place.folder] { return files_in_place(folder); };
  REC_CO_TRY(const auto files, co_await run_on(needs_.chores, std::move(job)));
  const std::uint64_t bytes = bytes_in(files);
  std::uint64_t& known = measured_[place.number];
  if (bytes > known) {
    FileGrowth& growth = needs_.growth[session_];
    growth.bytes += bytes - known;
    growth.at = needs_.clock.now();
    growth.heard = needs_.clock.steady();
    known = bytes;
    if (bytes >= kFirstFootage) {
      const auto found = needs_.ledger.model().sessions.find(session_);
      needs_.ledger.session_event(session_, session::Started{});
      if (found != needs_.ledger.model().sessions.end() && !beginning_)
        needs_.ledger.channel_event(found->second.channel, channel::SegmentArrived{needs_.clock.now()});
    }
  }
  if (needs_.room) {
    REC_CO_CHECK(needs_.room());
  }
  co_return bytes;
}

void FileTakeSink::end_file(int number) {
  const auto& sessions = needs_.ledger.model().sessions;
  if (const auto found = sessions.find(session_); found != sessions.end() && needs_.live_of) {
    const auto grew = needs_.growth.find(session_);
    const auto live = needs_.live_of(found->second.channel);
    if (live && grew != needs_.growth.end()) grew->second.live.try_emplace(number, *live);
  }
  needs_.ledger.session_event(session_, session::FileEnded{number, needs_.clock.now()});
}

// It lies behind what other programs did not record, and before no segment that there is: a place of its own
// for each file, in which each is another.
void FileTakeSink::gap(int number, Micros duration, GapCause cause) {
  const Ledger& ledger = needs_.ledger;
  const auto known = ledger.model().gaps.find(session_);
  Gap gap;
  gap.take = gap.epoch = static_cast<std::uint32_t>(number);
  gap.before_ordinal =
      ledger.model().sessions.at(session_).next_ordinal() + static_cast<std::uint64_t>(number);
  gap.from_sequence = gap.to_sequence =
      known == ledger.model().gaps.end() ? 0 : 2 * static_cast<std::int64_t>(known->second.size());
  gap.duration = duration;
  gap.cause = cause;
  gap.noticed_at = needs_.clock.now();
  log::warn("gap.noticed", {{"session", session_},
                            {"cause", word(cause)},
                            {"seconds", std::chrono::duration<double>(duration).count()},
                            {"file", number}});
  needs_.ledger.add_gap(session_, gap);
}

Task<std::optional<Millis>> newest_footage_age(session::Session session, Worker& chores, Clock& clock) {
  const auto last = std::ranges::find_if(session.files.rbegin(), session.files.rend(),
                                         [](const session::FileTake& file) { return !file.beginning; });
  if (last == session.files.rend()) co_return std::optional<Millis>();
  auto job = [folder = last->folder] { return files_in_place(folder); };
  REC_CO_TRY(const auto files, co_await run_on(chores, std::move(job)));
  const auto written = newest_write(files);
  if (!written) co_return std::optional<Millis>();
  co_return std::max(clock.now() - *written, Millis(0));
}

void FileTakeSink::end_all() {
  for (const auto& [number, bytes] : measured_) end_file(number);
}

}  // namespace rec
