// The one exception type of mote: what ends a command.
//
// Thrown at borders (parsing, building, verifying), never inside numeric loops. Expected failures of one item among
// many are values (see data::ReadFailure), not exceptions. A programmer's mistake is an assertion.
#pragma once

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mote {

enum class ErrorCode : std::uint8_t {
  kUsage,        // the command line is wrong                                   (exit code 2)
  kInvalid,      // a recipe, model or setting asks for something impossible     (exit code 1)
  kNotFound,     // a file, folder, key or label that is named does not exist   (exit code 1)
  kCorrupt,      // a file does not hold what its format demands                 (exit code 1)
  kIo,           // the system refused to read or write                          (exit code 1)
  kUnsupported,  // well-formed, but not something mote can do                   (exit code 1)
  kBusy,         // somebody else holds the run directory                        (exit code 1)
  kGate,         // a budget or gate of the recipe was missed                    (exit code 3)
  kInterrupted,  // the user asked to stop; what was done is kept                (exit code 1)
};

// The stable name of a code, as printed in JSON: "usage", "invalid", …
std::string_view to_string(ErrorCode code);

// Error{code, message}: the message says what was wanted, what was got and what to do, in one line:
// "[conv2d] stride must be >= 1, got 0". Callers add where it happened on the way up with `with_context`.
class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message);

  ErrorCode code() const { return code_; }
  // The message alone, without context.
  const std::string& message() const { return message_; }
  // Outermost first: {"recipe kws.toml:31", "layer 3"}.
  const std::vector<std::string>& context() const { return context_; }
  // "recipe kws.toml:31: layer 3: [conv2d] stride must be >= 1, got 0"
  const char* what() const noexcept override { return what_.c_str(); }

  // Puts `where` in front of the context.
  void add_context(std::string where);

 private:
  ErrorCode code_;
  std::string message_;
  std::vector<std::string> context_;
  std::string what_;
};

// Runs `body`; an Error that leaves it gains `where` as its outermost context.
template <class Body>
decltype(auto) with_context(const std::string& where, Body&& body) {
  try {
    return std::forward<Body>(body)();
  } catch (Error& error) {
    error.add_context(where);
    throw;
  }
}

}  // namespace mote
