// The world's things as TL objects, as one account sees them.
#pragma once
#include "sim/telegram/world.hpp"

namespace rec::sim {

TlObject tl_user(const Account& account, std::int64_t viewer);
TlObject tl_channel(const Channel& channel);
TlObject tl_document(const Document& document);
/// messageMediaDocument or messageMediaPhoto.
TlObject tl_media(const Document& document);
/// message, or messageEmpty for one that was deleted.
TlObject tl_message(const Message& message, const Channel& channel, std::int64_t viewer);
/// The update for an event; `pts_count` is 0 for one that repeats what is known.
TlObject tl_update(const ChannelEvent& event, World& world, std::int64_t viewer, int pts_count = 1);
/// updates{…} with all channels and the viewer.
TlObject tl_updates(TlList updates, World& world, std::int64_t viewer);
TlList tl_channels(World& world);
TlList tl_users(World& world, std::int64_t viewer);

}  // namespace rec::sim
