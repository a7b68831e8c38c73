// What a recording looks like, for people. Pure.
#pragma once
#include <string>

#include "app/ledger.hpp"
#include "core/picture.hpp"

namespace rec {

inline Picture picture_of(const session::PartFile& file) { return {file.width, file.height, file.rate}; }

/// Of the newest part that is made, which was looked at; before there is one, what the page that is being
/// recorded announced.
Picture picture_of(const session::Session& session, const Model& model);

}  // namespace rec
