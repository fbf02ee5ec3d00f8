// A child process that answers requests, each in a process of its own forked from it.
//
// For C libraries that keep hidden state from call to call: the child loads them once and never uses them; every
// request is handled by a fresh copy of it, so that the answer depends on the request alone. A crash or an endless loop
// costs one answer. Linux and other POSIX systems only.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

namespace mote::data {

class ForkServer {
 public:
  using Setup = std::function<std::string()>;
  using Handler = std::function<std::string(std::string_view request)>;

  // Forks the server, which runs `setup` once and then waits. Both functions run in child processes: they must touch no
  // lock that another thread may hold. Error(kIo) when the system refuses; errors of `setup` are thrown here.
  ForkServer(const Setup& setup, const Handler& handler);
  ~ForkServer();
  ForkServer(const ForkServer&) = delete;
  ForkServer& operator=(const ForkServer&) = delete;

  // What `setup` returned.
  const std::string& greeting() const { return greeting_; }

  // What `handler` returns for `request`. An Error that it throws is thrown here; Error(kIo) when it crashed or took
  // longer than 30 s. One call at a time.
  std::string ask(std::string_view request);

 private:
  std::string receive();

  int socket_ = -1;
  pid_t server_ = -1;
  std::string greeting_;
};

}  // namespace mote::data
