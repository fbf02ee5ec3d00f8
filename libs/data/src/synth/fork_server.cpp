#include "synth/fork_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <optional>

#include "mote/base/error.h"

namespace mote::data {
namespace {

constexpr unsigned kLongestAnswer_s = 30;

// First byte of a message.
enum class Kind : std::uint8_t { kAnswer, kError, kDied };

bool send_all(int socket, const void* bytes, std::size_t count) {
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t sent = ::send(socket, next, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    next += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool receive_all(int socket, void* bytes, std::size_t count) {
  char* next = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = ::recv(socket, next, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    next += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

bool send_message(int socket, Kind kind, std::string_view payload) {
  const auto size = static_cast<std::uint64_t>(payload.size());
  return send_all(socket, &kind, sizeof kind) && send_all(socket, &size, sizeof size) &&
         send_all(socket, payload.data(), payload.size());
}

struct Message {
  Kind kind = Kind::kDied;
  std::string payload;
};

std::optional<Message> receive_message(int socket) {
  Message message;
  std::uint64_t size = 0;
  if (!receive_all(socket, &message.kind, sizeof message.kind)) return std::nullopt;
  if (!receive_all(socket, &size, sizeof size)) return std::nullopt;
  message.payload.resize(size);
  if (!receive_all(socket, message.payload.data(), size)) return std::nullopt;
  return message;
}

// Runs `work`; what it returns or throws becomes one message. An Error travels as its code and its message.
template <class Work>
Message outcome(Work&& work) {
  try {
    return {Kind::kAnswer, work()};
  } catch (const Error& error) {
    return {Kind::kError, static_cast<char>(error.code()) + error.message()};
  } catch (const std::exception& error) {
    return {Kind::kError, static_cast<char>(ErrorCode::kIo) + std::string(error.what())};
  }
}

// The child must not keep the parent's files (and their locks) open, print, or die of the Ctrl-C meant for the parent,
// which ends it by closing the socket.
void cut_ties(int socket) {
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGALRM, SIG_DFL);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (int standard = 0; standard < 3; ++standard) ::dup2(nowhere, standard);
  ::dup2(socket, 3);
  ::close_range(4, ~0U, 0);
}

constexpr int kServerSocket = 3;  // where cut_ties() puts it

void answer_in_fresh_process(const ForkServer::Handler& handler, const std::string& request) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(kLongestAnswer_s);
    const Message message = outcome([&] { return handler(request); });
    ::alarm(0);
    send_message(kServerSocket, message.kind, message.payload);
    ::_exit(0);
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  const std::string reason =
      child < 0 ? "the system refused a process" : fmt::format("it ended with status {}", status);
  send_message(kServerSocket, Kind::kDied, reason);
}

[[noreturn]] void serve(const ForkServer::Setup& setup, const ForkServer::Handler& handler) {
  const Message greeting = outcome(setup);
  bool alive = send_message(kServerSocket, greeting.kind, greeting.payload);
  while (alive) {
    const std::optional<Message> request = receive_message(kServerSocket);
    if (!request) break;  // the parent is gone or done
    answer_in_fresh_process(handler, request->payload);
  }
  ::_exit(0);
}

}  // namespace

ForkServer::ForkServer(const Setup& setup, const Handler& handler) {
  int ends[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    throw Error(ErrorCode::kIo,
                fmt::format("[synth] wanted a socket, got '{}': close other programs", std::strerror(errno)));
  }
  server_ = ::fork();
  if (server_ == 0) {
    cut_ties(ends[1]);
    serve(setup, handler);
  }
  ::close(ends[1]);
  socket_ = ends[0];
  if (server_ < 0) {
    ::close(socket_);
    throw Error(ErrorCode::kIo,
                fmt::format("[synth] wanted a process, got '{}': close other programs", std::strerror(errno)));
  }
  try {
    greeting_ = receive();
  } catch (...) {
    ::close(socket_);
    ::waitpid(server_, nullptr, 0);
    throw;
  }
}

ForkServer::~ForkServer() {
  ::close(socket_);
  while (::waitpid(server_, nullptr, 0) < 0 && errno == EINTR) continue;
}

std::string ForkServer::ask(std::string_view request) {
  send_message(socket_, Kind::kAnswer, request);
  return receive();
}

std::string ForkServer::receive() {
  std::optional<Message> message = receive_message(socket_);
  if (!message) message = Message{Kind::kDied, "its process is gone"};
  if (message->kind == Kind::kAnswer) return std::move(message->payload);
  if (message->kind == Kind::kDied) {
    throw Error(ErrorCode::kIo, "[synth] wanted an answer of the speech engine, got none (" + message->payload +
                                    "): leave out this word or voice");
  }
  throw Error(static_cast<ErrorCode>(message->payload.at(0)), message->payload.substr(1));
}

}  // namespace mote::data
