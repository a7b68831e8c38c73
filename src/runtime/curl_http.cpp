#include "runtime/curl_http.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "runtime/curl_transfer.hpp"
#include "runtime/host_queue.hpp"
#include "runtime/http_request.hpp"

namespace rec {
namespace {

using TransferPtr = std::shared_ptr<CurlTransfer>;

constexpr std::size_t kGooglevideoAtOnce = 4;  ///< it answers 429 to more from one stream
constexpr Millis kQueueCheck{100};  ///< how exact the timeout of a request is that waits for its turn
constexpr Millis kIdle{60'000};
/// A request that is given up without an answer says something of its connection after this long only.
constexpr Millis kUnheard{3'000};
/// After which curl itself uses no idle connection again.
constexpr std::chrono::seconds kKeptAtMost{120};
/// With hundreds of transfers some socket always has a few kilobytes, and every look goes through all of
/// them: so that it is worth it, they gather for a moment.
constexpr std::size_t kTransfersPerMilli = 16;
constexpr Millis kLongestGathering{10};

Millis gathering(std::size_t transfers) {
  return std::min(Millis(transfers / kTransfersPerMilli), kLongestGathering);
}

GroupLimit group_limit(std::size_t usual) {
  return [usual](const std::string& host) {
    const bool few = host.find(".googlevideo.com:") != std::string::npos;
    return few ? std::min(usual, kGooglevideoAtOnce) : usual;
  };
}

void init_curl_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK) throw std::bad_alloc();
}

}  // namespace

/// The curl thread. The handles are its alone, but for curl_multi_wakeup; others speak to it through the
/// inbox.
class CurlHttpClient::Core : public std::enable_shared_from_this<Core> {
 public:
  explicit Core(CurlHttpOptions options);
  ~Core();
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  void submit(TransferPtr transfer) { tell({std::move(transfer), Command::What::begin}); }
  void abort(TransferPtr transfer) { tell({std::move(transfer), Command::What::abort}); }
  void stop();

 private:
  struct Command {
    enum class What { begin, resume, abort };
    TransferPtr transfer;
    What what;
  };
  void tell(Command command);
  void run();
  bool obey_inbox();
  void enqueue(TransferPtr transfer);
  void start_waiting();
  void start(TransferPtr transfer);
  void drop(const TransferPtr& transfer);
  void collect_finished();
  void expire_waiting();
  void expire_lookups();
  void remove(std::map<CURL*, TransferPtr>::iterator at);
  void end_all();
  void leave_behind();
  /// A router that has forgotten one connection has forgotten the others: what was open to that host before
  /// is not used again.
  void distrust(const CurlTransfer& silent) {
    SteadyTime& since = trusted_since_[silent.host()];
    since = std::max(since, silent.begun());
  }

  const CurlHttpOptions options_;
  CURLM* multi_ = nullptr;
  CURLSH* share_ = nullptr;  ///< TLS sessions, so that a new connection need not shake hands in full
  HostQueue<TransferPtr> queue_;
  std::map<CURL*, TransferPtr> active_{};
  Openings openings_{};
  std::map<CURL*, TransferPtr> left_{};  ///< removed while their names were looked up
  SteadyTime next_queue_check_{};
  std::map<std::string, SteadyTime> trusted_since_{};  ///< by host

  std::mutex mutex_;
  std::vector<Command> inbox_{};
  bool stopping_ = false;
  std::thread thread_{};
};

CurlHttpClient::Core::Core(CurlHttpOptions options)
    : options_(std::move(options)),
      queue_(std::min(options_.max_per_host, options_.max_total * 3 / 4), options_.max_total,
             group_limit(options_.max_per_group)) {
  init_curl_once();
  multi_ = curl_multi_init();
  share_ = curl_share_init();
  if (multi_ == nullptr || share_ == nullptr) throw std::bad_alloc();
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(2 * options_.max_total));
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  thread_ = std::thread([this] { run(); });
  pthread_setname_np(thread_.native_handle(), "curl");
}

