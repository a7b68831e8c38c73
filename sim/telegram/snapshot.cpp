// Copies, so that nothing outlives the Api's lock.
#include "sim/telegram/snapshot.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>

namespace rec::sim {
namespace {

PostSnapshot::File file_snapshot(const Document& document) {
  return {.name = document.name,
          .mime = document.mime,
          .size = document.content.size,
          .sha256 = {},
          .path = document.content.path,
          .video = document.video,
          .duration = document.duration,
          .width = document.width,
          .height = document.height,
          .supports_streaming = document.supports_streaming,
          .has_thumbnail = document.thumbnail.has_value()};
}

std::vector<PostSnapshot::Button> buttons_of(const Message& message) {
  std::vector<PostSnapshot::Button> made;
  if (!message.markup) return made;
  for (const auto& row : message.markup->list("rows")) {
    if (!row.object()) continue;
    for (const auto& item : row.object()->list("buttons"))
      if (const auto* button = item.object()) made.push_back({button->text("text"), button->text("data")});
  }
  return made;
}

std::string hash_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return {};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::vector<char> buffer(1U << 20U);
  while (in.read(buffer.data(), static_cast<std::streamsize>(buffer.size())), in.gcount() > 0)
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(in.gcount()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), out.data(), &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", out.at(i));
  return hex;
}

}  // namespace

std::vector<PostSnapshot> snapshot(const Channel& channel) {
  std::vector<PostSnapshot> made;
  for (const auto& [id, message] : channel.messages) {
    PostSnapshot post;
    post.id = id;
    post.date = message.date;
    post.text = message.text;
    for (const auto& item : message.entities)
      if (const auto* entity = item.object())
        post.entities.push_back(
            {std::string(entity->type), entity->number("offset"), entity->number("length")});
    post.grouped_id = message.grouped_id;
    post.reply_to = message.reply_to;
    post.forwarded_from = message.forwarded ? message.forwarded->channel : 0;
    post.silent = message.silent;
    post.edits = message.edits;
    post.deleted = message.deleted;
    post.sender = message.sender;
    post.buttons = buttons_of(message);
    if (message.document) post.file.push_back(file_snapshot(*message.document));
    made.push_back(std::move(post));
  }
  return made;
}

std::string Checksums::of(const std::filesystem::path& file) {
  const std::scoped_lock lock(mutex_);
  auto& known = known_[file];
  if (known.empty()) known = hash_file(file);
  return known;
}

}  // namespace rec::sim
