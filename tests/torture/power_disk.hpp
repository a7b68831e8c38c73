// A disk that loses its power: of what was done to a folder it knows what was synced and what was not, and
// can put the folder into a state that a disk may have when the power is back.
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/disk_shim.hpp"

namespace rec::torture {

/// What is on the disk of what was not synced.
enum class PowerModel {
  /// As ext4 with data=ordered, or XFS: any sync commits all names and sizes before it; of what came later
  /// there is
  /// a beginning, in order. Of a file's bytes that were not synced: none, all, or a beginning that ends
  /// within a
  /// write at a sector.
  ordered,
  /// What POSIX says: a name is there for certain once its folder is synced, and each folder keeps a
  /// beginning of
  /// its own. Of a file's bytes: as above, or any of its pages. The files of TDLib, which syncs no folder,
  /// keep the
  /// name with which they were synced.
  loose,
};

/// What a loss cost.
struct PowerLoss {
  std::size_t names = 0;  ///< names and removals that were undone
  std::size_t files = 0;  ///< files whose bytes are not all there
};

class PowerDisk {
 public:
  /// All that is in the folder now is synced. `believes_syncs`: false for a disk that lies, to see whether
  /// that is noticed.
  PowerDisk(std::filesystem::path root, bool believes_syncs);

  /// What the shim wrote down since then.
  void replay(const std::filesystem::path& journal, PowerModel model);
  /// The folder becomes what is left. Nobody may be writing to it.
  PowerLoss lose_power(PowerModel model, std::mt19937& random);

 private:
  using Id = std::size_t;
  struct DataOp {
    disk_shim::Op op{};
    std::uint64_t at = 0;
    std::uint64_t length = 0;
    std::string bytes{};
  };
  struct Node {
    bool folder = false;
    bool of_tdlib = false;
    std::string bytes{};                ///< of a file, synced
    std::vector<DataOp> pending{};      ///< not synced
    std::map<std::string, Id> names{};  ///< of a folder, synced
    std::map<std::string, Id> now{};    ///< of a folder, as the program sees it
  };
  struct NameOp {
    Id from = 0;  ///< folder that loses `old_name`, if it is not empty
    Id to = 0;    ///< folder that gets `new_name`, if it is not empty
    std::string old_name{};
    std::string new_name{};
    Id node = 0;
  };

  Id scan(const std::filesystem::path& path, bool of_tdlib);
  void take(const disk_shim::Record& record, std::string_view payload, PowerModel model);
  void add_name(const disk_shim::Record& record, std::string name, bool folder);
  void remove_name(const disk_shim::Record& record, const std::string& name);
  void rename(const disk_shim::Record& record, std::string_view names);
  void sync(Id id, PowerModel model);
  bool perform(const NameOp& op);
  template <class Wanted>
  void commit_names(Wanted wanted);
  PowerLoss choose_names(PowerModel model, std::mt19937& random);
  bool choose_bytes(Node& file, PowerModel model, std::mt19937& random);
  void put_back(Id folder, const std::filesystem::path& where) const;

  std::filesystem::path root_;
  bool believes_syncs_;
  std::vector<Node> nodes_{};
  std::map<std::uint64_t, Id> by_inode_{};
  std::vector<NameOp> pending_names_{};
  Id top_ = 0;
};

}  // namespace rec::torture
