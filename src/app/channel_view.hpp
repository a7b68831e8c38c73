// Channels for people and scripts: what `channel list` shows, as JSON. The form is promised in
// docs/interface.md. Pure.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "app/channel_book.hpp"
#include "app/ledger.hpp"

namespace rec {

/// What only a running program knows of a channel.
struct ChannelNote {
  std::string note{};  ///< why it is not recorded, and what else its owner should know; "" = nothing
  std::optional<Instant> looked_at{};  ///< when the platform last told of it
  bool over = false;  ///< a page of one broadcast that is over: nothing is asked of it any more
};
using NewsOf = std::function<ChannelNote(const ChannelId&)>;

/// One channel; `news` may be empty.
boost::json::object channel_json(const BookEntry& entry, const Model& model, const session::Policy& policy,
                                 const NewsOf& news);
/// `{"running", "channels": […]}`
boost::json::object channels_json(const ChannelBook& book, const Model& model, const session::Policy& policy,
                                  bool running, const NewsOf& news);

}  // namespace rec
