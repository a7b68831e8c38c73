// One function a variant, total both ways.
#include "store/row_codec.hpp"

#include "core/gaps.hpp"
#include "core/overloaded.hpp"

namespace rec::row_codec {
namespace {

Failure unknown(std::string_view what, std::string_view given) {
  return fail(Errc::corrupt, "the database holds an unknown " + std::string(what) + ": '" +
                                 std::string(given) + "'; restore it from a backup");
}

// The value among `all` that has this word.
template <class Enum, std::size_t N>
Result<Enum> value_of(const Enum (&all)[N], std::string_view what, std::string_view given) {
  for (const Enum value : all) {
    if (word(value) == given) return value;
  }
  return unknown(what, given);
}

}  // namespace

Result<session::Effect> effect_of(std::string_view kind, int number) {
  static_assert(std::variant_size_v<session::Effect> == 14, "name the new effect in the list below");
  for (const session::Effect& effect :
       {session::Effect{session::PostStatus{}}, session::Effect{session::MakePart{number}},
        session::Effect{session::CutFile{number}}, session::Effect{session::PublishPost{number}},
        session::Effect{session::RemovePart{number}}, session::Effect{session::FinishStatus{}},
        session::Effect{session::FindPlace{}}, session::Effect{session::Compress{}},
        session::Effect{session::PostComment{}}, session::Effect{session::EditCaption{number}},
        session::Effect{session::CopyPost{number}}, session::Effect{session::RemoveCompressed{}},
        session::Effect{session::ReleaseRaw{number}}, session::Effect{session::RemoveRaw{}}}) {
    if (key_of(effect).kind == kind) return effect;
  }
  return unknown("effect", kind);
}

ChannelState columns_of(const channel::State& state) {
  return std::visit(
      overloaded{
          [](const channel::Offline&) -> ChannelState { return {"offline"}; },
          [](const channel::Waiting& s) -> ChannelState { return {"waiting", s.announcement, s.ends, {}}; },
          [](const channel::Live& s) -> ChannelState { return {"live", s.session, s.grace_ends, s.source}; },
          [](const channel::Grace& s) -> ChannelState { return {"grace", s.session, s.grace_ends, {}}; },
      },
      state);
}

Result<channel::State> state_of(const ChannelState& columns) {
  if (columns.word == "offline") return channel::Offline{};
  if (columns.word == "waiting" && columns.session) return channel::Waiting{*columns.session, columns.ends};
  if (columns.word == "live" && columns.session)
    return channel::Live{*columns.session, columns.ends, columns.source};
  if (columns.word == "grace" && columns.session && columns.ends) {
    return channel::Grace{*columns.session, *columns.ends};
  }
  return unknown("channel state", columns.word);
}

Result<session::Phase> phase_of(std::string_view word) {
  using enum session::Phase;
  return value_of({recording, finishing, done}, "phase", word);
}

Result<session::PartState> part_state_of(std::string_view word) {
  using enum session::PartState;
  return value_of({sealed, ready, posted, failed}, "part state", word);
}

Result<session::FileState> file_state_of(std::string_view word) {
  using enum session::FileState;
  return value_of({recording, recorded, cut, aside, failed}, "file state", word);
}

Result<session::Stage> stage_of(std::string_view word) {
  using enum session::Stage;
  return value_of({open, wanted, done, failed}, "stage", word);
}

Result<GapCause> cause_of(std::string_view word) {
  const auto cause = cause_of_gap(word);
  if (!cause) return unknown("cause of a gap", word);
  return *cause;
}

}  // namespace rec::row_codec
