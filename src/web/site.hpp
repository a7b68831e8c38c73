// What is served: the page, the REST interface, events, files and figures. Carries requests to the service
// and answers back, and decides nothing but who may ask. Decision thread only.
#pragma once
#include <memory>
#include <string>

#include "runtime/worker.hpp"
#include "web/gate.hpp"
#include "web/latest.hpp"
#include "web/rates.hpp"
#include "web/streams.hpp"

namespace rec::web {

class Site {
 public:
  struct Needs {
    Clock& clock;
    Worker& files;
    Ask ask{};
    Gate::Needs gate;
    std::string language = "en";
    std::string timezone = "UTC";
    std::string version{};
    std::function<std::size_t()> connections{};
    Millis rates_every{10'000};
  };
  explicit Site(Needs needs);

  asio::awaitable<Response> answer(Request request);
  /// The language of those who ask for none, and of pages that are opened from now on.
  void speak(std::string language) { needs_.language = std::move(language); }
  /// Remembers how bitrates go, for as long as it runs.
  Task<> watch_rates() { return keep_rates(rates_, latest_, needs_.clock); }
  /// As Gate::offer_set_up.
  std::string offer_set_up() { return gate_.offer_set_up(); }

 private:
  Task<Response> respond(Request request, bool russian);
  Task<Response> serve(Request request, const Route& route, boost::json::object arguments, bool russian);
  Task<Response> serve_own(Request request, const Route& route, Caller caller, bool russian);
  Task<Response> live_picture(const Route& route, boost::json::object arguments);
  Task<Response> part_file(const Route& route, boost::json::object arguments, std::string range);
  Task<Response> log_in(Request request);
  Task<Response> set_up(Request request);
  Task<Response> ready();
  Task<Response> idle();
  Task<Response> metrics();
  [[nodiscard]] Response about_me(const Caller& caller) const;

  Needs needs_;
  Gate gate_;
  Instant started_;
  std::shared_ptr<Latest> latest_;
  std::shared_ptr<Latest> latest_russian_;
  std::shared_ptr<Rates> rates_;
  std::shared_ptr<int> listeners_ = std::make_shared<int>(0);
};

}  // namespace rec::web