CurlHttpClient::Core::~Core() {
  stop();
  if (left_.empty()) {
    curl_multi_cleanup(multi_);
    curl_share_cleanup(share_);
  } else {
    leave_behind();
  }
}

/// What still looks up a name would be ended by curl_multi_cleanup: it is kept, and not driven any more.
void CurlHttpClient::Core::leave_behind() {
  struct Remains {
    CURLM* multi;
    CURLSH* share;
    std::map<CURL*, TransferPtr> left;
  };
  static std::mutex mutex;
  static auto* const kept = new std::vector<Remains>();
  const std::scoped_lock lock(mutex);
  kept->push_back({multi_, share_, std::move(left_)});
}

void CurlHttpClient::Core::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  curl_multi_wakeup(multi_);
  if (thread_.joinable()) thread_.join();
}

void CurlHttpClient::Core::tell(Command command) {
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return;
    inbox_.push_back(std::move(command));
  }
  curl_multi_wakeup(multi_);
}

void CurlHttpClient::Core::run() {
  while (obey_inbox()) {
    expire_waiting();
    expire_lookups();
    start_waiting();
    int running = 0;
    curl_multi_perform(multi_, &running);
    const auto before = queue_.running();
    collect_finished();
    if (queue_.waiting() > 0 && queue_.running() < before) continue;  // somebody's turn has come
    if (const auto pause = gathering(active_.size()); pause.count() > 1) std::this_thread::sleep_for(pause);
    // libcurl 7.88 does not say by itself when a host's next address is to be tried.
    const bool opening = !openings_.lookups.empty() || !openings_.connects.empty();
    const auto longest = queue_.waiting() > 0 || opening ? kQueueCheck : kIdle;
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(longest.count()), nullptr);
  }
  end_all();
}

/// False when it is time to stop.
bool CurlHttpClient::Core::obey_inbox() {
  std::vector<Command> commands;
  {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return false;
    commands.swap(inbox_);
  }
  for (auto& command : commands) {
    if (command.what == Command::What::abort) {
      drop(command.transfer);
    } else if (command.what == Command::What::resume) {
      if (active_.contains(command.transfer->handle())) command.transfer->resume();
    } else {
      enqueue(std::move(command.transfer));
    }
  }
  return true;
}

void CurlHttpClient::Core::enqueue(TransferPtr transfer) {
  const auto host = transfer->host();
  const auto group = transfer->request().group;
  const auto since = transfer->request().wanted_since;
  queue_.push(host, std::move(transfer), group, since);
}

void CurlHttpClient::Core::start_waiting() {
  while (auto transfer = queue_.next()) start(std::move(*transfer));
}

void CurlHttpClient::Core::start(TransferPtr transfer) {
  if (const auto known = trusted_since_.find(transfer->host()); known != trusted_since_.end()) {
    if (std::chrono::steady_clock::now() - known->second < kKeptAtMost)
      transfer->trust_only_since(known->second);
    else
      trusted_since_.erase(known);
  }
  CURL* easy = transfer->abandoned() ? nullptr : transfer->prepare(options_, share_, openings_);
  if (easy == nullptr || curl_multi_add_handle(multi_, easy) != CURLM_OK) {
    transfer->release_handle();
    queue_.finished(transfer->host(), transfer->request().group);
    transfer->finish(fail(Errc::unavailable, transfer->telling("curl cannot begin it: no memory")));
    return;
  }
  transfer->on_room([core = weak_from_this(), waiting = std::weak_ptr(transfer)] {
    const auto known = core.lock();
    auto again = waiting.lock();
    if (known && again) known->tell({std::move(again), Command::What::resume});
  });
  transfer->tell_asked();
  active_.emplace(easy, std::move(transfer));
}

/// One whose name is looked up is kept until that is over (curl_transfer_lookup.cpp).
void CurlHttpClient::Core::remove(std::map<CURL*, TransferPtr>::iterator at) {
  queue_.finished(at->second->host(), at->second->request().group);
  if (openings_.lookups.contains(at->second.get())) {
    at->second->outlast_lookup();
    left_.insert(active_.extract(at));
    return;
  }
  curl_multi_remove_handle(multi_, at->first);
  at->second->release_handle();
  active_.erase(at);
}

