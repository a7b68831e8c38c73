// Uploads, and the documents made of them.
#include <algorithm>
#include <fstream>

#include "sim/telegram/crypto.hpp"
#include "sim/telegram/handlers.hpp"
#include "sim/telegram/tl_build.hpp"

namespace rec::sim {
namespace {

constexpr int kMostParts = 4000;
constexpr int kMostPartsPremium = 8000;

int most_parts(const Call& call) { return call.account->premium ? kMostPartsPremium : kMostParts; }

Reply save_part(Call& call) {
  const auto& q = call.query;
  if (q.number("file_total_parts") > most_parts(call) || q.number("file_part") >= most_parts(call))
    return refuse("FILE_PARTS_INVALID");
  auto saved = call.world.files.save_part(q.integer("file_id"), q.number("file_part"), q.text("bytes"));
  if (!saved) return refuse(saved.error().text, saved.error().code == Errc::invalid ? 400 : 500);
  return true;
}

void read_attributes(Document& document, const TlList& attributes) {
  document.attributes = attributes;
  for (const auto& item : attributes) {
    const auto* attribute = item.object();
    if (!attribute) continue;
    if (attribute->is("documentAttributeFilename")) document.name = attribute->text("file_name");
    if (!attribute->is("documentAttributeVideo")) continue;
    document.video = true;
    document.duration = attribute->real("duration");
    document.width = attribute->number("w");
    document.height = attribute->number("h");
    document.supports_streaming = attribute->flag("supports_streaming");
  }
}

tl::expected<std::shared_ptr<const Document>, RpcError> finish_upload(Call& call, const TlObject& media) {
  const auto& file = media.object("file");
  if (file.number("parts") > most_parts(call)) return refuse("FILE_PARTS_INVALID");
  const auto& unwanted = call.world.refused_files;
  if (const auto found = unwanted.find(file.text("name")); found != unwanted.end())
    return refuse(found->second);
  auto made = std::make_shared<Document>();
  made->id = random_int64() & 0x0fff'ffff'ffff'ffff;
  auto content =
      call.world.files.assemble(file.integer("id"), file.number("parts"), std::to_string(made->id));
  if (!content) return refuse(content.error().text, content.error().code == Errc::invalid ? 400 : 500);
  made->content = *content;
  made->name = file.text("name");
  made->mime = media.text("mime_type");
  made->photo = media.is("inputMediaUploadedPhoto");
  made->date = World::now();
  read_attributes(*made, media.list("attributes"));
  if (media.has("thumb")) {
    const auto& thumb = media.object("thumb");
    auto kept = call.world.files.assemble(thumb.integer("id"), thumb.number("parts"),
                                          std::to_string(made->id) + ".thumb");
    if (kept) made->thumbnail = *kept;
  }
  call.world.documents[made->id] = made;
  return made;
}

// A slice of a document's content, or of its thumbnail.
Reply get_file(Call& call) {
  const auto& location = call.query.object("location");
  const auto found = call.world.documents.find(location.integer("id"));
  if (found == call.world.documents.end()) return refuse("LOCATION_INVALID");
  const auto& document = *found->second;
  const bool thumbnail = !document.photo && !location.text("thumb_size").empty();
  if (thumbnail && !document.thumbnail) return refuse("LOCATION_INVALID");
  const auto& file = thumbnail ? *document.thumbnail : document.content;
  std::string bytes(static_cast<std::size_t>(std::clamp(call.query.number("limit"), 0, 1 << 20)), '\0');
  std::ifstream in(file.path, std::ios::binary);
  in.seekg(call.query.integer("offset"));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return TlObject{
      "upload.file",
      {{"type", TlObject{"storage.filePartial"}}, {"mtime", document.date}, {"bytes", std::move(bytes)}}};
}

Reply upload_media(Call& call) {
  auto document = document_of(call, call.query.object("media"));
  if (!document) return tl::unexpected(document.error());
  return tl_media(**document);
}

}  // namespace

tl::expected<std::shared_ptr<const Document>, RpcError> document_of(Call& call, const TlObject& media) {
  if (media.is("inputMediaUploadedDocument") || media.is("inputMediaUploadedPhoto"))
    return finish_upload(call, media);
  if (!media.is("inputMediaDocument") && !media.is("inputMediaPhoto")) return refuse("MEDIA_INVALID");
  const auto found = call.world.documents.find(media.object("id").integer("id"));
  if (found == call.world.documents.end()) return refuse("MEDIA_EMPTY");
  return found->second;
}

void add_file_handlers(HandlerTable& table) {
  table["upload.saveFilePart"] = {save_part, false};
  table["upload.saveBigFilePart"] = {save_part, false};
  table["upload.getFile"] = {get_file, false};
  table["messages.uploadMedia"] = {upload_media, false};
}

}  // namespace rec::sim
