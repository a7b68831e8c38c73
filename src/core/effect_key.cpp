#include "core/effect_key.hpp"

#include "core/overloaded.hpp"

namespace rec::session {

EffectKey key_of(const Effect& effect) {
  return std::visit(overloaded{
                        [](const PostStatus&) -> EffectKey { return {"post_status"}; },
                        [](const MakePart& e) -> EffectKey { return {"make_part", e.number}; },
                        [](const CutFile& e) -> EffectKey { return {"cut_file", e.number}; },
                        [](const PublishPost& e) -> EffectKey { return {"publish_post", e.post}; },
                        [](const RemovePart& e) -> EffectKey { return {"remove_part", e.number}; },
                        [](const FindPlace&) -> EffectKey { return {"find_place"}; },
                        [](const Compress&) -> EffectKey { return {"compress"}; },
                        [](const PostComment&) -> EffectKey { return {"post_comment"}; },
                        [](const EditCaption& e) -> EffectKey { return {"edit_caption", e.post}; },
                        [](const CopyPost& e) -> EffectKey { return {"copy_post", e.post}; },
                        [](const RemoveCompressed&) -> EffectKey { return {"remove_compressed"}; },
                        [](const ReleaseRaw& e) -> EffectKey { return {"release_raw", e.number}; },
                        [](const FinishStatus&) -> EffectKey { return {"finish_status"}; },
                        [](const RemoveRaw&) -> EffectKey { return {"remove_raw"}; },
                    },
                    effect);
}

}  // namespace rec::session
