// The layers of a plan as C: constants, parameter structs, one function a step, and the table that says where each
// layer lies.
#pragma once

#include <set>
#include <string>

#include "mote/codegen/layer_kernels.h"
#include "mote/plan/plan.h"

namespace mote::exporter {

// "constant7", "layer3", "layer3_params". A step of a strip takes the parameters of its twin, if it has one.
std::string constant_symbol(graph::TensorId tensor);
std::string layer_symbol(std::size_t step);
std::string parameter_symbol(const plan::Plan& plan, std::size_t step);
// The step whose function does what this one does: itself, or its twin where both have the same addresses.
std::size_t function_of(const plan::Plan& plan, std::size_t step);

// Tables of all constants that the runtime's kernels read, each once. Other kernels bring their own.
std::string constants_text(const plan::Plan& plan);
// The parameter struct of a step of the runtime with the tables that it points at; "" where its twin has it.
std::string parameters_text(const plan::Plan& plan, std::size_t step);

// static void layer3(uint8_t* arena), with all addresses known at compile time: the call of the runtime's kernel with
// its parameters, or the text of codegen for the chosen option. Empty where function_of() is another step.
codegen::LayerText layer_function(const plan::Plan& plan, std::size_t step, codegen::InstructionSet set);

// Headers that the calls of the runtime need: "mote/runtime/kernels/mote_add_s8.h".
std::set<std::string> kernel_headers(const plan::Plan& plan);

// One line for people: "Layer 3, conv2d 'name', mote_conv2d_s8, [1,25,5,64]".
std::string layer_title(const plan::Plan& plan, std::size_t step);

// The table of mote_layer, in the order of the steps.
std::string layer_table_text(const plan::Plan& plan, std::string_view symbol);
std::size_t layer_count(const plan::Plan& plan);

}  // namespace mote::exporter
