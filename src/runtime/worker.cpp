#include "runtime/worker.hpp"

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

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

class LaneWorker final : public Worker {
 public:
  LaneWorker(const std::string& name, std::size_t lanes) {
    for (std::size_t i = 0; i < lanes; ++i) {
      lanes_.push_back(std::make_unique<ThreadWorker>(lanes == 1 ? name : name + std::to_string(i + 1)));
    }
  }
  void post(std::function<void()> job) override { lanes_.front()->post(std::move(job)); }
  Worker& lane(const std::string& key) override {
    return *lanes_[std::hash<std::string>{}(key) % lanes_.size()];
  }

 private:
  std::vector<std::unique_ptr<ThreadWorker>> lanes_;
};

class InlineWorker final : public Worker {
 public:
  void post(std::function<void()> job) override { job(); }
};

}  // namespace

Worker& Worker::lane(const std::string& /*key*/) { return *this; }

std::unique_ptr<Worker> make_thread_worker(std::string name) {
  return std::make_unique<ThreadWorker>(std::move(name));
}
std::unique_ptr<Worker> make_thread_worker(std::string name, std::size_t lanes) {
  return std::make_unique<LaneWorker>(name, std::max<std::size_t>(lanes, 1));
}
std::unique_ptr<Worker> make_inline_worker() { return std::make_unique<InlineWorker>(); }

}  // namespace rec
