#include "mote/device/subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "embedded_text.h"
#include "mote/codegen/layer_kernels.h"

namespace mote::device {
namespace {

// Not part of a product: golden vectors, their self-test, and its main().
bool is_test_file(const std::string& path) {
  return path == "golden.c" || path == "selftest.c" || path == "example_main.c";
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// "  DO(kws_input(arena), KWS_INPUT_BYTES) DO(kws_input1(arena), KWS_INPUT1_BYTES)"
std::string border_macro(const std::string& name, const char* role, std::size_t count) {
  std::string text = fmt::format("#define SUBJECT_{}S(arena, DO)", upper(role));
  for (std::size_t i = 0; i < count; ++i) {
    const std::string border = fmt::format("{}{}", role, i == 0 ? "" : std::to_string(i));
    text += fmt::format(" DO({0}_{1}(arena), {2}_{3}_BYTES)", name, border, upper(name), upper(border));
  }
  return text + '\n';
}

// Names of the bundle's functions and constants that do not depend on the model.
std::string subject_header(const Subject& subject) {
  const std::string& name = subject.options.name;
  const std::string macro = upper(name);
  const bool frontend = subject.options.frontend.exists();
  const bool fixed = subject.options.frontend.is_fixed();
  const bool postprocess = subject.options.postprocess.settings != nullptr;
  std::string text = fmt::format("#include \"{}.h\"\n", name);
  if (frontend) text += "#include \"frontend.h\"\n";
  if (postprocess) text += "#include \"postprocess.h\"\n";
  text += fmt::format("#define SUBJECT_HAS_FRONTEND {}\n", frontend ? 1 : 0);
  for (const char* constant : {"ARENA_BYTES", "ARENA_ALIGNMENT", "INPUT_BYTES", "LAYER_COUNT"})
    text += fmt::format("#define SUBJECT_{1} {0}_{1}\n", macro, constant);
  for (const char* function : {"init", "invoke", "invoke_observed", "input", "output", "layers"})
    text += fmt::format("#define subject_{1} {0}_{1}\n", name, function);
  if (frontend) {
    text += fmt::format("#define SUBJECT_SAMPLES ({0}_CHANNELS * {0}_CLIP_SAMPLES)\n", macro);
    text += fmt::format("#define SUBJECT_FEATURES {0}_FEATURES\n", macro);
    text += fmt::format("#define SUBJECT_FEATURE_WORK_BYTES {0}_FEATURE_WORK_BYTES\n", macro);
    text += fmt::format("#define subject_features {0}_features_{1}\n#define subject_quantize {0}_quantize\n", name,
                        fixed ? "s16" : "f32");
    text += fmt::format("typedef {0} subject_sample;\ntypedef {0} subject_feature;\n", fixed ? "int16_t" : "float");
  }
  text += fmt::format("#define SUBJECT_HAS_POSTPROCESS {}\n", postprocess ? 1 : 0);
  if (postprocess) {
    for (const char* constant : {"CLASSES", "DETECT_BYTES"})
      text += fmt::format("#define SUBJECT_{1} {0}_{1}\n", macro, constant);
    text += fmt::format("#define subject_detect_init {0}_detect_init\n#define subject_detect {0}_detect\n", name);
  }
  return text + border_macro(name, "input", subject.plan.graph.inputs.size()) +
         border_macro(name, "output", subject.plan.graph.outputs.size());
}

}  // namespace

plan::Plan plan_for(const graph::Graph& model, Core core, plan::Optimize optimize, const plan::Limits& limits) {
  const codegen::InstructionSet set = instruction_set(core);
  plan::PlanOptions options;
  options.optimize = optimize;
  options.limits = limits;
  for (std::size_t node = 0; node < model.nodes.size(); ++node)
    options.kernels.push_back(codegen::options(model, node, set));
  options.layout_change = [set](const graph::Tensor& tensor, plan::Layout from, plan::Layout to) {
    return codegen::layout_change(tensor, from, to, set);
  };
  return plan::make_plan(model, options);
}

Subject make_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                     const exporter::BundleOptions& options) {
  plan::Plan plan = plan_for(model, core, optimize);
  exporter::BundleOptions of_core = options;
  of_core.instruction_set = instruction_set(core);
  exporter::Bundle bundle = exporter::make_bundle(plan, of_core);
  return {model, std::move(plan), std::move(of_core), std::move(bundle)};
}

Firmware firmware_of(const Subject& subject, const char* main_file, Observe observe) {
  Firmware firmware;
  for (const exporter::BundleFile& file : subject.bundle.files) {
    if (!is_test_file(file.path)) firmware.texts.push_back({file.path, file.text});
  }
  firmware.texts.push_back({"subject.h", subject_header(subject)});
  firmware.texts.push_back({main_file, std::string(firmware_text(main_file))});
  if (observe == Observe::kLayers) firmware.defines = {"MOTE_OBSERVE"};
  return firmware;
}

}  // namespace mote::device
