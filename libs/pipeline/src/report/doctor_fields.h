// The part of the field table (report_fields.h) that `mote doctor` fills.
#pragma once

#include "mote/pipeline/report_doctor.h"
#include "report/fields.h"
#include "report/type_fields.h"

namespace mote::pipeline {

MOTE_REPORT_FIELDS(DoctorLayer, "doctor layer") {
  visit("name", &Self::name, "name of the layer's output; the network's input has a row of its own");
  visit("op", &Self::op, "what it computes");
  visit("seen_low", &Self::seen_low, "least value of the float activation");
  visit("seen_high", &Self::seen_high, "greatest value of the float activation");
  visit("kept_low", &Self::kept_low, "least value of its int8 grid");
  visit("kept_high", &Self::kept_high, "greatest value of its int8 grid");
  visit("clipped_share", &Self::clipped_share,
        "share of the values outside of the grid; of a lone .tflite: at its ends, those of a fused activation aside");
  visit("whole_sqnr_db", &Self::whole_sqnr_db, "signal to quantization noise in the whole int8 network, dB");
  visit("alone_sqnr_db", &Self::alone_sqnr_db, "the same when this layer alone is quantized, dB");
  visit("alone_accuracy_lost", &Self::alone_accuracy_lost, "accuracy lost when this layer alone is quantized");
  visit("alone_divergence", &Self::alone_divergence,
        "divergence of the scores when this layer alone is quantized, nats");
  visit("as_float_accuracy_lost", &Self::as_float_accuracy_lost,
        "accuracy lost when all layers but this are quantized");
  visit("as_float_divergence", &Self::as_float_divergence, "divergence when all layers but this are quantized, nats");
  visit("weight_spread", &Self::weight_spread, "widest filter over the median one");
  visit("channel_spread", &Self::channel_spread, "loudest channel of the activation over the median one");
  visit("outlier_channels", &Self::outlier_channels, "channels more than eight times as loud as the median one");
  visit("dead_channels", &Self::dead_channels, "channels that say the same on every clip, or whose filter is zero");
}

MOTE_REPORT_FIELDS(DoctorProposal, "doctor proposal") {
  visit("remedy", &Self::remedy, "name of the remedy");
  visit("change", &Self::change, "what to set in the recipe, as key = value");
  visit("reason", &Self::reason, "what of the findings speaks for it");
  visit("predicted_gain", &Self::predicted_gain, "INT8 accuracy that it may give back");
}

MOTE_REPORT_FIELDS(DoctorTrial, "doctor trial") {
  visit("remedies", &Self::remedies, "what was applied, in order; \"none\" for the model as it was");
  visit("accuracy", &Self::accuracy, "of INT8, 0 to 1");
  visit("accuracy_lost", &Self::accuracy_lost, "FP32 less INT8");
  visit("divergence", &Self::divergence, "mean Kullback-Leibler divergence of the scores from FP32, nats");
  visit("flash_bytes", &Self::flash_bytes, "weights, tables and kernels on cortex-m4, estimated");
  visit("arena_bytes", &Self::arena_bytes, "RAM of the activations on cortex-m4");
  visit("instructions", &Self::instructions, "of an inference on cortex-m4, estimated");
  visit("kept", &Self::kept, "whether the last of the remedies stayed");
}

MOTE_REPORT_FIELDS(DoctorVerdict, "doctor verdict") {
  visit("split", &Self::split, "clips that judge: none of them chose a remedy");
  visit("clips", &Self::clips, "how many");
  visit("float_accuracy", &Self::float_accuracy, "of FP32 on them");
  visit("int8_before", &Self::int8_before, "accuracy of INT8 before the repairs");
  visit("int8_after", &Self::int8_after, "and after them; absent when nothing was changed");
}

MOTE_REPORT_FIELDS(DoctorFindings, "doctor") {
  visit("split", &Self::split, "clips that were looked at: a split, or a path");
  visit("clips", &Self::clips, "how many");
  visit("float_accuracy", &Self::float_accuracy, "of FP32 on them");
  visit("int8_accuracy", &Self::int8_accuracy, "of INT8 on them, before any trial");
  visit("divergence", &Self::divergence, "mean Kullback-Leibler divergence of INT8's scores from FP32's, nats");
  visit("layers", &Self::layers, "layer by layer, in execution order");
  visit("proposals", &Self::proposals, "what could be done, greatest predicted gain first");
  visit("trials", &Self::trials, "what was tried and measured on the same clips");
  visit("settings", &Self::settings, "keys of the recipe that make the best of the trials");
  visit("verdict", &Self::verdict, "what other clips say of the repairs, after --apply");
  visit("types", &Self::types,
        "mixed precision: the type of each layer's weights that fits the budget, before fine-tuning");
  visit("types_budget_bytes", &Self::types_budget_bytes, "the budget of all weights, bytes");
  visit("types_bytes", &Self::types_bytes, "what the chosen types take of it, bytes");
  visit("notes", &Self::notes, "what could not be said, and why");
}

}  // namespace mote::pipeline
