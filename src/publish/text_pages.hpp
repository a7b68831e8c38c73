// A long text as messages that Telegram takes. Pure.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace rec {

/// The text in pieces of at most `units` UTF-16 units, cut between lines where there are any, else between
/// characters; at most `most` of them, the last then with an ellipsis. Never empty, and no piece is.
std::vector<std::string> text_pages(std::string_view text, std::size_t units, std::size_t most);

}  // namespace rec
