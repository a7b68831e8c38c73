#include "app/picture_view.hpp"

namespace rec {

Picture picture_of(const session::Session& session, const Model& model) {
  Picture picture;
  for (const session::Part& part : session.parts) {
    if (const Picture made = picture_of(part.file); made.width > 0) picture = made;
  }
  const auto takes = model.takes.find(session.id);
  if (picture.width > 0 || takes == model.takes.end() || takes->second.empty()) return picture;
  return takes->second.back().picture;
}

}  // namespace rec
