// The part of the field table (report_fields.h) that says which types of weights the layers have.
#pragma once

#include "mote/pipeline/report_types.h"
#include "report/fields.h"

namespace mote::pipeline {

MOTE_REPORT_FIELDS(TypeOption, "type option") {
  visit("type", &Self::type, "type of the weights: int8, int4, ternary or binary");
  visit("bytes", &Self::bytes, "of the weights as they are stored, bytes");
  visit("arena_bytes", &Self::arena_bytes,
        "arena of the network on cortex-m4 when this layer alone has the type, all others int8");
  visit("instructions", &Self::instructions,
        "of an inference on cortex-m4 when this layer alone has the type, estimated from the plan");
  visit("accuracy_lost", &Self::accuracy_lost, "when this layer's weights alone have the type, no retraining");
  visit("divergence", &Self::divergence, "the same as divergence of the scores, nats");
}

MOTE_REPORT_FIELDS(LayerTypes, "layer types") {
  visit("layer", &Self::layer, "the layer");
  visit("chosen", &Self::chosen, "the type that it gets under the budget");
  visit("weights", &Self::weights, "how many weights it has");
  visit("choices", &Self::choices, "what each type would cost and lose");
}

MOTE_REPORT_FIELDS(TypesCost, "cost of types") {
  visit("name", &Self::name, "\"weights\" with biases, bytes; \"arena\", bytes; \"instructions\" of an inference");
  visit("int8", &Self::int8, "with int8 in every layer");
  visit("greatest", &Self::greatest, "the budget; absent without one");
  visit("chosen", &Self::chosen, "with the chosen types");
}

MOTE_REPORT_FIELDS(MixedPrecision, "mixed precision") {
  visit("split", &Self::split, "clips that the losses were measured on");
  visit("clips", &Self::clips, "how many");
  visit("divergence", &Self::divergence,
        "sum of the chosen types' divergences: what to expect of all together, before fine-tuning, nats");
  visit("costs", &Self::costs, "of the network on cortex-m4, as the planner counts them");
  visit("layers", &Self::layers, "each layer with weights, in execution order");
}

}  // namespace mote::pipeline
