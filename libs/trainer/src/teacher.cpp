#include <fmt/format.h>

#include "make_program.h"
#include "mote/base/error.h"
#include "mote/trainer/distill.h"

namespace mote::trainer {
namespace {

// Samples that the memory of a member is made for; more are answered in turns.
constexpr std::int64_t kLargestBatch = 128;

class Networks final : public Teacher {
 public:
  Networks(std::span<const graph::Graph> networks, ThreadPool& pool)
      : sample_elements_(networks.front().tensor(networks.front().inputs.front()).elements()),
        classes_(networks.front().tensor(networks.front().outputs.front()).elements()) {
    for (const graph::Graph& network : networks) members_.push_back(make_program(network, kLargestBatch, pool));
  }

  std::int64_t sample_elements() const override { return sample_elements_; }
  std::int32_t classes() const override { return static_cast<std::int32_t>(classes_); }

  void answer(std::span<const float> inputs, std::int64_t samples, std::span<float> probabilities) override {
    members_.front()->infer(inputs, samples, probabilities);
    if (members_.size() == 1) return;
    other_.resize(probabilities.size());
    for (std::size_t i = 1; i < members_.size(); ++i) {
      members_[i]->infer(inputs, samples, other_);
      for (std::size_t k = 0; k < other_.size(); ++k) probabilities[k] += other_[k];
    }
    for (float& value : probabilities) value /= static_cast<float>(members_.size());
  }

 private:
  std::int64_t sample_elements_, classes_;
  std::vector<std::unique_ptr<Program>> members_;
  std::vector<float> other_;
};

}  // namespace

std::shared_ptr<Teacher> make_teacher(std::span<const graph::Graph> networks, ThreadPool& pool) {
  if (networks.empty()) throw Error(ErrorCode::kInvalid, "[distill] wanted at least one network as teacher, got none");
  for (const graph::Graph& network : networks) {
    graph::verify(network, graph::Stage::kTrain);
    for (const auto list : {&graph::Graph::inputs, &graph::Graph::outputs}) {
      const graph::Shape& wanted = networks.front().tensor((networks.front().*list).front()).shape;
      const graph::Shape& got = network.tensor((network.*list).front()).shape;
      if (wanted == got) continue;
      throw Error(ErrorCode::kInvalid,
                  fmt::format("[distill] wanted teachers of equal inputs and outputs, got {} of '{}' beside {}",
                              graph::to_string(got), network.name, graph::to_string(wanted)));
    }
  }
  return std::make_shared<Networks>(networks, pool);
}

}  // namespace mote::trainer
