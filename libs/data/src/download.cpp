#include "download.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>

#include "mote/base/error.h"
#include "mote/base/text.h"

namespace mote::data {
namespace {

namespace fs = std::filesystem;

constexpr long kOk = 200;
constexpr long kRangeNotSatisfiable = 416;
constexpr long kServerErrors = 500;

void start_curl_once() {
  static std::once_flag started;
  std::call_once(started, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::int64_t size_of(const fs::path& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : static_cast<std::int64_t>(size);
}

// One request. Bytes go to the part file as they come.
class Attempt {
 public:
  Attempt(const std::string& url, const ArchiveDescription& archive, const fs::path& part, const FetchOptions& options,
          LogSink& log)
      : archive_(archive),
        options_(options),
        log_(log),
        part_(part),
        have_(size_of(part)),
        curl_(curl_easy_init(), &curl_easy_cleanup),
        file_(std::fopen(part.c_str(), "ab"), &std::fclose) {
    if (!file_)
      throw Error(ErrorCode::kIo,
                  fmt::format("[fetch] wanted to write {}, got \"{}\"", part.string(), std::strerror(errno)));
    CURL* curl = curl_.get();
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 10L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds());
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, std::max(1L, std::lround(options.stall_s)));
    curl_easy_setopt(curl, CURLOPT_RESUME_FROM_LARGE, static_cast<curl_off_t>(have_));
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason_);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Attempt::on_data);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Attempt::on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, this);
  }

  // What stopped it; empty when all bytes are there. Errors: as download().
  std::string run() {
    const CURLcode code = curl_easy_perform(curl_.get());
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status_);
    const bool flushed = std::fflush(file_.get()) == 0;
    if (options_.stop.stop_requested()) {
      throw Error(ErrorCode::kInterrupted,
                  fmt::format("[fetch] stopped with {} of {} downloaded: run it again to go on", human_bytes(have_),
                              human_bytes(archive_.bytes)));
    }
    if (disk_error_ != 0 || !flushed) {
      throw Error(ErrorCode::kIo,
                  fmt::format("[fetch] wanted to write {}, got \"{}\": free some space and run it again",
                              part_.string(), std::strerror(disk_error_ != 0 ? disk_error_ : errno)));
    }
    if (too_long_) {
      throw Error(
          ErrorCode::kCorrupt,
          fmt::format("[fetch] wanted {} bytes, got more: the server has another file, check the URL or use a mirror",
                      archive_.bytes));
    }
    if (status_ >= 400) return fmt::format("the server's answer {}", status_);
    if (code != CURLE_OK) return reason_[0] != 0 ? reason_ : curl_easy_strerror(code);
    return have_ < archive_.bytes ? fmt::format("the end after {} bytes", have_) : std::string();
  }

  // Another try cannot help when the server says that the file is not there or not for us.
  bool hopeless() const { return status_ >= 400 && status_ < kServerErrors && status_ != kRangeNotSatisfiable; }
  bool range_refused() const { return status_ == kRangeNotSatisfiable; }

 private:
  long milliseconds() const { return std::max(1L, std::lround(options_.stall_s * 1000)); }

  // The first bytes decide: a server that ignores the range sends the file from its start, an error page is not data.
  bool accept() {
    if (std::exchange(started_, true)) return status_ < 400;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status_);
    if (status_ == kOk && have_ > 0) {
      file_.reset(std::freopen(part_.c_str(), "wb", file_.release()));
      have_ = 0;
    }
    return file_ != nullptr && status_ < 400;
  }

  static std::size_t on_data(const char* bytes, std::size_t, std::size_t count, void* self) {
    auto& attempt = *static_cast<Attempt*>(self);
    if (!attempt.accept()) return attempt.status_ >= 400 ? count : 0;
    attempt.too_long_ = attempt.have_ + static_cast<std::int64_t>(count) > attempt.archive_.bytes;
    if (attempt.too_long_) return 0;
    const std::size_t written = std::fwrite(bytes, 1, count, attempt.file_.get());
    if (written < count) attempt.disk_error_ = errno;
    attempt.have_ += static_cast<std::int64_t>(written);
    attempt.log_.progress({"fetch", attempt.have_, attempt.archive_.bytes, {}});
    return written;
  }

  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Attempt*>(self)->options_.stop.stop_requested() ? 1 : 0;
  }

  const ArchiveDescription& archive_;
  const FetchOptions& options_;
  LogSink& log_;
  fs::path part_;
  std::int64_t have_;
  std::unique_ptr<CURL, void (*)(CURL*)> curl_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  char reason_[CURL_ERROR_SIZE] = {};
  long status_ = 0;
  bool started_ = false;
  bool too_long_ = false;
  int disk_error_ = 0;
};

}  // namespace

void download(const std::string& url, const ArchiveDescription& archive, const fs::path& part,
              const FetchOptions& options, LogSink& log) {
  start_curl_once();
  std::string reason;
  for (int i = 0; i < options.attempts; ++i) {
    if (size_of(part) == archive.bytes) return;
    if (size_of(part) > archive.bytes) fs::remove(part);
    if (size_of(part) > 0)
      log.info(fmt::format("going on at {} of {}", human_bytes(size_of(part)), human_bytes(archive.bytes)));
    Attempt attempt(url, archive, part, options, log);
    reason = attempt.run();
    if (reason.empty()) return;
    log.warning(fmt::format("{}: got {}", url, reason));
    if (attempt.range_refused()) fs::remove(part);
    if (attempt.hopeless()) break;
  }
  throw Error(
      ErrorCode::kIo,
      fmt::format("[fetch] wanted {} bytes of {}, got {}: check the network or pass a mirror, then run it again",
                  archive.bytes, url, reason));
}

}  // namespace mote::data
