// Codec signatures, "<picture>+<sound>" as media/codec_signature.hpp writes them: may one follow another in a
// file? Pure.
#pragma once
#include <string>
#include <string_view>

namespace rec {

/// May a segment of signature `now` follow in a part of signature `known`? What either leaves open does not
/// contradict; a picture or sound that `now` lacks is a hole; one that a part which tells something lacks
/// cannot be added to it.
bool codecs_continue(std::string_view known, std::string_view now);

/// May they at a pinch share one track of a file all the same, each keyframe with its own parameter sets?
/// H.264 can, where the sound goes on.
bool pictures_mix(std::string_view known, std::string_view now);

/// The part's signature with that segment in it: what `known` left open is filled in from `now`. The two must
/// continue each other.
std::string codecs_joined(std::string_view known, std::string_view now);

/// Does the signature tell the parameters of each codec that it names? If not, more of the segment may.
bool codecs_complete(std::string_view signature);

/// Does it tell the parameters of the pictures? Of MPEG-TS that is so where a keyframe is among them.
bool tells_pictures(std::string_view signature);

}  // namespace rec
