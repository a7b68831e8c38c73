#include "app/targets.hpp"

#include <algorithm>

namespace rec {
namespace {

// Telegram takes this much from an ordinary account, and from one with Premium.
constexpr std::uint64_t kOrdinaryBytes = 2000ULL << 20U;
constexpr std::uint64_t kPremiumBytes = 4000ULL << 20U;
// A part's segments have so much less, because its index comes on top (core/part_plan.hpp).
constexpr std::uint64_t kRoomForIndex = 10ULL << 20U;

Chat chat_of(const OptionalChat& given) {
  Chat chat;
  if (!given) return chat;
  if (const auto* number = std::get_if<std::int64_t>(&*given))
    chat.id = *number;
  else
    chat.name = std::get<std::string>(*given);
  return chat;
}

const OptionalChat& either(const OptionalChat& own, const OptionalChat& general) {
  return own ? own : general;
}

TargetPlan plan_of(const Config& config, const std::string& name, const TargetConfig& own) {
  const CompressionConfig& compression = config.compression;
  TargetPlan plan;
  Target& target = plan.target;
  target.name = name;
  target.chat = chat_of(own.channel_id);
  target.discussion = chat_of(own.discussion_group_id);
  target.backup = chat_of(own.backup_channel_id);
  target.file_bytes = std::min(kOrdinaryBytes, own.default_size.value_or(config.splitting.default_size));
  plan.premium_file_bytes = std::max(
      target.file_bytes, std::min(kPremiumBytes, own.premium_size.value_or(config.splitting.premium_size)));
  const auto small = own.compression.default_target_bytes.value_or(compression.default_target_bytes);
  const auto large = own.compression.premium_target_bytes.value_or(compression.premium_target_bytes);
  target.compression.enabled = own.compression.enabled.value_or(compression.enabled);
  target.compression.target_bytes = std::min(small, kOrdinaryBytes);
  plan.premium_target_bytes = std::max(target.compression.target_bytes, std::min(large, kPremiumBytes));
  target.compression.audio_kbps = compression.audio_bitrate_kbps;
  target.compression.two_pass = compression.two_pass;
  return plan;
}

}  // namespace

TargetPlan main_target_of(const Config& config) {
  TargetConfig own;
  own.channel_id = config.telegram.channel_id;
  own.discussion_group_id = config.telegram.discussion_group_id;
  own.backup_channel_id = config.telegram.backup_channel_id;
  return plan_of(config, "", own);
}

std::map<std::string, TargetPlan> targets_of(const Config& config) {
  std::map<std::string, TargetPlan> plans;
  for (const auto& [name, given] : config.telegram.targets) {
    // A discussion group belongs to its channel; a backup of the same recordings may be shared.
    TargetConfig own = given;
    own.backup_channel_id = either(given.backup_channel_id, config.telegram.backup_channel_id);
    plans[name] = plan_of(config, name, own);
  }
  return plans;
}

std::uint64_t segment_bytes_for(std::uint64_t file_bytes) {
  return file_bytes - std::min(kRoomForIndex, file_bytes / 50);
}

Target target_for(const Settings& settings, const ChannelId& channel) {
  const auto name = settings.target_of.find(channel);
  return target_named(settings, name == settings.target_of.end() ? "" : name->second);
}

Target target_named(const Settings& settings, const std::string& name) {
  const auto named = settings.targets.find(name);
  if (!name.empty() && named == settings.targets.end()) return {};
  const TargetPlan& plan = name.empty() ? settings.target : named->second;
  Target target = plan.target;
  if (!settings.premium) return target;
  target.file_bytes = std::max(target.file_bytes, plan.premium_file_bytes);
  target.compression.target_bytes = std::max(target.compression.target_bytes, plan.premium_target_bytes);
  return target;
}

PartLimits part_limits_for(const Settings& settings, const session::Session& session) {
  PartLimits limits = settings.part_limits;
  if (session.target.file_bytes > 0) limits.bytes = segment_bytes_for(session.target.file_bytes);
  const auto own = settings.part_duration_of.find(session.channel);
  if (own != settings.part_duration_of.end()) limits.duration = own->second;
  return limits;
}

std::uint64_t file_bytes_for(const Settings& settings, const session::Session& session) {
  return session.target.file_bytes > 0 ? session.target.file_bytes : settings.file_bytes;
}

}  // namespace rec
