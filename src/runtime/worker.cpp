#include "runtime/worker.hpp"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace rec {
namespace {

class ThreadWorker final : public Worker {
 public:
  explicit ThreadWorker(std::string name) : thread_([this] { run(); }) {
    name.resize(std::min<std::size_t>(name.size(), 15));
    pthread_setname_np(thread_.native_handle(), name.c_str());
  }
  ~ThreadWorker() override {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  ThreadWorker(const ThreadWorker&) = delete;
  ThreadWorker& operator=(const ThreadWorker&) = delete;

  void post(std::function<void()> job) override {
    {
      const std::scoped_lock lock(mutex_);
      jobs_.push_back(std::move(job));
    }
    wake_.notify_one();
  }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // what it captured goes before the lock is taken
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  bool stopping_ = false;
  std::thread thread_;
};

class InlineWorker final : public Worker {
 public:
  void post(std::function<void()> job) override { job(); }
};

}  // namespace

std::unique_ptr<Worker> make_thread_worker(std::string name) {
  return std::make_unique<ThreadWorker>(std::move(name));
}
std::unique_ptr<Worker> make_inline_worker() { return std::make_unique<InlineWorker>(); }

}  // namespace rec
