// A config.yaml of any bytes: it loads, or each problem is a line that names its place. What loads can be
// shown and used.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/channel_book.hpp"
#include "app/config.hpp"
#include "app/config_render.hpp"
#include "app/settings_of.hpp"

namespace {

std::string config_of_this_process() {
  std::error_code error;
  const bool memory = std::filesystem::is_directory("/dev/shm", error);
  return std::string(memory ? "/dev/shm" : "/tmp") + "/rec_fuzz_config_" + std::to_string(::getpid()) +
         ".yaml";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace rec;
  static const std::string file = [] {
    std::atexit([] { std::filesystem::remove(config_of_this_process()); });
    return config_of_this_process();
  }();
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  const auto loaded = load_config(file);
  if (!loaded) {
    if (loaded.error().text.empty()) std::abort();
    return 0;
  }
  (void)config_show(loaded->config);
  const auto settings = settings_of(loaded->config);
  if (!settings && settings.error().text.empty()) std::abort();
  const ChannelBook book(loaded->config, {});
  (void)channel_plans_of(book.config(), book.entries());
  return 0;
}
