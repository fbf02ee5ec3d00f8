#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "mote/base/error.h"
#include "mote/base/hash.h"
#include "mote/base/text.h"
#include "mote/data/synth.h"
#include "synth/engines.h"

namespace mote::data {
namespace {

class SpokenClips final : public ClipSource {
 public:
  SpokenClips(std::shared_ptr<const Synthesizer> synthesizer, std::vector<SynthRequest> requests, int rate_hz)
      : synthesizer_(std::move(synthesizer)), requests_(std::move(requests)), rate_hz_(rate_hz) {
    Hasher hasher;
    hasher.add("spoken clips, trimmed at 1 %, peak 0.7").add(synthesizer_->voices().espeak_version);
    hasher.add(static_cast<std::uint64_t>(rate_hz_));
    for (const SynthRequest& request : requests_)
      hasher.add(request.id).add(request.label).add(speech_request(request));
    settings_text_ = hasher.finish();
  }

  Result<Recording> read(const Entry& entry) const override {
    const SynthRequest& request = requests_.at(entry.item);
    try {
      return synthesizer_->speak(request, rate_hz_);
    } catch (const Error& error) {
      return ReadFailure{entry.id, error.message()};
    }
  }

  std::string settings_text() const override { return settings_text_; }

 private:
  std::shared_ptr<const Synthesizer> synthesizer_;
  std::vector<SynthRequest> requests_;
  int rate_hz_;
  std::string settings_text_;
};

void check_label(const std::string& label, const std::vector<std::string>& labels) {
  if (std::find(labels.begin(), labels.end(), label) != labels.end()) return;
  throw Error(ErrorCode::kInvalid, "[synth] wanted a label of the model (" + join(labels, ", ") + "), got '" + label +
                                       "': add it to the labels");
}

}  // namespace

Manifest synth_manifest(std::shared_ptr<const Synthesizer> synthesizer, const SynthPlan& plan,
                        std::vector<std::string> labels, int rate_hz) {
  check_number("synth rate_hz", rate_hz, 4000.0, 48000.0);
  const auto source = std::make_shared<const SpokenClips>(std::move(synthesizer), plan.requests, rate_hz);
  Manifest manifest;
  manifest.name = "synth";
  manifest.split_rule = "by synthetic speaker, drawn from the seed";
  for (std::size_t i = 0; i < plan.requests.size(); ++i) {
    const SynthRequest& request = plan.requests[i];
    check_label(request.label, labels);
    Entry entry;
    entry.id = "synth/" + request.id;
    entry.label = request.label;
    entry.group = request.speaker;
    entry.split = request.split;
    entry.origin = Origin::kGenerated;
    entry.source = source;
    entry.item = i;
    manifest.entries.push_back(std::move(entry));
  }
  std::sort(manifest.entries.begin(), manifest.entries.end(),
            [](const Entry& a, const Entry& b) { return a.id < b.id; });
  manifest.labels = std::move(labels);
  return manifest;
}

}  // namespace mote::data
