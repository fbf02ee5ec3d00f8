#include "mote/device/subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "embedded_text.h"
#include "mote/codegen/plan_for.h"

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
  const bool frontend = subject.options.frontend.tables != nullptr;
  std::string text = fmt::format("#include \"{}.h\"\n", name);
  if (frontend) text += "#include \"frontend.h\"\n";
  text += fmt::format("#define SUBJECT_HAS_FRONTEND {}\n", frontend ? 1 : 0);
  for (const char* constant : {"ARENA_BYTES", "ARENA_ALIGNMENT", "INPUT_BYTES", "LAYER_COUNT"})
    text += fmt::format("#define SUBJECT_{1} {0}_{1}\n", macro, constant);
  for (const char* function : {"init", "invoke", "invoke_observed", "input", "output", "layers"})
    text += fmt::format("#define subject_{1} {0}_{1}\n", name, function);
  if (frontend) {
    text += fmt::format("#define SUBJECT_SAMPLES ({0}_CHANNELS * {0}_CLIP_SAMPLES)\n", macro);
    text += fmt::format("#define SUBJECT_FEATURES {0}_FEATURES\n", macro);
    text += fmt::format("#define SUBJECT_FEATURE_WORK_BYTES {0}_FEATURE_WORK_BYTES\n", macro);
    text += fmt::format("#define subject_features {0}_features_f32\n#define subject_quantize {0}_quantize\n", name);
  }
  return text + border_macro(name, "input", subject.plan.graph.inputs.size()) +
         border_macro(name, "output", subject.plan.graph.outputs.size());
}

}  // namespace

Subject make_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                     const exporter::BundleOptions& options) {
  codegen::DevicePlan planned =
      codegen::device_plan(model, instruction_set(core), {.optimize = optimize, .limits = {}});
  exporter::BundleOptions of_core = options;
  of_core.instruction_set = instruction_set(core);
  of_core.model_size = planned.model;
  exporter::Bundle bundle = exporter::make_bundle(planned.plan, of_core);
  return {model, std::move(planned.plan), std::move(planned.records), std::move(of_core), std::move(bundle)};
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
