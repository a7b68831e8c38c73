// What is asked of a cut: an existing file of any size into parts that can be sent.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "base/time.hpp"

namespace rec::media {

struct CutLimits {
  std::uint64_t bytes = 0;  ///< of a finished part, all of it; more than 0
  Millis duration{0};  ///< of a part, cut at the last keyframe within; one longer group of pictures makes a
                       ///< longer part; 0 = any
};

struct CutRequest {
  std::string input{};
  std::string output_folder{};  ///< must be there
  std::string name_stem{};
  CutLimits limits{};
  std::string sound{};  ///< a file that the sound is taken from, "" = `input`
  /// A group of pictures that alone is larger than a part may be is encoded anew; false: that is an error.
  bool encode = false;
  bool sound_alone = false;  ///< the pictures are left out, where there is sound
  // In this process only:
  std::uint64_t memory = 64U << 20U;  ///< of a group of pictures; what is beyond lies on the disk meanwhile
  std::string title{};                ///< metadata; "" = name_stem
  std::function<std::string(std::size_t)>
      path{};  ///< of part 0, 1, …, in place of output_folder and name_stem
};

}  // namespace rec::media
