// Looks up what a path answers: pending faults over a pushed playlist, a file, or a mounted handler.
#include "sim/origin/origin.hpp"

#include <deque>
#include <functional>
#include <map>
#include <mutex>

namespace rec::sim {
namespace {

struct PendingFault {
  Fault fault;
  int times;
  int after;
};

struct ScriptStep {
  std::string text;
  Fault fault;
};

struct Served {
  std::shared_ptr<const std::string> bytes;
  std::string type;
  Origin::Headers headers;
};

}  // namespace

struct Origin::Impl {
  Impl(std::uint16_t port, std::optional<TlsIdentity> tls)
      : server([this](const HttpQuery& query) { return answer(query); }, port, std::move(tls)) {}

  mutable std::mutex mutex;
  std::map<std::string, Served> files;
  std::map<std::string, std::deque<ScriptStep>> scripts;
  std::map<std::string, std::deque<PendingFault>> faults;
  std::map<std::string, HttpHandler, std::greater<>> mounts;  // the longest prefix of two comes first
  HttpServer server;                                          // last: its thread ends before the rest goes

  /// The fault this request suffers, if any, counted off.
  Fault take_fault(const std::string& path) {
    const auto found = faults.find(path);
    if (found == faults.end() || found->second.empty()) return {};
    auto& front = found->second.front();
    if (front.after > 0) {
      --front.after;
      return {};
    }
    auto fault = front.fault;
    if (front.times != kForever) --front.times;
    if (front.times == 0) found->second.pop_front();
    return fault;
  }

  HttpAnswer file_answer(const Served& served) {
    auto answer = text_answer(200, "", served.type);
    answer.shared_body = served.bytes;
    answer.headers.insert(answer.headers.end(), served.headers.begin(), served.headers.end());
    return answer;
  }

  HttpAnswer plain_answer(const HttpQuery& query, bool use_up, Fault& step_fault, HttpHandler& mounted) {
    if (const auto script = scripts.find(query.path); script != scripts.end()) {
      auto& steps = script->second;
      auto answer = text_answer(200, steps.front().text, "application/vnd.apple.mpegurl");
      answer.ranges = false;
      if (use_up) {
        step_fault = steps.front().fault;
        if (steps.size() > 1)
          steps.pop_front();
        else
          steps.front().fault = {};
      }
      return answer;
    }
    if (const auto file = files.find(query.path); file != files.end()) return file_answer(file->second);
    for (const auto& [prefix, handler] : mounts) {
      if (query.path.starts_with(prefix)) mounted = handler;
      if (mounted) break;
    }
    return text_answer(404, "not found");
  }

  HttpAnswer answer(const HttpQuery& query) {
    HttpHandler mounted;
    Fault step_fault;
    Fault fault;
    HttpAnswer answer;
    {
      const std::scoped_lock lock(mutex);
      fault = take_fault(query.path);
      answer = plain_answer(query, !fault, step_fault, mounted);
    }
    if (mounted) answer = mounted(query);
    if (step_fault) step_fault(query, answer);
    if (fault) fault(query, answer);
    return answer;
  }
};

Origin::Origin(std::uint16_t port, std::optional<TlsIdentity> tls)
    : impl_(std::make_unique<Impl>(port, std::move(tls))) {}
Origin::~Origin() = default;

std::string Origin::url(const std::string& path) const { return impl_->server.url(path); }

void Origin::add_file(const std::string& path, std::string bytes, std::string type, Headers headers) {
  auto shared = std::make_shared<const std::string>(std::move(bytes));
  const std::scoped_lock lock(impl_->mutex);
  impl_->files[path] = Served{std::move(shared), std::move(type), std::move(headers)};
}

void Origin::remove_file(const std::string& path) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->files.erase(path);
  impl_->scripts.erase(path);
}

void Origin::push_playlist(const std::string& path, std::string text, Fault fault) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->scripts[path].push_back(ScriptStep{std::move(text), std::move(fault)});
}

void Origin::fail_next(const std::string& path, Fault fault, int times, int after) {
  const std::scoped_lock lock(impl_->mutex);
  if (times != 0) impl_->faults[path].push_back(PendingFault{std::move(fault), times, after});
}

void Origin::heal(const std::string& path) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->faults.erase(path);
}

void Origin::mount(const std::string& prefix, HttpHandler handler) {
  const std::scoped_lock lock(impl_->mutex);
  impl_->mounts[prefix] = std::move(handler);
}

std::size_t Origin::hits(const std::string& path) const { return impl_->server.hits(path); }
std::vector<HttpQuery> Origin::requests(const std::string& path) const {
  return impl_->server.requests(path);
}
HttpServer& Origin::server() { return impl_->server; }

}  // namespace rec::sim
