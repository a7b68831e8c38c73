// Who asks, and what keeps them out: foreign hosts and pages, no login, too many tries. Decision thread only;
// files and password hashes are a Worker's.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/clock.hpp"
#include "runtime/worker.hpp"
#include "web/attempts.hpp"
#include "web/message.hpp"
#include "web/routes.hpp"

namespace rec::web {

struct Caller {
  Scope scope = Scope::none;
  bool by_token = false;       ///< of a script: no page of a browser could have sent it
  bool needs_password = true;  ///< there is one, or there should be
  std::string csrf{};          ///< what X-CSRF-Token has to be; "" for a token and without a login
};

struct Refusal {
  int status = 403;
  std::string code{};  ///< as in errors of the service, or `login`, `forbidden`, `host`
  std::string text{};
};

class Gate {
 public:
  struct Needs {
    Clock& clock;
    Worker& files;
    std::string accounts_path{};
    bool loopback_only = true;  ///< what is listened to; only then a missing password lets anyone in
    std::vector<std::string>
        hosts{};  ///< names it is reached by (web.hosts), beside IP addresses and localhost
  };
  explicit Gate(Needs needs);

  /// What is wrong with a request whatever it asks for. DNS rebinding needs a name, so IP addresses are
  /// always good; a page of another site may lead here, but fetch nothing.
  [[nodiscard]] std::optional<Refusal> refuse(const Request& request, bool is_page) const;
  /// corrupt, denied: the accounts cannot be read; nobody comes in.
  Task<Caller> who(Request request);
  /// Whether who was let in by that request would be let in again: what it came with may not count any more.
  /// No login lasts longer for it. Errors: those of who().
  Task<bool> is_still_welcome(Request request, const Route& route);
  /// Anybody on this machine may ask for it.
  [[nodiscard]] static std::string address_of(const Request& request);
  [[nodiscard]] static bool is_open(const Request& request, const Route& route);
  /// Of what the caller may not do.
  [[nodiscard]] std::optional<Refusal> refuse(const Request& request, const Route& route,
                                              const Caller& caller) const;
  /// The value of Set-Cookie. denied: wrong; rate_limited: too many tries.
  Task<std::string> log_in(Request request, Secret password);
  /// The end of a link by which the first password may be set, once, within the hour and from this machine;
  /// "" where there is one. Of an earlier link nobody knows any more.
  std::string offer_set_up();
  /// The value of Set-Cookie, as of log_in. denied: not by this link (any more); invalid: too short;
  /// rate_limited: too many tries.
  Task<std::string> set_up(Request request, Secret token, Secret password);
  /// The value of Set-Cookie that forgets it.
  std::string log_out(const Request& request);

  /// For those that need no login on loopback: from this machine, and not by way of a proxy.
  static bool from_this_machine(const Request& request);

 private:
  struct Login {
    std::string csrf{};
    std::string password{};  ///< as it was encoded then: another password ends it
    SteadyTime used{};
  };
  struct Offer {
    std::string hash{};  ///< of the token
    SteadyTime until{};
  };
  Task<> refresh();
  /// The login that counts of those who came by a cookie; null: none.
  Login* login_of(const Request& request);
  [[nodiscard]] Caller caller_of(const Request& request, const Login* login) const;
  void forget_old();
  /// As somebody who has just shown the password that is encoded like this.
  std::string let_in(const Request& request, std::string encoded);

  Needs needs_;
  Accounts accounts_{};
  std::string stamp_{};  ///< of the file that was read
  std::optional<SteadyTime> looked_{};
  std::map<std::string, Login> logins_{};  ///< by the hash of the cookie
  AttemptLimit attempts_{};
  std::optional<Offer> offer_{};
  int hashing_ = 0;
  std::string open_csrf_;  ///< of those who need no login
};

}  // namespace rec::web
