// From runs to a file that can be sent.
#include "media/part_maker.hpp"

#include "base/log.hpp"
#include "media/durable_file.hpp"
#include "media/finished_part.hpp"
#include "media/remux.hpp"

namespace rec::media {

Result<session::PartFile> make_part_file(const MakePartRequest& request) {
  remove_leftovers(request.output);
  DurableFile file(request.output);
  REC_TRY(const RemuxReport report, remux(request.runs, file.temporary(), request.title));
  if (!report.missing.empty())
    log::warn("part.salvaged", {{"path", request.output}, {"missing", report.missing}});
  return finish_part(file, request.output, report);
}

}  // namespace rec::media
