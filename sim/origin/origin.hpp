// A simulated HLS origin: files, playlists that change from one reload to the next, live streams, faults by
// path. Thread-safe; serves from a thread of its own until it is destroyed.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/http/server.hpp"
#include "sim/origin/fault.hpp"

namespace rec::sim {

class Origin {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  static constexpr int kForever = -1;

  /// With an identity it speaks TLS: clients have to trust its authority.
  explicit Origin(std::uint16_t port = 0, std::optional<TlsIdentity> tls = {});
  ~Origin();

  /// "http://127.0.0.1:PORT" + path; https with an identity.
  [[nodiscard]] std::string url(const std::string& path = "") const;

  /// Serves `bytes` at `path` (which begins with '/'); replaces what was there.
  void add_file(const std::string& path, std::string bytes, std::string type = "video/mp2t",
                Headers headers = {});
  /// 404 from now on.
  void remove_file(const std::string& path);

  /// The next text a playlist answers with: each reload takes one, the last one stays. `fault` strikes that
  /// one answer.
  void push_playlist(const std::string& path, std::string text, Fault fault = {});

  /// The next `times` requests for the path (kForever: all) suffer the fault, and use up no pushed playlist.
  /// Called again, it queues behind what is still to come. `after` requests are let through first.
  void fail_next(const std::string& path, Fault fault, int times = 1, int after = 0);
  /// Forgets the faults of the path that are still to come.
  void heal(const std::string& path);

  /// Everything below a prefix is answered by `handler` (on the server's thread), unless a file or playlist
  /// is there.
  void mount(const std::string& prefix, HttpHandler handler);

  /// How often a path was asked for, and with what; "" = all paths.
  [[nodiscard]] std::size_t hits(const std::string& path = "") const;
  [[nodiscard]] std::vector<HttpQuery> requests(const std::string& path = "") const;
  /// The server underneath: outages, connections.
  HttpServer& server();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
