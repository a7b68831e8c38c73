#include "media/child_picture_maker.hpp"

#include "media/part_json.hpp"
#include "runtime/subprocess.hpp"

namespace rec::media {
namespace {

constexpr int kLeastPriority = 19;
constexpr std::size_t kMostAnswer = 1U << 20U;

class ChildPictureMaker final : public PictureMaker {
 public:
  ChildPictureMaker(std::vector<std::string> argv, Millis longest)
      : argv_(std::move(argv)), longest_(longest) {}

  Task<std::string> picture_of(MediaRun run) override {
    const PictureRequest request{std::move(run)};
    ChildRequest child;
    child.argv = argv_;
    child.stdin_text = to_json(request);
    child.timeout = longest_;
    child.nice = kLeastPriority;
    child.max_output = kMostAnswer;
    REC_CO_TRY(const ChildResult ended, co_await run_child(std::move(child)));
    if (ended.exit_code != 0)
      co_return fail(Errc::corrupt,
                     "the media worker made no picture: it ended with " + std::to_string(ended.exit_code));
    co_return picture_from_json(ended.out);
  }

 private:
  std::vector<std::string> argv_;
  Millis longest_;
};

}  // namespace

std::unique_ptr<PictureMaker> make_child_picture_maker(std::vector<std::string> argv, Millis longest) {
  return std::make_unique<ChildPictureMaker>(std::move(argv), longest);
}

}  // namespace rec::media
