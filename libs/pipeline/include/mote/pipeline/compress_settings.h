// The steps that make a recipe's network ([compress]) and what is said of each beside the trainer's own settings.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mote/base/enum_names.h"
#include "mote/quant/number_types.h"

namespace mote::pipeline {

// How the network is made: steps that start from what the one before left, the first one from initialized weights.
enum class StepKind : std::uint8_t {
  kTrain,    // on the labels
  kTeacher,  // other networks for kDistill, on the labels; the next step does not start from them
  kDistill,  // on the labels and a teacher's answers
  kPrune,    // with a growing share of zeros
  kNarrow,   // without the channels that matter least
  kMixed,    // not trained: the type of each layer's weights is chosen under budgets
  kQat,      // as the int8 graph computes it
};

struct CompressSettings {
  std::vector<std::string> steps{"train"};  // names of StepKind, each at most once

  std::vector<StepKind> kinds() const;
  // The step whose network step `index` starts from; nothing for initialized weights.
  std::optional<StepKind> start_of(std::size_t index) const;
  // Whether the network that `step` leaves went through `earlier`: that step itself or one before it.
  bool went_through(StepKind step, StepKind earlier) const;
  // Errors: kInvalid for a list without a step, with an unknown step, one twice, one that needs another before it, a
  // teacher at its end, or another step than qat behind mixed.
  void validate() const;
};

// What a step trains otherwise than [train].
struct StepTraining {
  std::int32_t epochs = 0;   // 0: as in [train]
  double learning_rate = 0;  // 0: as in [train]
  double mixup_alpha = -1;   // -1: as in [train]
};

// A network that has lost channels, zeros or bits, or that a teacher holds, wants less regularization than the one it
// came from.
struct StepDropout {
  double dropout = -1;  // of every dropout layer, [0, 1); -1: as the step before had it
};
using StepDropouts = std::map<StepKind, StepDropout>;  // a step that is not in it keeps what it finds

// The networks of the step teacher: alike but for where they start, and answering as one.
struct TeacherMembers {
  std::int32_t count = 1;  // 1..16
};

// Who teaches.
struct TeacherChoice {
  // Run directories, relative to the recipe; empty: the networks of the step teacher, or of train where there is none.
  std::vector<std::string> runs;
  std::vector<std::string> also_in;  // steps that learn from the teacher besides distill

  bool teaches(StepKind step) const;
};

// Mixed precision: one type of weights a layer, so that the network's scores move least under every budget.
struct MixedSettings {
  std::vector<std::string> types{"int8", "int4"};  // names of quant::WeightType, each at most once
  std::int32_t clips = 500;                        // validation clips on which the loss of each layer is measured
  // Budgets, at least one: what the network may cost on cortex-m4, as a share of what it costs with int8 in every
  // layer, and in absolute numbers. 0: none.
  double weight_share = 0;
  double arena_share = 0;
  double instruction_share = 0;
  std::int64_t greatest_weight_bytes = 0;
  std::int64_t greatest_arena_bytes = 0;
  std::int64_t greatest_instructions = 0;

  std::vector<quant::WeightType> weight_types() const;
  // Errors: kInvalid with the key; without a budget.
  void validate() const;
};

}  // namespace mote::pipeline

template <>
struct mote::EnumNames<mote::pipeline::StepKind> {
  static constexpr std::array<std::string_view, 7> kNames{"train",  "teacher", "distill", "prune",
                                                          "narrow", "mixed",   "qat"};
};
