// codec_signature on any bytes: never a crash, and what it says agrees with itself.
#include <cstdlib>
#include <string>

#include "core/codecs.hpp"
#include "media/codec_signature.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string said = rec::media::codec_signature({data, size});
  if (!rec::codecs_continue(said, said)) std::abort();
  if (rec::codecs_joined(said, said) != said) std::abort();
  if (!rec::codecs_continue(said, "") || rec::codecs_joined("", said) != said) std::abort();
  return 0;
}
