// TL values to bytes and back, by the schema.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sim/telegram/tl_schema.hpp"
#include "sim/telegram/tl_value.hpp"

namespace rec::sim {

inline constexpr std::uint32_t kTlTrue = 0x997275b5;
inline constexpr std::uint32_t kTlFalse = 0xbc799737;
inline constexpr std::uint32_t kTlVector = 0x1cb5c415;
inline constexpr std::uint32_t kTlGzipPacked = 0x3072cfa1;

/// Bytes of an object, a Bool or a vector of objects. Absent numbers, texts and vectors are written as zero
/// or empty, flags words follow from the fields that are there. invalid: an unknown name, or an absent
/// object.
Result<std::string> encode(const TlSchema& schema, const TlValue& value);

/// One boxed value; gzip_packed ones are unpacked wherever they stand. Optional fields that are absent have
/// no entry. corrupt: too short, nested too deep, or a constructor the schema does not know (the text shows
/// its id).
Result<TlValue> decode(const TlSchema& schema, std::string_view bytes);

/// TL's length-prefixed, padded form of bytes.
void append_tl_bytes(std::string& out, std::string_view bytes);
/// The content of the TL bytes at the start of `in`; empty when cut short.
std::string_view tl_bytes_at(std::string_view in);
/// zlib or gzip framing, at most 16 MiB unpacked.
Result<std::string> inflate_any(std::string_view packed);

/// How many zero bytes follow `n` of TL's bytes.
constexpr std::size_t tl_padding(std::size_t n) { return (4 - n % 4) % 4; }

/// Little-endian integers, as TL writes them.
template <class T>
void append_le(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace rec::sim
