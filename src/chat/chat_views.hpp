// What the service answers, as a message for a phone: short lines, the important ones first. Pure; the form
// of the objects is docs/interface.md's.
#pragma once
#include <map>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "ports/conversation.hpp"

namespace rec::chat {

/// `platform`, `target`, `state`, `page`, `limit` as they were typed.
using ListFilter = std::map<std::string, std::string>;

std::string overview_text(const boost::json::object& overview, Language language);
/// Stop and pause what is recorded, retry what fails, resume what is paused, and look again. The data of each
/// button is a command.
ReplyButtons overview_buttons(const boost::json::object& overview, Language language);

std::string sources_text(const boost::json::object& list, const ListFilter& filter, Language language);
std::string source_text(const boost::json::object& source, Language language);
std::string targets_text(const boost::json::object& list, const ListFilter& filter, Language language);
std::string target_text(const boost::json::object& target, Language language);
std::string sessions_text(const boost::json::object& list, const ListFilter& filter, Language language);
std::string session_text(const boost::json::object& details, Language language);
std::string findings_text(const boost::json::object& findings);

/// The one of the list (`member` of each) that is named so, or alone begins so; null: none or several.
const boost::json::object* find_in(const boost::json::object& answer, const char* list,
                                   std::string_view name);

}  // namespace rec::chat
