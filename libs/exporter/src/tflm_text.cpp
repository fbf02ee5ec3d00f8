// The model of a project by TensorFlow Lite Micro: the functions of a bundle, with an interpreter behind them.
#include <fmt/format.h>

#include "c_text.h"
#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/exporter/model_data.h"
#include "mote/tflite/reader.h"
#include "project_parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// Operators of the format with the functions of tensorflow/lite/micro/micro_mutable_op_resolver.h that add them.
const std::map<std::string, std::string>& methods() {
  static const std::map<std::string, std::string> all{
      {"ADD", "AddAdd"},
      {"AVERAGE_POOL_2D", "AddAveragePool2D"},
      {"CONCATENATION", "AddConcatenation"},
      {"CONV_2D", "AddConv2D"},
      {"DEPTHWISE_CONV_2D", "AddDepthwiseConv2D"},
      {"DEQUANTIZE", "AddDequantize"},
      {"FULLY_CONNECTED", "AddFullyConnected"},
      {"MAX_POOL_2D", "AddMaxPool2D"},
      {"MEAN", "AddMean"},
      {"PAD", "AddPad"},
      {"PADV2", "AddPadV2"},
      {"QUANTIZE", "AddQuantize"},
      {"RELU", "AddRelu"},
      {"RELU6", "AddRelu6"},
      {"RESHAPE", "AddReshape"},
      {"SOFTMAX", "AddSoftmax"},
  };
  return all;
}

std::string border_text(const ProjectParts& project, graph::TensorId id, std::string_view role) {
  const graph::Tensor& tensor = project.parts.graph().tensor(id);
  return fmt::format(
      "\n/* int8 {0}; real = scale * (raw - zero point) */\n#define {1}_{2}_BYTES {3}\n#define {1}_{2}_SCALE {4}\n"
      "#define {1}_{2}_ZERO_POINT ({5})\n",
      graph::to_string(tensor.shape), project.parts.macro, role, tensor.bytes(), float_literal(tensor.quant.scales[0]),
      tensor.quant.zero_points[0]);
}

// "resolver.AddConv2D() == kTfLiteOk && …"
std::string operator_calls(const std::vector<std::string>& names) {
  std::vector<std::string> calls;
  for (const std::string& name : names) calls.push_back(fmt::format("resolver.{}() == kTfLiteOk", tflm_method(name)));
  return join(calls, " &&\n         ");
}

}  // namespace

std::string tflm_method(const std::string& operator_name) {
  const auto found = methods().find(operator_name);
  if (found != methods().end()) return found->second;
  throw Error(
      ErrorCode::kUnsupported,
      fmt::format("[project] wanted operators of TensorFlow Lite Micro, got {}: take --runtime bundle", operator_name));
}

std::vector<BundleFile> tflm_files(const ProjectParts& project) {
  const std::vector<std::string> names = tflite::operator_names(project.options.tflite);
  const graph::Graph& graph = project.parts.graph();
  const auto include = project.ecosystem.settings.find("tflm_include");
  auto values = template_values(project.parts);
  values["arena_bytes"] = std::to_string(project.arena_bytes());
  values["border"] =
      border_text(project, graph.inputs.front(), "INPUT") + border_text(project, graph.outputs.front(), "OUTPUT");
  values["operator_count"] = std::to_string(names.size());
  values["operator_calls"] = operator_calls(names);
  values["label_table"] = label_table_text(project.parts);
  values["tflm_include"] = include == project.ecosystem.settings.end() ? "" : include->second;
  ModelDataOptions data_options;
  data_options.origin = comment_text(project.options.bundle.origin);
  ModelData data = make_model_data(project.options.tflite, project.parts.plan, data_options);
  return {{project.parts.name + ".h", filled_template("tflm_model.h.in", values)},
          {project.parts.name + ".cc", filled_template("tflm_model.cc.in", values)},
          {"model_data.h", std::move(data.header)},
          {"model_data.cc", std::move(data.source)}};
}

}  // namespace mote::exporter
