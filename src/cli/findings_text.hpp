// Findings for people: a mark, the text, the cure below. Pure.
#pragma once
#include <string>

#include "app/doctor.hpp"

namespace rec::cli {

std::string findings_text(const Findings& findings, Language language = Language::en);

}  // namespace rec::cli
