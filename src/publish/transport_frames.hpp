// What goes over one connection of TDLib, as far as the relay has to know: which bytes belong to one packet,
// and where a packet of the relay's own fits between Telegram's. It reads the outermost layer only,
// Telegram's obfuscated TCP transport, whose keys stand in its first 64 bytes
// (core.telegram.org/mtproto/mtproto-transports); what is inside is encrypted for TDLib and Telegram alone.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rec {

/// Both directions of one connection. One thread. A connection that is something else, which servers that
/// want a secret are, is passed on as it is.
class TransportFrames {
 public:
  TransportFrames();
  ~TransportFrames();
  TransportFrames(const TransportFrames&) = delete;
  TransportFrames& operator=(const TransportFrames&) = delete;

  struct Chunk {
    std::size_t bytes = 0;   ///< of those given, at least one: they are of one packet
    std::size_t packet = 0;  ///< how large that one is, as far as it can be told
    bool first = false;      ///< they are its first
  };
  /// The next bytes to Telegram, in order; those behind `Chunk::bytes` are to be given again.
  Chunk up(std::string_view bytes);
  /// The next bytes from Telegram: changed so that TDLib understands them behind what was said in between.
  void down(std::string& bytes);
  /// Whether a packet of ours fits here.
  [[nodiscard]] bool between() const { return known_ && left_down_ == 0 && head_down_.empty(); }
  /// A packet that TDLib takes notice of and does nothing about. Only where one fits.
  std::string nop();

 private:
  class Keystream;
  void begin();

  std::string greeting_{};
  bool known_ = false;
  std::unique_ptr<Keystream> to_telegram_, from_telegram_;
  std::uint64_t at_up_ = 0, at_down_ = 0;  ///< bytes so far
  std::uint64_t said_ = 0;                 ///< of them, ours
  std::string head_up_{}, head_down_{};    ///< the length of a packet, as far as it is there
  std::uint64_t left_up_ = 0, left_down_ = 0;
  std::size_t packet_up_ = 0;
};

}  // namespace rec
