#include "kill_aim.hpp"

#include <vector>

namespace rec::torture {
namespace {

double between(std::mt19937& random, double least, double most) {
  return std::uniform_real_distribution<double>(least, most)(random);
}

/// How long after the sight the kill may come: as long as it lasts, on a loaded machine.
double longest_delay(Aim aim) {
  switch (aim) {
    case Aim::start:
      return 0.4;
    case Aim::record:
      return 1.5;
    case Aim::compress:
      return 0.8;
    case Aim::comment:
    case Aim::caption:
      return 0.5;
    case Aim::upload:
      return 0.15;
    default:
      return 0.08;
  }
}

bool holds(const std::filesystem::path& folder, std::string_view ending) {
  std::error_code gone;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, gone))
    if (entry.path().string().ends_with(ending)) return true;
  return false;
}

}  // namespace

LifePlan drawn_life(std::mt19937& random, const RoundPlan& plan, Act act) {
  std::vector<Aim> aims;
  if (act == Act::live) {
    aims = {Aim::clock, Aim::call,  Aim::call,  Aim::start,  Aim::record, Aim::record,
            Aim::seal,  Aim::remux, Aim::remux, Aim::upload, Aim::upload, Aim::clean};
    if (std::string_view(plan.post) != "each") aims.insert(aims.end(), {Aim::album, Aim::album});
  } else {
    if (act == Act::end) aims = {Aim::call, Aim::start, Aim::upload, Aim::clean};
    if (plan.compressed)
      aims.insert(aims.end(),
                  {Aim::compress, Aim::compress, Aim::comment, Aim::comment, Aim::comment, Aim::caption});
    if (plan.backup) aims.insert(aims.end(), {Aim::copy, Aim::copy, Aim::copy});
    if (aims.empty()) aims = {Aim::upload};
  }
  LifePlan life;
  life.aim = aims.at(random() % aims.size());
  life.seconds = life.aim == Aim::clock ? between(random, 0.2, 4) : act == Act::before_the_end ? 40 : 8;
  life.delay = between(random, 0, longest_delay(life.aim));
  if (life.aim == Aim::call) {
    life.call = std::uniform_int_distribution<int>(1, 200)(random);
    life.seconds = 4;
  }
  return life;
}

Sight::Sight(const Stage& stage, KilledLife life, Aim aim)
    : stage_(stage),
      life_(std::move(life)),
      aim_(aim),
      calls_before_(calls()),
      hits_before_(stage.playlist_hits()) {}

int Sight::calls() const {
  const auto asked = [this](const char* method) { return stage_.asked_of_telegram(method); };
  if (aim_ == Aim::album) return asked("messages.uploadMedia") + asked("messages.sendMultiMedia");
  if (aim_ == Aim::copy) return asked("messages.forwardMessages");
  return asked("upload.saveFilePart") + asked("upload.saveBigFilePart");
}

bool Sight::logged(std::string_view event) const { return log_of(life_).find(event) != std::string::npos; }

bool Sight::sees() const {
  switch (aim_) {
    case Aim::clock:
    case Aim::call:
      return false;
    case Aim::start:
      return true;
    case Aim::record:
      return stage_.playlist_hits() > hits_before_;
    case Aim::seal:
      return logged("part.sealed");
    case Aim::remux:
      return holds(life_.folder / "recordings", ".part");
    case Aim::upload:
    case Aim::album:
    case Aim::copy:
      return calls() > calls_before_;
    case Aim::compress:
      return holds(life_.folder / "data" / "compress", "");
    case Aim::comment:
      return logged("session.compressed");
    case Aim::caption:
      return logged("comment.posted");
    case Aim::clean:
      return logged("post.published") || logged("post.copied") || logged("comment.posted");
  }
  return false;
}

}  // namespace rec::torture
