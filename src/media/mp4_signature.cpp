// Walks moov / trak / mdia / minf / stbl / stsd (ISO 14496-12) to the codec boxes of the sample entries.
#include "media/mp4_signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "media/es_headers.hpp"

namespace rec::media {
namespace {

using BoxBytes = std::span<const std::uint8_t>;

struct Box {
  std::string_view name;
  BoxBytes body;
};

std::uint64_t number_at(BoxBytes bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8U | bytes[at + i];
  return value;
}

// Takes the box at the front; false: there is none that is whole.
bool next_box(BoxBytes& bytes, Box& out) {
  if (bytes.size() < 8) return false;
  std::size_t header = 8;
  std::uint64_t size = number_at(bytes, 0, 4);
  if (size == 1 && bytes.size() >= 16) {
    header = 16;
    size = number_at(bytes, 8, 8);
  }
  if (size < header || size > bytes.size()) return false;
  out.name = {reinterpret_cast<const char*>(bytes.data()) + 4, 4};
  out.body = bytes.subspan(header, static_cast<std::size_t>(size) - header);
  bytes = bytes.subspan(static_cast<std::size_t>(size));
  return true;
}

// The body of the first box of that name; empty if there is none.
BoxBytes box_in(BoxBytes bytes, std::string_view name) {
  Box box;
  while (next_box(bytes, box)) {
    if (box.name == name) return box.body;
  }
  return {};
}

// What a box of hostile bytes is called must not look like a signature's own signs.
std::string plain(std::string_view name) {
  std::string out(name);
  std::ranges::replace_if(
      out,
      [](char c) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return !plain && c != '-';
      },
      '_');
  return out;
}

// The boxes behind the fixed fields of a sample entry that set the decoder up.
std::string setup_hash(BoxBytes boxes) {
  std::vector<std::uint8_t> setup;
  Box box;
  while (next_box(boxes, box)) {
    // Bit rates, aspect, colour and the like may change with every init section of one encoder.
    constexpr std::string_view kNoSetup[] = {"btrt", "pasp", "colr", "clap", "fiel", "mdcv", "clli", "free"};
    if (std::ranges::find(kNoSetup, box.name) != std::end(kNoSetup)) continue;
    setup.insert(setup.end(), box.body.begin(), box.body.end());
  }
  return setup.empty() ? "" : ":" + short_hash(setup);
}

std::string picture_piece(const Box& entry) {
  constexpr std::size_t kFixed = 78;  // VisualSampleEntry
  if (entry.body.size() < kFixed) return plain(entry.name);
  return plain(entry.name) + setup_hash(entry.body.subspan(kFixed));
}

// The decoder's own setup inside an esds box: descriptors 3, 4 and 5 (ISO 14496-1, 7.2.6). The rates that
// stand around it are the encoder's guess.
BoxBytes decoder_setup(BoxBytes esds) {
  std::size_t at = 4;
  for (const std::uint8_t tag : {3, 4, 5}) {
    if (at >= esds.size() || esds[at] != tag) return {};
    std::size_t length = 0;
    bool more = true;
    for (++at; more; ++at) {
      if (at >= esds.size() || length > esds.size()) return {};
      more = (esds[at] & 0x80U) != 0;
      length = length << 7U | (esds[at] & 0x7FU);
    }
    if (tag == 5) return at + length <= esds.size() ? esds.subspan(at, length) : BoxBytes{};
    at += tag == 3 ? 3 : 13;  // their fixed fields, without the optional ones nobody writes
  }
  return {};
}

std::string sound_piece(const Box& entry) {
  constexpr std::size_t kFixed = 28;  // AudioSampleEntry
  if (entry.body.size() < kFixed) return plain(entry.name);
  const std::string rate = fmt::format(":{}x{}", number_at(entry.body, 24, 2), number_at(entry.body, 16, 2));
  const BoxBytes boxes = entry.body.subspan(kFixed);
  if (const BoxBytes setup = decoder_setup(box_in(boxes, "esds")); !setup.empty())
    return plain(entry.name) + rate + "/" + short_hash(setup);
  std::string hash = setup_hash(boxes);
  if (!hash.empty()) hash[0] = '/';
  return plain(entry.name) + rate + hash;
}

struct Track {
  std::string_view kind;  // "vide", "soun"
  Box entry;
};

bool read_track(BoxBytes trak, Track& out) {
  const BoxBytes media = box_in(trak, "mdia");
  const BoxBytes handler = box_in(media, "hdlr");
  BoxBytes entries = box_in(box_in(box_in(media, "minf"), "stbl"), "stsd");
  if (handler.size() < 12 || entries.size() < 8) return false;
  out.kind = {reinterpret_cast<const char*>(handler.data()) + 8, 4};
  entries = entries.subspan(8);
  return next_box(entries, out.entry);
}

}  // namespace

std::string mp4_signature(std::span<const std::uint8_t> head) {
  BoxBytes moov = box_in(head, "moov");
  std::string picture;
  std::string sound;
  Box box;
  while (next_box(moov, box)) {
    Track track;
    if (box.name != "trak" || !read_track(box.body, track)) continue;
    if (track.kind == "vide" && picture.empty()) picture = picture_piece(track.entry);
    if (track.kind == "soun" && sound.empty()) sound = "+" + sound_piece(track.entry);
  }
  return picture + sound;
}

}  // namespace rec::media
