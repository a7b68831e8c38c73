// What a handler of one API method gets and gives. Each api_*.cpp adds its handlers to the table.
#pragma once
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "sim/telegram/tl_schema.hpp"
#include "sim/telegram/world.hpp"

namespace rec::sim {

struct RpcError {
  int code = 400;
  std::string text;
};
using Reply = tl::expected<TlValue, RpcError>;
inline tl::unexpected<RpcError> refuse(std::string text, int code = 400) {
  return tl::unexpected(RpcError{code, std::move(text)});
}

struct Call {
  World& world;
  const TlSchema& schema;
  const TlObject& query;
  std::uint64_t key;
  int dc;            ///< the data centre that the caller speaks to
  Account* account;  ///< null before signing in
  std::vector<ChannelEvent>& for_others;
  std::vector<ChannelEvent>& for_all;

  [[nodiscard]] std::int64_t viewer() const { return account ? account->id : 0; }
};

struct Handler {
  Reply (*run)(Call&) = nullptr;
  bool before_login = false;
};
using HandlerTable = std::unordered_map<std::string_view, Handler>;

void add_account_handlers(HandlerTable& table);
void add_sign_in_handlers(HandlerTable& table);
void add_update_handlers(HandlerTable& table);
void add_channel_handlers(HandlerTable& table);
void add_dialog_handlers(HandlerTable& table);
void add_file_handlers(HandlerTable& table);
void add_message_handlers(HandlerTable& table);

/// The document that an InputMedia stands for; uploaded parts become a file.
tl::expected<std::shared_ptr<const Document>, RpcError> document_of(Call& call, const TlObject& media);
/// The channel that an InputPeer or InputChannel names.
tl::expected<Channel*, RpcError> channel_of(Call& call, const TlObject& peer);

}  // namespace rec::sim
