// What the preloaded disk shim shares with those who steer it: a control block in a mapped file, and the
// journal of everything that was asked of the disk.
#pragma once
#include <atomic>
#include <cstdint>

namespace rec::disk_shim {

/// In a file of its own, mapped by the program, its children and the test; all zero at first.
struct Control {
  std::atomic<std::uint64_t> calls;         ///< so many so far, of every kind
  std::atomic<std::uint64_t> power_off_at;  ///< instead of the call of that number; 0 = never
  std::atomic<std::uint32_t> off;           ///< the power is off: whoever calls is killed
  std::atomic<std::uint32_t> struck;        ///< so many calls were made to fail
  std::atomic<std::uint64_t> matched;       ///< calls of the class that is to fail
  std::atomic<std::uint32_t> cured;         ///< no call fails any more
};
inline constexpr std::uint64_t kControlBytes = 4096;

/// What a record of the journal says. It is written when the call has returned, so what one thread or process
/// tells another after a call lies behind it.
enum class Op : std::uint32_t {
  write = 1,    ///< the payload at `at`
  cut,          ///< the file is `at` bytes long
  punch,        ///< `length` bytes at `at` are zero
  sync,         ///< the file, or the folder
  make_file,    ///< payload: its name in `folder`
  make_folder,  ///< the same
  remove,       ///< the same, of a file or an empty folder
  rename,       ///< payload: the name in `folder`, a zero, the name in `to_folder`
};

/// A file of records, each followed by its payload. Files and folders go by their inodes. One that was being
/// written when its process was killed may be cut off: the next begins with the mark all the same.
struct Record {
  std::uint64_t mark;
  Op op;
  std::uint32_t payload;
  std::uint64_t file;
  std::uint64_t folder;
  std::uint64_t to_folder;
  std::uint64_t at;
  std::uint64_t length;
};
inline constexpr std::uint64_t kMark = 0x9d1c'5e7a'b3f0'2864;

}  // namespace rec::disk_shim
