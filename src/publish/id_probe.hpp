// Reads a channel's or group's messages by their ids, which follow each other: the only way that bots have.
#pragma once
#include <cstdint>

#include <boost/json/array.hpp>

#include "publish/tdlib_session.hpp"

namespace rec {

constexpr int kServerIdShift = 20;  ///< server ids are TDLib's ids shifted right by this
constexpr std::int64_t kProbeBatch = 100;
/// Below this one are the ids of channels and supergroups (-100…), which number their messages themselves.
constexpr std::int64_t kLastNumberedChat = -1'000'000'000'000;
/// So many ids in a row that are of no message mean that there are no more.
constexpr std::int64_t kEmptyStretch = 5 * kProbeBatch;

/// The messages with the server ids [first, first + kProbeBatch) that exist, in order: one request.
Task<boost::json::array> probe_batch(TdlibSession& session, std::int64_t chat, std::int64_t first);
/// The same, but goes on over stretches where all messages were deleted; empty: there are none from `first`
/// on.
Task<boost::json::array> probe_from(TdlibSession& session, std::int64_t chat, std::int64_t first);
/// A server id near the newest message: none is more than a batch above it.
Task<std::int64_t> newest_id(TdlibSession& session, std::int64_t chat);
/// The server id of the first message that is not older than `date` (UTC seconds), or one after the newest.
Task<std::int64_t> first_id_since(TdlibSession& session, std::int64_t chat, std::int64_t date);

}  // namespace rec
