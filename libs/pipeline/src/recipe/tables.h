// The tables of a recipe, in the order in which they are printed: the only list of them.
#pragma once

#include "mote/pipeline/recipe.h"

namespace mote::pipeline {

template <class Visitor>
void visit_fields(ProjectSettings& s, Visitor&& v) {
  v("name", s.name, "name of the model and of its files");
  v("description", s.description, "one line for the report");
  v("seed", s.seed, "names every random stream: same recipe, same seed, same bytes");
}

template <class Visitor>
void visit_fields(DatasetSettings& s, Visitor&& v) {
  v("layout", s.layout, "how the data lies on disk, or synth (speech) or motion to make it from the seed");
  v("path", s.path, "the data set, relative to the recipe");
  v("labels", s.labels,
    "classes in the order of the outputs, _silence_ and _unknown_ among them; empty takes all there are");
  v("clip_ms", s.clip_ms, "length of a clip, or of a window of a time series");
  v("stride_ms", s.stride_ms, "time series: distance of neighbouring windows");
  v("fit", s.fit, "which part of a longer clip is kept: loudest, centre or start");
  v("unknown_share", s.unknown_share, "_unknown_ clips for each wanted clip; 0 takes all there are");
  v("silence_share", s.silence_share, "_silence_ clips for each wanted clip");
  v("validation_share", s.validation_share, "share of the groups that validate, where no list says so");
  v("test_share", s.test_share, "share of the groups held out for the test, where no list says so");
  v("group", s.group, "what a split keeps together: auto, file, speaker, folder, or regex:… with one group");
  v("split_method", s.split_method, "hash: by the group's name; order: by time, for one long session cut up");
  v("split_salt", s.split_salt, "draws another division; empty is Speech Commands' own");
  v("channels", s.channels, "time series: columns, in order; empty takes all");
  v("timestamp_column", s.timestamp_column, "time series: where the time stands");
  v("timestamp_unit", s.timestamp_unit, "time series: unit of that column");
  v("label_column", s.label_column, "time series: where each row's label stands");
  v("recorded_path", s.recorded_path, "synth: folder of real clips (label/clip.wav) mixed into training");
  v("recorded_share", s.recorded_share, "share of the real clips in every batch, (0, 1)");
}

template <class Visitor>
void visit_fields(FeaturePresetSettings& s, Visitor&& v) {
  v("preset", s.preset, "mlperf-tiny, librosa, kaldi, the same with -log-mel, or motion; the keys below change it");
}

template <class Visitor>
void visit_fields(AugmentPlan& s, Visitor&& v) {
  v("preset", s.preset, "off, light (real recordings) or synth (synthesized speech); the keys below change it");
  v("passes", s.passes, "augmented versions of each training clip, taken in turn by the epochs");
  v("warp", s.warp, "vocal-tract warp: mel axis stretched by exp(U[-warp, warp]); 0 is off");
}

template <class Visitor>
void visit_fields(graph::ArchitectureSettings& s, Visitor&& v) {
  v("architecture", s.name, "ds-cnn, tc-resnet8, mobilenet-v1, resnet8 or mlp; [[model.layers]] replaces it");
  v("width", s.width, "factor on all channels");
  v("depth", s.depth, "number of blocks (mlp: hidden layers); 0 is the published number");
  v("hidden", s.hidden, "mlp: units of each hidden layer");
  v("dropout", s.dropout, "share of the activations dropped in training, [0, 1)");
  v("time_padding", s.time_padding,
    "valid: no frame is made up at the borders of a clip, as streaming wants it (ds-cnn)");
  v("branches", s.branches, "parallel layers in training that fold into one (ds-cnn), 0..8; 0 is the plain network");
  v("activation", s.activation, "after every batch norm: relu or relu6");
  v("batch_norm_momentum", s.batch_norm_momentum, "memory of the moving statistics, [0, 1)");
  v("batch_norm_epsilon", s.batch_norm_epsilon, "added to variances");
}

template <class Visitor>
void visit_fields(CompressSettings& s, Visitor&& v) {
  v("steps", s.steps, "what makes the network, in order; each step starts from what the one before left");
}

template <class Visitor>
void visit_fields(StepTraining& s, Visitor&& v) {
  v("epochs", s.epochs, "passes of this step; 0 takes train.epochs");
  v("learning_rate", s.learning_rate, "the highest rate of this step; 0 takes train.learning_rate");
  v("mixup_alpha", s.mixup_alpha, "as train.mixup_alpha, in this step; -1 takes that");
}

template <class Visitor>
void visit_fields(StepDropout& s, Visitor&& v) {
  v("dropout", s.dropout, "share of the activations dropped in this step, [0, 1); -1 takes that of the step before");
}

template <class Visitor>
void visit_fields(TeacherMembers& s, Visitor&& v) {
  v("members", s.count, "networks that the step trains from different starts, 1..16; they teach as one");
}

template <class Visitor>
void visit_fields(TeacherChoice& s, Visitor&& v) {
  v("teachers", s.runs,
    "run directories, relative to the recipe, that answer as one; empty takes the networks of the step teacher, "
    "or that of train");
  v("also_in", s.also_in, "further steps that learn from the teacher: prune, narrow, qat");
}

template <class Visitor>
void visit_fields(MixedSettings& s, Visitor&& v) {
  v("types", s.types, "what the weights of a layer may become: int8, int4, or, for the C bundle, ternary, binary");
  v("clips", s.clips, "validation clips on which the loss of each layer with each type is measured");
  v("weight_share", s.weight_share,
    "greatest share of the bytes of weights and biases with int8 everywhere; 0 is no budget");
  v("arena_share", s.arena_share, "greatest share of the arena on cortex-m4 with int8 everywhere; 0 is no budget");
  v("instruction_share", s.instruction_share,
    "greatest share of the instructions on cortex-m4 with int8 everywhere, which fewer bits exceed; 0 is no budget");
  v("greatest_weight_bytes", s.greatest_weight_bytes, "of weights and biases; 0 is no budget");
  v("greatest_arena_bytes", s.greatest_arena_bytes, "of the arena on cortex-m4; 0 is no budget");
  v("greatest_instructions", s.greatest_instructions,
    "of an inference on cortex-m4, as the planner counts them; 0 is no budget");
}

template <class Visitor>
void visit_fields(QuantizeSettings& s, Visitor&& v) {
  v("dense", s.dense,
    "dense layers as pointwise (1x1 convolutions, equal on every interpreter), per_tensor or per_channel");
  v("weights", s.weights, "int8, int4, or, for the C bundle, ternary or binary");
  v("int8_layers", s.int8_layers, "names of layers whose weights are int8 whatever weights says");
  v("activations", s.activations, "int8, or int16 with int8 weights (TensorFlow Lite's 16x8)");
}

template <class Visitor>
void visit_fields(PostprocessSettings& s, Visitor&& v) {
  v("threshold", s.threshold, "score from which a class counts as detected, [0, 1]");
  v("thresholds", s.thresholds,
    "one for each class in the order of the outputs, in place of threshold; above 1, a class never counts");
  v("smoothing_frames", s.smoothing_frames, "inferences averaged before the threshold, 1..4096");
  v("refractory_ms", s.refractory_ms, "least time between two detections");
  v("step_ms", s.step_ms,
    "from one inference to the next on a stream, rounded up to whole hops; 0 takes a tenth of dataset.clip_ms");
}

template <class Visitor>
void visit_fields(GateSettings& s, Visitor&& v) {
  v("least_accuracy", s.least_accuracy, "of the INT8 model, [0, 1]; 0 is no gate");
  v("greatest_int8_loss", s.greatest_int8_loss,
    "accuracy of FP32 less that of INT8, in points (1 = one percent); 0 is no gate");
  v("greatest_flash_bytes", s.greatest_flash_bytes, "of model.tflite; 0 is no gate");
  v("greatest_arena_bytes", s.greatest_arena_bytes, "of the tensor arena; 0 is no gate");
  v("greatest_macs", s.greatest_macs, "multiply-accumulates of one inference; 0 is no gate");
}

// Calls visit(table, settings) for each table.
template <class Visitor>
void visit_tables(Recipe& recipe, Visitor&& visit) {
  visit("project", recipe.project);
  visit("dataset", recipe.dataset);
  visit("synth", recipe.synth);
  visit("motion", recipe.motion);
  visit("features", recipe.features_preset);
  visit("features", recipe.features);
  visit("augment", recipe.augment_plan);
  visit("augment", recipe.augment);
  visit("spec_augment", recipe.spec_augment);
  visit("model", recipe.model.architecture);
  visit("train", recipe.train);
  visit("compress", recipe.compress);
  visit("teacher", recipe.teacher);
  visit("teacher", recipe.teacher_members);
  visit("distill", recipe.distill_teacher);
  visit("distill", recipe.distill_training);
  visit("distill", recipe.dropouts[StepKind::kDistill]);
  visit("distill", recipe.distill);
  visit("distill", recipe.distill_hint);
  visit("prune", recipe.prune_training);
  visit("prune", recipe.dropouts[StepKind::kPrune]);
  visit("prune", recipe.prune);
  visit("narrow", recipe.narrow_training);
  visit("narrow", recipe.dropouts[StepKind::kNarrow]);
  visit("narrow", recipe.narrow);
  visit("mixed", recipe.mixed);
  visit("qat", recipe.qat);
  visit("qat", recipe.dropouts[StepKind::kQat]);
  visit("quantize", recipe.calibration);
  visit("quantize", recipe.quantize);
  visit("repair", recipe.repair);
  visit("postprocess", recipe.postprocess);
  visit("gates", recipe.gates);
}

}  // namespace mote::pipeline
