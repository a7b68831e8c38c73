#include "media_av/liveness.hpp"

#include <unistd.h>

#include <atomic>

namespace rec::media {
namespace {

constexpr unsigned kPatienceSeconds = 600;
std::atomic<bool> watched{false};

}  // namespace

void watch_progress() { watched = true; }

void made_progress() {
  if (watched) ::alarm(kPatienceSeconds);
}

void rest() {
  if (watched) ::alarm(0);
}

}  // namespace rec::media
