#include "mote/trainer/distill.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "answer_cache.h"
#include "loss.h"
#include "mote/base/error.h"
#include "training_hooks.h"

namespace mote::trainer {
namespace {

[[noreturn]] void fail(std::string message) {
  throw Error(ErrorCode::kInvalid, std::move(message));
}

void require(bool good, std::string_view key, std::string_view wanted, double got) {
  if (!good) fail(fmt::format("[distill] {} must be {}, got {}", key, wanted, got));
}

// Its cache is no state: an answer is the same, looked up or computed.
class Distillation final : public TrainingHooks {
 public:
  Distillation(std::shared_ptr<Teacher> teacher, const DistillSettings& settings)
      : settings_(settings), teacher_(std::move(teacher)) {}

  void begin(const TrainingPlan& plan, std::span<const float> parameters) override;
  void before_step(Batch& batch) override;

 private:
  std::span<const float> sample(const Batch& batch, std::size_t n) const {
    return batch.inputs.subspan(n * elements_, elements_);
  }
  std::span<float> row(std::size_t n) { return std::span(answers_).subspan(n * classes_, classes_); }
  void ask(const Batch& batch);

  DistillSettings settings_;
  std::shared_ptr<Teacher> teacher_;
  std::size_t elements_ = 0, classes_ = 0;
  std::optional<AnswerCache> cache_;
  std::vector<float> answers_;         // of the batch
  std::vector<std::size_t> unknown_;   // samples of the batch that are not in the cache
  std::vector<float> asked_, answer_;  // their inputs, and what the teacher says
};

void Distillation::begin(const TrainingPlan& plan, std::span<const float>) {
  const std::int64_t in = plan.graph.tensor(plan.graph.inputs.front()).elements();
  const std::int64_t out = plan.graph.tensor(plan.graph.outputs.front()).elements();
  if (teacher_->sample_elements() != in) {
    fail(fmt::format(
        "[distill] wanted a teacher of inputs of {} values, as the student has, got {}: train it on the same "
        "features",
        in, teacher_->sample_elements()));
  }
  if (teacher_->classes() != out) {
    fail(
        fmt::format("[distill] wanted a teacher of {} classes, as the student has, got {}: train it on the same labels",
                    out, teacher_->classes()));
  }
  elements_ = static_cast<std::size_t>(in);
  classes_ = static_cast<std::size_t>(out);
  const auto largest = static_cast<std::size_t>(plan.largest_batch);
  cache_.emplace(settings_.cache_samples, out);
  answers_.resize(largest * classes_);
  unknown_.reserve(largest);
  asked_.resize(largest * elements_);
  answer_.resize(largest * classes_);
}

void Distillation::before_step(Batch& batch) {
  const auto samples = static_cast<std::size_t>(batch.samples);
  unknown_.clear();
  for (std::size_t n = 0; n < samples; ++n) {
    const std::span<const float> known = cache_->find(sample(batch, n));
    if (known.empty()) unknown_.push_back(n);
    std::copy(known.begin(), known.end(), row(n).begin());
  }
  if (!unknown_.empty()) ask(batch);
  batch.teacher = {std::span<const float>(answers_).first(samples * classes_),
                   static_cast<float>(settings_.temperature), static_cast<float>(settings_.weight)};
}

void Distillation::ask(const Batch& batch) {
  for (std::size_t i = 0; i < unknown_.size(); ++i) {
    const auto from = sample(batch, unknown_[i]);
    std::copy(from.begin(), from.end(), asked_.begin() + static_cast<std::ptrdiff_t>(i * elements_));
  }
  teacher_->answer(std::span<const float>(asked_).first(unknown_.size() * elements_),
                   static_cast<std::int64_t>(unknown_.size()), std::span(answer_).first(unknown_.size() * classes_));
  for (std::size_t i = 0; i < unknown_.size(); ++i) {
    const std::span<float> to = row(unknown_[i]);
    soften(std::span<const float>(answer_).subspan(i * classes_, classes_), static_cast<float>(settings_.temperature),
           to);
    cache_->store(sample(batch, unknown_[i]), to);
  }
}

void check_equal(std::string_view what, const std::vector<std::string>& teacher,
                 const std::vector<std::string>& student) {
  const auto [theirs, ours] = std::mismatch(teacher.begin(), teacher.end(), student.begin(), student.end());
  if (theirs == teacher.end() && ours == student.end()) return;
  const auto name = [](auto at, const auto& list) { return at == list.end() ? "none" : fmt::format("'{}'", *at); };
  fail(fmt::format("[distill] wanted a teacher of the student's {}: number {} of the student is {}, of the teacher {}",
                   what, ours - student.begin() + 1, name(ours, student), name(theirs, teacher)));
}

}  // namespace

void DistillSettings::validate() const {
  require(temperature > 0 && temperature <= 100, "temperature", "in (0, 100]", temperature);
  require(weight > 0 && weight <= 1, "weight", "in (0, 1]", weight);
  require(cache_samples >= 0 && cache_samples <= 100'000'000, "cache_samples", "in 0..100000000",
          static_cast<double>(cache_samples));
}

std::shared_ptr<TrainingHooks> make_distillation(std::shared_ptr<Teacher> teacher, const DistillSettings& settings) {
  settings.validate();
  return std::make_shared<Distillation>(std::move(teacher), settings);
}

void check_teacher(const TrainedOn& teacher, const TrainedOn& student) {
  check_equal("labels", teacher.labels, student.labels);
  check_equal("features", teacher.features, student.features);
}

}  // namespace mote::trainer
