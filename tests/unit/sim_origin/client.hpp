// A blocking HTTP client for the tests of the simulated servers: libcurl's easy interface, one connection at
// a time.
#pragma once
#include <curl/curl.h>

#include <map>
#include <string>
#include <vector>

namespace rec::sim {

struct Fetched {
  CURLcode error = CURLE_OK;
  long status = 0;
  long new_connections = 0;
  std::string body{};
  std::string head{};
};

class TestClient {
 public:
  TestClient() : handle_(curl_easy_init()) {}
  ~TestClient() { curl_easy_cleanup(handle_); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  /// Certificates by this authority (PEM) are believed, and no others.
  void trust(const std::string& authority) {
    curl_blob blob{const_cast<char*>(authority.data()), authority.size(), CURL_BLOB_COPY};
    curl_easy_setopt(handle_, CURLOPT_CAINFO_BLOB, &blob);
    curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
  }

  Fetched get(const std::string& url, const std::vector<std::string>& headers = {}) {
    return send(url, headers);
  }

  Fetched post(const std::string& url, const std::string& body,
               const std::vector<std::string>& headers = {}) {
    curl_easy_setopt(handle_, CURLOPT_COPYPOSTFIELDS, body.c_str());
    auto fetched = send(url, headers);
    curl_easy_setopt(handle_, CURLOPT_HTTPGET, 1L);
    return fetched;
  }

 private:
  static std::size_t append(char* data, std::size_t size, std::size_t count, void* into) {
    static_cast<std::string*>(into)->append(data, size * count);
    return size * count;
  }

  Fetched send(const std::string& url, const std::vector<std::string>& headers) {
    Fetched fetched;
    curl_slist* list = nullptr;
    for (const auto& header : headers) list = curl_slist_append(list, header.c_str());
    curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle_, CURLOPT_PROXY, "");
    curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_, CURLOPT_TIMEOUT, 20L);
    curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &TestClient::append);
    curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &fetched.body);
    curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, &TestClient::append);
    curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &fetched.head);
    fetched.error = curl_easy_perform(handle_);
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &fetched.status);
    curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &fetched.new_connections);
    curl_slist_free_all(list);
    return fetched;
  }

  CURL* handle_;
};

}  // namespace rec::sim
