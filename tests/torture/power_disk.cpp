#include "power_disk.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

namespace rec::torture {
namespace {

using disk_shim::Op;
using disk_shim::Record;

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kPage = 4096;
constexpr const char* kFolderOfTdlib = "telegram";

std::string all_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::uint64_t inode_at(const std::filesystem::path& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

std::size_t any_up_to(std::size_t most, std::mt19937& random) {
  return std::uniform_int_distribution<std::size_t>(0, most)(random);
}

void put_bytes(std::string& file, std::uint64_t at, std::string_view bytes) {
  if (file.size() < at + bytes.size()) file.resize(at + bytes.size(), '\0');
  file.replace(at, bytes.size(), bytes);
}

}  // namespace

PowerDisk::PowerDisk(std::filesystem::path root, bool believes_syncs)
    : root_(std::move(root)), believes_syncs_(believes_syncs) {
  nodes_.emplace_back();  // 0 is no node
  top_ = scan(root_, false);
}

PowerDisk::Id PowerDisk::scan(const std::filesystem::path& path, bool of_tdlib) {
  const Id id = nodes_.size();
  nodes_.emplace_back();
  by_inode_[inode_at(path)] = id;
  Node found;
  found.of_tdlib = of_tdlib || path.filename() == kFolderOfTdlib;
  found.folder = std::filesystem::is_directory(path);
  if (found.folder) {
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      if (entry.is_symlink() || (!entry.is_directory() && !entry.is_regular_file())) continue;
      found.names[entry.path().filename().string()] = scan(entry.path(), found.of_tdlib);
    }
    found.now = found.names;
  } else {
    found.bytes = all_of(path);
  }
  nodes_[id] = std::move(found);
  return id;
}

// A record that its process did not finish is stepped over: the mark of the next one is looked for.
void PowerDisk::replay(const std::filesystem::path& journal, PowerModel model) {
  const std::string all = all_of(journal);
  const auto marked = [&](std::size_t at) {
    return at + sizeof(std::uint64_t) <= all.size() &&
           std::memcmp(all.data() + at, &disk_shim::kMark, sizeof(std::uint64_t)) == 0;
  };
  for (std::size_t at = 0; at + sizeof(Record) <= all.size();) {
    Record record{};
    std::memcpy(&record, all.data() + at, sizeof record);
    const std::size_t end = at + sizeof record + record.payload;
    if (!marked(at) || end > all.size() || (end < all.size() && !marked(end))) {
      ++at;
      while (at + sizeof(Record) <= all.size() && !marked(at)) ++at;
      continue;
    }
    take(record, std::string_view(all).substr(at + sizeof record, record.payload), model);
    at = end;
  }
}

void PowerDisk::take(const Record& record, std::string_view payload, PowerModel model) {
  if (record.op == Op::make_file || record.op == Op::make_folder)
    return add_name(record, std::string(payload), record.op == Op::make_folder);
  if (record.op == Op::remove) return remove_name(record, std::string(payload));
  if (record.op == Op::rename) return rename(record, payload);
  const auto known = by_inode_.find(record.file);
  if (known == by_inode_.end()) return;
  if (record.op == Op::sync) return sync(known->second, model);
  nodes_[known->second].pending.push_back({record.op, record.at, record.length, std::string(payload)});
}

void PowerDisk::add_name(const Record& record, std::string name, bool folder) {
  const auto above = by_inode_.find(record.folder);
  if (above == by_inode_.end()) return;
  const Id id = nodes_.size();
  nodes_.emplace_back();
  nodes_[id].folder = folder;
  nodes_[id].of_tdlib = nodes_[above->second].of_tdlib || name == kFolderOfTdlib;
  by_inode_[record.file] = id;  // of one that is gone, perhaps
  nodes_[above->second].now[name] = id;
  pending_names_.push_back({0, above->second, {}, std::move(name), id});
}

void PowerDisk::remove_name(const Record& record, const std::string& name) {
  const auto above = by_inode_.find(record.folder);
  if (above == by_inode_.end()) return;
  auto& now = nodes_[above->second].now;
  const auto found = now.find(name);
  if (found == now.end()) return;
  pending_names_.push_back({above->second, 0, name, {}, found->second});
  now.erase(found);
}

void PowerDisk::rename(const Record& record, std::string_view names) {
  const auto from = by_inode_.find(record.folder);
  const auto to = by_inode_.find(record.to_folder);
  const std::size_t zero = names.find('\0');
  if (from == by_inode_.end() || to == by_inode_.end() || zero == std::string_view::npos) return;
  NameOp op{from->second, to->second, std::string(names.substr(0, zero)), std::string(names.substr(zero + 1)),
            0};
  auto& now = nodes_[op.from].now;
  const auto found = now.find(op.old_name);
  if (found == now.end()) return;
  op.node = found->second;
  now.erase(found);
  nodes_[op.to].now[op.new_name] = op.node;
  pending_names_.push_back(std::move(op));
}

/// False: what it is about is not there, since what made it is not.
bool PowerDisk::perform(const NameOp& op) {
  if (!op.old_name.empty()) {
    auto& names = nodes_[op.from].names;
    const auto found = names.find(op.old_name);
    if (found == names.end() || found->second != op.node) return false;
    names.erase(found);
  }
  if (!op.new_name.empty()) nodes_[op.to].names[op.new_name] = op.node;
  return true;
}

template <class Wanted>
void PowerDisk::commit_names(Wanted wanted) {
  std::vector<NameOp> left;
  for (NameOp& op : pending_names_) {
    if (wanted(op))
      perform(op);
    else
      left.push_back(std::move(op));
  }
  pending_names_ = std::move(left);
}

void PowerDisk::sync(Id id, PowerModel model) {
  if (!believes_syncs_) return;
  Node& node = nodes_[id];
  for (const DataOp& op : node.pending) {
    if (op.op == Op::write) put_bytes(node.bytes, op.at, op.bytes);
    if (op.op == Op::cut) node.bytes.resize(op.at, '\0');
    if (op.op == Op::punch && op.at < node.bytes.size())
      node.bytes.replace(op.at, std::min(op.length, node.bytes.size() - op.at),
                         std::min(op.length, node.bytes.size() - op.at), '\0');
  }
  node.pending.clear();
  if (model == PowerModel::ordered) return commit_names([](const NameOp&) { return true; });
  if (node.folder) return commit_names([&](const NameOp& op) { return op.from == id || op.to == id; });
  if (node.of_tdlib) commit_names([&](const NameOp& op) { return op.node == id; });
}

PowerLoss PowerDisk::choose_names(PowerModel model, std::mt19937& random) {
  PowerLoss loss;
  std::map<Id, std::vector<const NameOp*>> groups;
  for (const NameOp& op : pending_names_)
    groups[model == PowerModel::ordered ? 0 : op.to != 0 ? op.to : op.from].push_back(&op);
  for (const auto& [folder, ops] : groups) {
    const std::size_t way = any_up_to(2, random);
    const std::size_t kept = way == 0 ? 0 : way == 1 ? ops.size() : any_up_to(ops.size(), random);
    for (std::size_t i = 0; i < kept; ++i) perform(*ops[i]);
    loss.names += ops.size() - kept;
  }
  pending_names_.clear();
  return loss;
}

/// True: something of it is missing.
bool PowerDisk::choose_bytes(Node& file, PowerModel model, std::mt19937& random) {
  if (file.pending.empty()) return false;
  const std::size_t way = any_up_to(model == PowerModel::loose ? 3 : 2, random);
  const bool scattered = way == 3;
  std::size_t kept = way == 0 ? 0 : file.pending.size();
  if (way == 2) kept = any_up_to(file.pending.size(), random);
  for (std::size_t i = 0; i < kept; ++i) {
    DataOp& op = file.pending[i];
    if (scattered && op.op != Op::write && any_up_to(1, random) == 0) continue;
    if (op.op == Op::cut) file.bytes.resize(op.at, '\0');
    if (op.op == Op::punch && op.at < file.bytes.size())
      std::fill_n(file.bytes.begin() + static_cast<std::ptrdiff_t>(op.at),
                  std::min(op.length, file.bytes.size() - op.at), '\0');
    if (op.op != Op::write) continue;
    std::string_view bytes = op.bytes;
    if (way == 2 && i + 1 == kept) {  // torn
      const std::uint64_t sectors = any_up_to((op.at + bytes.size()) / kSector - op.at / kSector, random);
      if (sectors == 0) continue;
      const std::uint64_t end = (op.at / kSector + sectors) * kSector;
      bytes = bytes.substr(0, std::min<std::uint64_t>(bytes.size(), end - op.at));
    }
    if (!scattered) {
      put_bytes(file.bytes, op.at, bytes);
      continue;
    }
    for (std::uint64_t at = op.at; at < op.at + bytes.size();) {
      const std::uint64_t end = std::min(op.at + bytes.size(), (at / kPage + 1) * kPage);
      if (any_up_to(1, random) == 1) put_bytes(file.bytes, at, bytes.substr(at - op.at, end - at));
      at = end;
    }
  }
  file.pending.clear();
  return way != 1;
}

PowerLoss PowerDisk::lose_power(PowerModel model, std::mt19937& random) {
  PowerLoss loss = choose_names(model, random);
  for (Node& node : nodes_) {
    if (!node.folder && choose_bytes(node, model, random)) ++loss.files;
  }
  for (const auto& entry : std::filesystem::directory_iterator(root_))
    std::filesystem::remove_all(entry.path());
  put_back(top_, root_);
  return loss;
}

// SQLite makes its -shm anew; it was mapped, so nobody knows what was in it.
void PowerDisk::put_back(Id folder, const std::filesystem::path& where) const {
  for (const auto& [name, id] : nodes_[folder].names) {
    const std::filesystem::path path = where / name;
    if (name.ends_with("-shm")) continue;
    if (nodes_[id].folder) {
      std::filesystem::create_directory(path);
      std::filesystem::permissions(path, std::filesystem::perms::owner_all);
      put_back(id, path);
      continue;
    }
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out.write(nodes_[id].bytes.data(), static_cast<std::streamsize>(nodes_[id].bytes.size()));
    out.close();
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
}

}  // namespace rec::torture
