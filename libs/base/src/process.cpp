#include "mote/base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "mote/base/error.h"

namespace mote {
namespace {

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
      throw Error(ErrorCode::kIo, fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    read = ends[0];
    write = ends[1];
  }
  ~Pipe() {
    close_write();
    ::close(read);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
};

// A descriptor that becomes readable after some seconds; with 0 seconds it never does.
class Timer {
 public:
  explicit Timer(int seconds) {
    if (seconds <= 0) return;
    descriptor_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    itimerspec when{};
    when.it_value.tv_sec = seconds;
    if (descriptor_ < 0 || ::timerfd_settime(descriptor_, 0, &when, nullptr) != 0)
      throw Error(ErrorCode::kIo, fmt::format("cannot make a timer: {}", std::strerror(errno)));
  }
  ~Timer() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

enum class Drained : std::uint8_t { kClosed, kTimedOut };

// Reads both sources to their end, or until the timer fires.
Drained drain(const std::array<int, 2>& sources, const std::array<std::string*, 2>& targets, const Timer& timer) {
  std::array<pollfd, 3> polls{{{sources[0], POLLIN, 0}, {sources[1], POLLIN, 0}, {timer.descriptor(), POLLIN, 0}}};
  int open = 2;
  while (open > 0) {
    if (::poll(polls.data(), polls.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return Drained::kClosed;
    }
    if (polls[2].revents != 0) return Drained::kTimedOut;
    for (std::size_t i = 0; i < sources.size(); ++i) {
      if (polls[i].fd < 0 || polls[i].revents == 0) continue;
      char chunk[4096];
      const ssize_t count = ::read(polls[i].fd, chunk, sizeof chunk);
      if (count > 0) {
        targets[i]->append(chunk, static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        polls[i].fd = -1;
        --open;
      }
    }
  }
  return Drained::kClosed;
}

[[noreturn]] void become(const std::vector<std::string>& argv, const std::filesystem::path& program,
                         const std::filesystem::path& folder, int out, int err) {
  std::vector<char*> words;
  words.reserve(argv.size() + 1);
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (!folder.empty() && ::chdir(folder.c_str()) != 0) ::_exit(127);
  ::execv(program.c_str(), words.data());
  ::_exit(127);
}

}  // namespace

std::filesystem::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? std::filesystem::path(name) : std::filesystem::path();
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t colon = rest.find(':');
    std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string::npos ? "" : rest.substr(colon + 1);
  }
  return {};
}

ProcessResult run_process(const std::vector<std::string>& argv, const std::filesystem::path& folder,
                          int time_limit_seconds) {
  const std::filesystem::path program = find_program(argv.at(0));
  if (program.empty()) throw Error(ErrorCode::kNotFound, fmt::format("the program '{}' is not installed", argv[0]));
  Pipe out;
  Pipe err;
  const Timer timer(time_limit_seconds);
  const pid_t child = ::fork();
  if (child < 0) throw Error(ErrorCode::kIo, fmt::format("cannot start '{}': {}", argv[0], std::strerror(errno)));
  if (child == 0) become(argv, program, folder, out.write, err.write);
  out.close_write();
  err.close_write();
  ProcessResult result;
  result.timed_out = drain({out.read, err.read}, {&result.output, &result.errors}, timer) == Drained::kTimedOut;
  if (result.timed_out) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace mote
