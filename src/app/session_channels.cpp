#include "app/session_channels.hpp"

#include "app/config_channels.hpp"
#include "app/config_units.hpp"

namespace rec {

Result<std::set<ChannelId>> channels_meant(const std::string& name, const ChannelBook& book,
                                           const std::vector<const session::Session*>& sessions) {
  const std::string low = units::lower(std::string(units::trim(name)));
  const auto page = channel_of_url(name);
  const auto is_called_so = [&](const ChannelId& id, const std::string& own) {
    return units::lower(id.str()) == low || units::lower(own) == low || (page && page->id == id);
  };
  std::set<ChannelId> meant;
  for (const session::Session* session : sessions) {
    if (is_called_so(session->channel, session->channel_name)) meant.insert(session->channel);
  }
  auto found = book.find(name);
  if (!found && meant.empty()) return fail(std::move(found).error());
  // How another one's name begins is not asked where something has just that name.
  if (found && (meant.empty() || is_called_so(*found, book.entry(*found)->watched.name)))
    meant.insert(*std::move(found));
  return meant;
}

}  // namespace rec
