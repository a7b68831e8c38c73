#include "capture/body_pipe.hpp"

#include <algorithm>

namespace rec::capture {

BodyPipe::BodyPipe(std::shared_ptr<SegmentDraft> draft, std::optional<ByteRange> range,
                   std::unique_ptr<Aes128Stream> cipher)
    : draft_(std::move(draft)), range_(std::move(range)), cipher_(std::move(cipher)) {}

void BodyPipe::begin(int status) {
  draft_->begin(status);
  whole_file_ = range_ && status != 206;
  if (whole_file_) skip_ = range_->offset;
}

bool BodyPipe::take(std::string_view bytes) {
  const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
  skip_ -= skipped;
  bytes.remove_prefix(skipped);
  if (range_) {
    const std::uint64_t left = range_->length - taken_;
    too_long_ = too_long_ || bytes.size() > left;
    bytes = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size())));
  }
  taken_ += bytes.size();
  return cipher_ ? draft_->take(cipher_->update(bytes)) : draft_->take(bytes);
}

Task<std::shared_ptr<SegmentDraft>> BodyPipe::finish() {
  if (range_ && taken_ < range_->length && whole_file_)
    co_return fail(Errc::corrupt, "segment file is shorter than its byte range");
  if (range_ && (taken_ < range_->length || (too_long_ && !whole_file_)))
    co_return fail(Errc::corrupt, "another length came than the byte range has");
  if (cipher_ && taken_ > 0) {
    auto rest = cipher_->finish();
    undecryptable_ = !rest;
    if (!rest) co_return fail(std::move(rest).error());
    draft_->take(*rest);
  }
  auto settled = co_await draft_->settle();
  refused_by_disk_ = !settled;
  if (!settled) co_return fail(std::move(settled).error());
  co_return draft_;
}

}  // namespace rec::capture
