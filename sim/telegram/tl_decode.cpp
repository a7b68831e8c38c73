// The reading half of the codec. The reader keeps the first error and does nothing after it.
#include <fmt/format.h>
#include <zlib.h>

#include <array>
#include <cstring>

#include "sim/telegram/tl_codec.hpp"

namespace rec::sim {
namespace {

constexpr int kDeepest = 64;

class TlReader {
 public:
  TlReader(const TlSchema& schema, std::string_view in) : schema_(schema), in_(in) {}

  TlValue boxed(int depth) {
    const auto id = take<std::uint32_t>();
    if (depth > kDeepest) return wrong("nested too deep");
    if (id == kTlTrue) return true;
    if (id == kTlFalse) return false;
    if (id == kTlVector) return list([&] { return boxed(depth + 1); });
    if (id == kTlGzipPacked) return unpacked(depth);
    const auto* combinator = schema_.by_id(id);
    if (!combinator) return wrong(fmt::format("unknown constructor {:08x}", id));
    return fields(*combinator, depth);
  }

  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  TlValue fields(const TlCombinator& combinator, int depth) {
    TlObject made{combinator.name, {}};
    made.fields.reserve(combinator.arguments.size());
    std::array<std::pair<int, std::uint32_t>, 4>
        words{};  // flags words read so far: at most three in any layer
    std::size_t word_count = 0;
    for (std::size_t i = 0; i < combinator.arguments.size() && error_.empty(); ++i) {
      const auto& argument = combinator.arguments[i];
      if (argument.kind == TlKind::flags) {
        words.at(word_count++ % words.size()) = {static_cast<int>(i), take<std::uint32_t>()};
        continue;
      }
      if (argument.flags_argument >= 0 && !is_set(words, argument)) continue;
      made.fields.push_back({argument.name, value(argument, depth)});
    }
    return made;
  }

  template <class Words>
  static bool is_set(const Words& words, const TlArgument& argument) {
    for (const auto& [index, word] : words)
      if (index == argument.flags_argument) return (word >> argument.bit & 1U) != 0;
    return false;
  }

  TlValue value(const TlArgument& argument, int depth) {
    if (!argument.vector) return scalar(argument, depth);
    if (!argument.bare_vector && take<std::uint32_t>() != kTlVector)
      return wrong("vector expected in " + argument.name);
    return list([&] { return scalar(argument, depth); });
  }

  TlValue scalar(const TlArgument& argument, int depth) {
    switch (argument.kind) {
      case TlKind::int32:
        return take<std::int32_t>();
      case TlKind::flags:
        return take<std::uint32_t>();
      case TlKind::int64:
        return take<std::int64_t>();
      case TlKind::float64:
        return take<double>();
      case TlKind::text:
        return std::string(text());
      case TlKind::int128:
        return std::string(raw(16));
      case TlKind::int256:
        return std::string(raw(32));
      case TlKind::boolean:
        return take<std::uint32_t>() == kTlTrue;
      case TlKind::present:
        return true;
      case TlKind::object:
        return argument.bare ? fields(*argument.bare, depth + 1) : boxed(depth + 1);
    }
    return {};
  }

  template <class F>
  TlValue list(F element) {
    const auto count = take<std::uint32_t>();
    if (count > in_.size()) return wrong("a vector longer than its message");
    TlList made;
    made.reserve(count);
    for (std::uint32_t i = 0; i < count && error_.empty(); ++i) made.push_back(element());
    return made;
  }

  TlValue unpacked(int depth) {
    auto plain = inflate_any(text());
    if (!plain) return wrong(plain.error().text);
    TlReader inner(schema_, *plain);
    auto made = inner.boxed(depth + 1);
    if (!inner.error().empty()) return wrong(inner.error());
    return made;
  }

  template <class T>
  T take() {
    T made{};
    const auto from = raw(sizeof(T));
    if (from.size() == sizeof(T)) std::memcpy(&made, from.data(), sizeof(T));
    return made;
  }

  std::string_view raw(std::size_t n) {
    if (in_.size() < n) {
      wrong("cut short");
      in_ = {};
      return {};
    }
    const auto made = in_.substr(0, n);
    in_.remove_prefix(n);
    return made;
  }

  std::string_view text() {
    std::size_t n = take<std::uint8_t>();
    std::size_t head = 1;
    if (n >= 254) {
      const auto length = raw(3);
      n = 0;
      for (std::size_t i = 0; i < length.size(); ++i)
        n |= static_cast<std::size_t>(static_cast<unsigned char>(length[i])) << 8U * i;
      head = 4;
    }
    const auto made = raw(n);
    raw(tl_padding(head + n));
    return made;
  }

  TlValue wrong(std::string text) {
    if (error_.empty()) error_ = std::move(text);
    return {};
  }

  const TlSchema& schema_;
  std::string_view in_;
  std::string error_;
};

}  // namespace

Result<TlValue> decode(const TlSchema& schema, std::string_view bytes) {
  TlReader reader(schema, bytes);
  auto made = reader.boxed(0);
  if (!reader.error().empty()) return fail(Errc::corrupt, "cannot read TL: " + reader.error());
  return made;
}

std::string_view tl_bytes_at(std::string_view in) {
  if (in.empty()) return {};
  std::size_t n = static_cast<unsigned char>(in[0]);
  std::size_t head = 1;
  if (n >= 254) {
    if (in.size() < 4) return {};
    std::uint32_t word = 0;
    std::memcpy(&word, in.data(), 4);
    n = word >> 8U;
    head = 4;
  }
  return in.size() < head + n ? std::string_view() : in.substr(head, n);
}

Result<std::string> inflate_any(std::string_view packed) {
  constexpr std::size_t kMost = 16U << 20U;
  constexpr int kEitherFraming = 15 + 32;  // zlib's window bits, plus "detect gzip or zlib"
  z_stream stream{};
  if (inflateInit2(&stream, kEitherFraming) != Z_OK) return fail(Errc::invalid, "zlib does not start");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK && out.size() < kMost) {
    const auto before = out.size();
    out.resize(before + 64 * 1024);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = 64 * 1024;
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (state != Z_STREAM_END) return fail(Errc::corrupt, "gzip_packed does not unpack");
  return out;
}

}  // namespace rec::sim
