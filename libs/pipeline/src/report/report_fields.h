// The one table of the report: key, member and meaning of every field, in the order of docs/report.md.
//
// Fields<T>::each(visit) calls visit(key, pointer to member, meaning). Writing, reading and documenting the report are
// visitors of it, so that a field cannot be in one and not in the others.
#pragma once

#include "mote/pipeline/report_schema.h"
#include "report/doctor_fields.h"
#include "report/evaluation_fields.h"
#include "report/fields.h"
#include "report/type_fields.h"

namespace mote::pipeline {

MOTE_REPORT_FIELDS(NamedValue, "named value") {
  visit("name", &Self::name, "name of the setting, tool or source");
  visit("value", &Self::value, "its value as text, with its unit where it has one");
}

MOTE_REPORT_FIELDS(RunIdentity, "run") {
  visit("recipe", &Self::recipe, "name of the recipe");
  visit("description", &Self::description, "what the recipe says it makes, one line");
  visit("seed", &Self::seed, "seed that all random draws come from");
  visit("version", &Self::version, "version of mote");
  visit("instruction_set", &Self::instruction_set,
        "CPU kernels that trained: equal bytes are promised within one of them");
  visit("recipe_hash", &Self::recipe_hash, "SHA-256 of the resolved recipe");
  visit("data_hash", &Self::data_hash, "SHA-256 over the clips and their labels");
  visit("model_hash", &Self::model_hash, "SHA-256 of model.tflite");
}

MOTE_REPORT_FIELDS(Notice, "notice") {
  visit("severity", &Self::severity, "\"warning\": may change what the numbers mean; \"note\": good to know");
  visit("topic", &Self::topic, "short heading");
  visit("text", &Self::text, "what was found and what to do about it");
}

MOTE_REPORT_FIELDS(Gate, "gate") {
  visit("name", &Self::name, "what is limited, as in the recipe");
  visit("rule", &Self::rule, "\"at_least\" or \"at_most\"");
  visit("limit", &Self::limit, "the limit, in `unit`");
  visit("measured", &Self::measured, "what was measured, in `unit`");
  visit("unit", &Self::unit, "unit of limit and measured: \"%\", \"points\", \"bytes\", \"MACs\"");
  visit("passed", &Self::passed, "whether the measured value keeps the limit; equality passes");
}

MOTE_REPORT_FIELDS(SplitCounts, "split counts") {
  visit("name", &Self::name, "the class, or what a group is (\"speaker\", \"file\")");
  visit("train", &Self::train, "how many are trained on");
  visit("validation", &Self::validation, "how many chose the checkpoint");
  visit("test", &Self::test, "how many neither trained nor chose");
}

MOTE_REPORT_FIELDS(DatasetSummary, "dataset") {
  visit("layout", &Self::layout, "layout it was read by: \"folders\", \"speech-commands\", \"csv\", \"synth\", …");
  visit("split_rule", &Self::split_rule, "how clips were divided and what was kept together, one sentence");
  visit("sample_rate_hz", &Self::sample_rate_hz, "rate that recordings were brought to, Hz");
  visit("duration_s", &Self::duration_s, "total length of the readable recordings, seconds");
  visit("classes", &Self::classes, "clips of each class in each split, in label order");
  visit("groups", &Self::groups, "groups (speakers, say) in each split; no group is in two of them");
  visit("clipped", &Self::clipped, "clips with overdriven samples");
  visit("silent", &Self::silent, "clips without signal");
  visit("duplicate", &Self::duplicate, "clips whose samples occurred before");
  visit("unreadable", &Self::unreadable, "clips that were left out because they could not be read");
  visit("notes", &Self::notes, "further findings, one sentence each");
}

MOTE_REPORT_FIELDS(FeatureSummary, "features") {
  visit("kind", &Self::kind, "kind of features: \"mfcc\", \"log-mel\", …");
  visit("shape", &Self::shape, "shape of one clip's features: frames, bins, channels");
  visit("settings", &Self::settings, "every setting of the front end");
}

MOTE_REPORT_FIELDS(Epoch, "epoch") {
  visit("epoch", &Self::epoch, "number of the epoch, from 1");
  visit("learning_rate", &Self::learning_rate, "learning rate at its last step");
  visit("train_loss", &Self::train_loss, "mean loss over its training batches, augmented and regularized");
  visit("train_accuracy", &Self::train_accuracy, "accuracy over its training batches, 0 to 1");
  visit("validation_loss", &Self::validation_loss, "mean loss on the validation split");
  visit("validation_accuracy", &Self::validation_accuracy, "accuracy on the validation split, 0 to 1");
}

MOTE_REPORT_FIELDS(TrainingSummary, "training") {
  visit("architecture", &Self::architecture, "name of the architecture, or \"layers\" for an explicit list");
  visit("best_epoch", &Self::best_epoch, "epoch whose weights were kept; 0 when none was chosen");
  visit("epochs", &Self::epochs, "the curve, one entry an epoch");
  visit("settings", &Self::settings, "optimizer, schedule, batch size, augmentation");
}

MOTE_REPORT_FIELDS(Evaluation, "evaluation") {
  visit("data", &Self::data, "data it was measured on: the run's own, or what --data named");
  visit("split", &Self::split, "split it was measured on");
  visit("features", &Self::features, "path that made the features: \"device\" is the runtime's own C");
  visit("skipped", &Self::skipped, "clips left out because the model does not know their label");
  visit("fp32", &Self::fp32, "the float model");
  visit("int8", &Self::int8, "the quantized model, run by the device's own kernels");
  visit("comparison", &Self::comparison, "INT8 against FP32 on the same clips");
  visit("worst", &Self::worst, "clips of highest loss, worst first (INT8 where there is one, else FP32)");
  visit("notes", &Self::notes, "what limits this measurement, one sentence each");
}

MOTE_REPORT_FIELDS(Sizes, "sizes") {
  visit("tflite_bytes", &Self::tflite_bytes, "size of model.tflite");
  visit("constant_bytes", &Self::constant_bytes, "weights and biases as the device keeps them");
  visit("arena_bytes", &Self::arena_bytes, "RAM for activations and scratch");
  visit("macs", &Self::macs, "multiply-accumulates of one inference");
  visit("parameters", &Self::parameters, "trained numbers in the exported model");
  visit("flash_bytes", &Self::flash_bytes, "code and constants together, where a device build was made");
}

MOTE_REPORT_FIELDS(Layer, "layer") {
  visit("name", &Self::name, "name of the layer");
  visit("op", &Self::op, "its operator");
  visit("output_shape", &Self::output_shape, "shape of its output, NHWC");
  visit("macs", &Self::macs, "its multiply-accumulates");
  visit("parameters", &Self::parameters, "its trained numbers");
  visit("weight_bytes", &Self::weight_bytes, "its constants, bytes");
  visit("activation_bytes", &Self::activation_bytes, "its output, bytes");
  visit("scale", &Self::scale, "scale of its output: real = scale · (int8 − zero_point)");
  visit("zero_point", &Self::zero_point, "zero point of its output");
}

MOTE_REPORT_FIELDS(PlacedTensor, "placed tensor") {
  visit("name", &Self::name, "the tensor, or the scratch of a step");
  visit("offset_bytes", &Self::offset_bytes, "where it starts in the arena");
  visit("size_bytes", &Self::size_bytes, "how long it is");
  visit("first_step", &Self::first_step, "step that writes it, from 0");
  visit("last_step", &Self::last_step, "last step that reads it; it is alive in it");
}

MOTE_REPORT_FIELDS(MemoryMap, "memory") {
  visit("arena_bytes", &Self::arena_bytes, "size of the arena");
  visit("steps", &Self::steps, "names of the steps in the order they run");
  visit("tensors", &Self::tensors, "what lies where and when");
}

MOTE_REPORT_FIELDS(FeaturePicture, "feature picture") {
  visit("clip", &Self::clip, "the clip");
  visit("label", &Self::label, "its true class");
  visit("prediction", &Self::prediction, "class that the model saw; equal to the label in a typical picture");
  visit("score", &Self::score, "score of the prediction");
  visit("frames", &Self::frames, "frames (time steps)");
  visit("bins", &Self::bins, "bins of a frame");
  visit("low", &Self::low, "feature value of level 0");
  visit("high", &Self::high, "feature value of level 255");
  visit("levels", &Self::levels, "frames × bins levels in 0..255, frame by frame");
}

MOTE_REPORT_FIELDS(Artefact, "artefact") {
  visit("name", &Self::name, "file in the run directory");
  visit("size_bytes", &Self::size_bytes, "its size");
  visit("sha256", &Self::sha256, "its SHA-256");
}

MOTE_REPORT_FIELDS(DeviceCheck, "device check") {
  visit("core", &Self::core, "what the C bundle was built for: \"host\", the machine of the run");
  visit("clips", &Self::clips, "clips that were compared");
  visit("layers", &Self::layers, "layers that were compared of each clip, beside features, input and output");
  visit("equal", &Self::equal, "whether every byte was the desktop's");
  visit("difference", &Self::difference, "the first value that differs, in words; empty when none does");
  visit("skipped", &Self::skipped, "why nothing was compared; empty when something was");
}

MOTE_REPORT_FIELDS(StepResult, "step") {
  visit("step", &Self::step, "name of the step in compress.steps");
  visit("fp32_accuracy", &Self::fp32_accuracy, "accuracy of the float model after it, 0 to 1");
  visit("int8_accuracy", &Self::int8_accuracy, "accuracy of the quantized model after it, 0 to 1");
  visit("weight_bytes", &Self::weight_bytes, "weights and biases as a C bundle of --optimize size keeps them");
  visit("macs", &Self::macs, "multiply-accumulates of one inference on cortex-m4, dead channels removed");
  visit("arena_bytes", &Self::arena_bytes, "RAM for activations and scratch on cortex-m4");
  visit("flash_bytes", &Self::flash_bytes, "weights, tables and kernels on cortex-m4, estimated");
  visit("instructions", &Self::instructions, "of one inference on cortex-m4, estimated from the plan");
}

MOTE_REPORT_FIELDS(StageTiming, "timing") {
  visit("stage", &Self::stage, "the stage");
  visit("seconds", &Self::seconds, "wall-clock time it took");
}

MOTE_REPORT_FIELDS(Report, "report") {
  visit("run", &Self::run, "what ran");
  visit("notices", &Self::notices, "what to know before believing the numbers");
  visit("gates", &Self::gates, "limits of the recipe and whether they were kept");
  visit("dataset", &Self::dataset, "what it was trained on");
  visit("features", &Self::features, "what the network sees");
  visit("training", &Self::training, "how training went");
  visit("steps", &Self::steps, "what each step of compress.steps did to accuracy and cost");
  visit("mixed", &Self::mixed, "types of weights that the step mixed measured and chose");
  visit("evaluation", &Self::evaluation, "how good the models are");
  visit("sizes", &Self::sizes, "what the model costs");
  visit("layers", &Self::layers, "the exported network, layer by layer");
  visit("memory", &Self::memory, "the arena, step by step");
  visit("device", &Self::device, "whether the C bundle computes what the desktop computes");
  visit("doctor", &Self::doctor, "where int8 loses accuracy, after `mote doctor`");
  visit("pictures", &Self::pictures, "features of typical clips and of mistakes");
  visit("artefacts", &Self::artefacts, "files of the run");
  visit("provenance", &Self::provenance, "where data, words, voices and tools come from, with licences");
  visit("timings", &Self::timings, "time of each stage: **not deterministic**, absent where equal bytes are promised");
}

}  // namespace mote::pipeline
