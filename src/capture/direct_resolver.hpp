// Resolves a URL that is itself a playlist.
#pragma once
#include <memory>

#include "capture/playlist.hpp"
#include "capture/resolver.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

/// A media playlist is taken as it is, of a multivariant playlist the variant that the request's quality
/// wants. A media playlist with EXT-X-ENDLIST is resolved, too, with `live` false. not_found when the URL is
/// gone. corrupt when no playlist came. `http` must outlive it.
std::unique_ptr<Resolver> make_direct_resolver(HttpClient& http);

/// The request for a playlist or a page, as all resolvers send it.
HttpRequest resolver_request(const ResolveRequest& request, std::string url);
/// What stands in the text of a playlist that was found at `url`, as the request's quality and codecs want
/// it.
Result<Resolved> resolved_from(std::string_view text, const std::string& url, const ResolveRequest& request);
/// The chosen variant with its sound, and the fallbacks; for `audio` a variant or a rendition of sound alone,
/// and where there is none the smallest picture. not_found when there is no variant.
Result<Resolved> resolved_from(const MultivariantPlaylist& playlist, const ResolveRequest& request);

}  // namespace rec::capture