void CurlHttpClient::Core::drop(const TransferPtr& transfer) {
  if (const auto at = active_.find(transfer->handle()); at != active_.end()) {
    // Of a line nothing is known while the name is looked up.
    const bool looks_up = openings_.lookups.contains(transfer.get());
    if (!looks_up && transfer->unheard_for(kUnheard)) distrust(*transfer);
    return remove(at);
  }
  queue_.remove_waiting_if([&transfer](const TransferPtr& waiting) { return waiting == transfer; });
}

void CurlHttpClient::Core::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    if (const auto dropped = left_.find(message->easy_handle); dropped != left_.end()) {
      curl_multi_remove_handle(multi_, dropped->first);
      dropped->second->release_handle();
      left_.erase(dropped);
      continue;
    }
    const auto at = active_.find(message->easy_handle);
    if (at == active_.end()) continue;
    const auto transfer = at->second;
    transfer->lookup_is_over();
    if (message->data.result == CURLE_OPERATION_TIMEDOUT) distrust(*transfer);
    const bool again = transfer->begin_again(message->data.result);
    if (!again) transfer->finish(message->data.result);
    remove(at);
    if (again) enqueue(transfer);
  }
}

void CurlHttpClient::Core::expire_waiting() {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (queue_.waiting() == 0 || now < next_queue_check_) return;
  next_queue_check_ = now + kQueueCheck;
  auto late =
      queue_.remove_waiting_if([now](const TransferPtr& waiting) { return waiting->deadline() <= now; });
  for (const auto& transfer : late) {
    transfer->finish(fail(Errc::timed_out, transfer->telling("waited for a free connection in vain")));
  }
}

void CurlHttpClient::Core::expire_lookups() {
  const SteadyTime now = std::chrono::steady_clock::now();
  const auto in_progress = openings_.lookups;
  for (CurlTransfer* transfer : in_progress) {
    const auto at = active_.find(transfer->handle());
    if (at == active_.end() || now < transfer->lookup_deadline()) continue;
    const auto waited = std::chrono::duration_cast<Millis>(now - transfer->begun()).count();
    transfer->finish(fail(Errc::timed_out, transfer->telling(fmt::format(
                                               "Resolving timed out after {} milliseconds", waited))));
    remove(at);
  }
}

void CurlHttpClient::Core::end_all() {
  auto ended = queue_.remove_waiting_if([](const TransferPtr&) { return true; });
  while (!active_.empty()) {
    ended.push_back(active_.begin()->second);
    remove(active_.begin());
  }
  const std::scoped_lock lock(mutex_);
  for (auto& command : inbox_) {
    if (command.what == Command::What::begin) ended.push_back(std::move(command.transfer));
  }
  inbox_.clear();
  for (const auto& transfer : ended) {
    transfer->finish(fail(Errc::unavailable, transfer->telling("the program is ending")));
  }
}

CurlHttpClient::CurlHttpClient(CurlHttpOptions options) : core_(std::make_shared<Core>(std::move(options))) {}
CurlHttpClient::~CurlHttpClient() { core_->stop(); }

Task<HttpResponse> CurlHttpClient::fetch(HttpRequest request) {
  struct Call {
    std::shared_ptr<Core> core;
    Waiter waiter;
    TransferPtr transfer;
    Call(std::shared_ptr<Core> of, const asio::any_io_executor& executor, HttpRequest asked)
        : core(std::move(of)),
          waiter(executor),
          transfer(std::make_shared<CurlTransfer>(std::move(asked), executor, &waiter)) {
      core->submit(transfer);
    }
    ~Call() {
      if (transfer->leave()) core->abort(transfer);
    }
  };
  const auto core = core_;
  REC_CO_CHECK(check_request(request));
  Call call(core, co_await asio::this_coro::executor, std::move(request));
  co_await call.waiter.wait();
  co_return call.transfer->take_result();
}

}  // namespace rec
