// What YouTube may answer to a look at a channel, of any bytes. The first byte says status, cookies and what
// is known of the channel; what stands before the first %% is where a redirect leads.
#include <array>
#include <cstdlib>
#include <string>
#include <string_view>

#include "page/youtube_page.hpp"
#include "watch/youtube_look.hpp"

namespace rec {
namespace {

constexpr std::array<int, 8> kStatuses{200, 200, 200, 302, 404, 429, 503, 403};

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_look(const WatchedChannel& channel, const YoutubeLook& look, bool signed_in) {
  using Kind = YoutubeLook::Kind;
  const Sighting& seen = look.sighting;
  const bool says = look.kind == Kind::told || look.kind == Kind::gone;
  expect(says == (seen.channel == channel.id));
  expect(look.kind == Kind::told || !look.error.text.empty());
  expect(!(seen.live && seen.announced) && !(look.kind == Kind::gone && seen.live));
  expect(look.kind != Kind::signs_in || (!signed_in && !channel.cookies_file.empty()));
  expect(seen.platform_id.empty() || seen.platform_id.size() == 24);
  expect(!look.poll_delay || look.poll_delay->count() >= 0);
  if (seen.announced && seen.announced->scheduled) expect(!iso8601(*seen.announced->scheduled).empty());
}

}  // namespace
}  // namespace rec

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  WatchedChannel channel{ChannelId("youtube:@show"), "youtube", "@show",
                         "https://www.youtube.com/@show/live"};
  if ((data[0] & 8) != 0) channel.platform_id = "UC0123456789abcdefghijkl";
  if ((data[0] & 16) != 0) channel.cookies_file = "cookies.txt";
  const bool signed_in = (data[0] & 32) != 0;
  HttpResponse answer;
  answer.status = kStatuses.at(data[0] & 7);
  answer.url = "https://www.youtube.com/@show/live";
  if (const auto cut = rest.find("%%"); cut != std::string_view::npos) {
    answer.headers.emplace("location", std::string(rest.substr(0, cut)));
    rest.remove_prefix(cut + 2);
  }
  answer.body = std::string(rest);
  const auto player = page::player_of_page(answer.body);
  if (player) (void)page::why_not_playable(*player);
  check_look(channel, look_at_youtube(channel, answer, signed_in), signed_in);
  return 0;
}
