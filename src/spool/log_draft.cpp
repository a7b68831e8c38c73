#include "spool/log_draft.hpp"

#include <xxhash.h>

#include "core/codecs.hpp"

namespace rec {
namespace {

/// How much of a segment may be looked at for its codecs when its first chunk did not tell.
constexpr std::uint64_t kMostLookedAt = 512U << 10U;

}  // namespace

struct LogDraft::Hash {
  Hash() { XXH3_64bits_reset(state); }
  ~Hash() { XXH3_freeState(state); }
  Hash(const Hash&) = delete;
  Hash& operator=(const Hash&) = delete;
  XXH3_state_t* state = XXH3_createState();
};

LogDraft::LogDraft(Needs needs) : needs_(std::move(needs)), hash_(std::make_unique<Hash>()) {}

LogDraft::~LogDraft() { needs_.log->abandon(std::move(bytes_)); }

bool LogDraft::take(std::string_view bytes) {
  if (head_.size() < kHeadBytes) head_ += bytes.substr(0, kHeadBytes - head_.size());
  taken_ += bytes.size();
  XXH3_64bits_update(hash_->state, bytes.data(), bytes.size());
  while (!bytes.empty()) {
    if (!chunk_) chunk_ = needs_.chunks->get();
    bytes.remove_prefix(chunk_->fill(bytes));
    if (chunk_->full()) hand_over();
  }
  if (!resume_ || !needs_.chunks->crowded()) return true;
  needs_.chunks->when_room(resume_);
  return false;
}

void LogDraft::hand_over() {
  needs_.chunks->enqueue();
  auto job = [self = shared_from_this(), chunk = std::exchange(chunk_, nullptr)]() mutable {
    self->write(*chunk);
    chunk.reset();
    self->needs_.chunks->written();
  };
  needs_.disk.post(std::move(job));
}

void LogDraft::write(Chunk& chunk) {
  if (failure_) return;
  if (bytes_.bytes == 0 && needs_.codecs_of) codecs_ = needs_.codecs_of(chunk.view());
  auto written = needs_.log->write(bytes_, chunk);
  if (!written) failure_ = std::move(written).error();
}

Task<> LogDraft::settle() {
  if (chunk_) hand_over();
  auto job = [self = shared_from_this()]() -> Result<void> {
    if (self->failure_) return fail(*self->failure_);
    return {};
  };
  if (auto written = co_await run_on(needs_.disk, std::move(job)); !written) {
    if (needs_.on_refused) static_cast<void>(co_await needs_.on_refused(written.error()));
    co_return written;
  }
  bytes_.checksum = XXH3_64bits_digest(hash_->state);
  hash_.reset();
  co_return Result<void>();
}

Result<SegmentRecord> LogDraft::commit(SegmentInfo info, Instant now) {
  if (needs_.codecs_of && bytes_.bytes > Chunk::kBytes && !codecs_complete(codecs_)) {
    REC_TRY(const std::string more, needs_.log->read(bytes_, kMostLookedAt));
    codecs_ = needs_.codecs_of(more);
  }
  info.codecs = std::move(codecs_);
  auto record = needs_.log->append(info, bytes_, now);
  if (record) bytes_.spans.clear();
  return record;
}

}  // namespace rec
