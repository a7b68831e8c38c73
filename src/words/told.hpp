// Answers of the service, for readers of Russian. Pure.
#pragma once
#include <boost/json/object.hpp>

namespace rec {

/// Of an object and all within: what is said to people (text, cure, error, note, trouble, …) in Russian;
/// names, titles and whatever programs go by stay.
void tell_in_russian(boost::json::object& answer);

}  // namespace rec
