// A web server for one test: serves one body on 127.0.0.1, with ranges, and breaks when told to.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mote::test {

// How the server treats one request.
struct Answer {
  int status = 0;                    // other than 0: an error page of this status
  std::size_t cut_after = SIZE_MAX;  // closes the connection after so many bytes of the body
  enum class Ranges { kHonoured, kIgnored } ranges = Ranges::kHonoured;
};

class FileServer {
 public:
  // Answers the requests one after another by `answers`, and all later ones whole.
  FileServer(std::string body, std::deque<Answer> answers) : body_(std::move(body)), answers_(std::move(answers)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t size = sizeof address;
    ::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    ::listen(socket_, 4);
    thread_ = std::thread([this] { serve(); });
  }
  ~FileServer() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }
  FileServer(const FileServer&) = delete;
  FileServer& operator=(const FileServer&) = delete;

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  // First byte asked for by each request so far.
  std::vector<std::size_t> starts() const {
    const std::lock_guard lock(mutex_);
    return starts_;
  }

 private:
  void serve() {
    while (true) {
      const int client = ::accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      answer(client);
      ::close(client);
    }
  }

  static std::string read_request(int client) {
    std::string request;
    char block[1024];
    while (request.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(client, block, sizeof block, 0);
      if (got <= 0) break;
      request.append(block, static_cast<std::size_t>(got));
    }
    return request;
  }

  void answer(int client) {
    const std::string request = read_request(client);
    const std::size_t range = request.find("Range: bytes=");
    std::size_t start = range == std::string::npos ? 0 : std::strtoull(request.c_str() + range + 13, nullptr, 10);
    Answer how;
    if (!answers_.empty()) {
      how = answers_.front();
      answers_.pop_front();
    }
    {
      const std::lock_guard lock(mutex_);
      starts_.push_back(start);
    }
    if (how.ranges == Answer::Ranges::kIgnored) start = 0;
    const std::string body = how.status == 0 ? body_.substr(std::min(start, body_.size())) : "sorry";
    const int status = how.status != 0 ? how.status : start > 0 ? 206 : 200;
    std::string head = fmt::format("HTTP/1.1 {} x\r\nContent-Length: {}\r\nConnection: close\r\n", status, body.size());
    if (status == 206) head += fmt::format("Content-Range: bytes {}-{}/{}\r\n", start, body_.size() - 1, body_.size());
    send_all(client, head + "\r\n" + body.substr(0, how.cut_after));
  }

  static void send_all(int client, const std::string& text) {
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t sent = ::send(client, text.data() + done, text.size() - done, MSG_NOSIGNAL);
      if (sent <= 0) return;
      done += static_cast<std::size_t>(sent);
    }
  }

  std::string body_;
  std::deque<Answer> answers_;
  int socket_ = -1;
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::size_t> starts_;
  std::thread thread_;
};

}  // namespace mote::test
