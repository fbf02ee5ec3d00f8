#include "mote/device/subject.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "embedded_text.h"
#include "mote/codegen/plan_for.h"

namespace mote::device {
namespace {

// Not part of a product: golden vectors, their self-test, and its main(); nor what is for builds over CMSIS-NN.
bool is_test_file(const std::string& path) {
  return path.starts_with("mote/src/cmsis_nn/") || path == "golden.c" || path == "selftest.c" ||
         path == "example_main.c";
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

// One inference, and how many of them are measured: hops are not all alike.
std::string run_macros(const std::string& name, bool streams) {
  const std::string what = streams ? "hop" : "invoke";
  const std::string frames = streams ? fmt::format("{}_input(arena), ", name) : "";
  std::string text = fmt::format("#define SUBJECT_RUNS {}\n", streams ? kMeasuredHops : 1);
  text += fmt::format("#define SUBJECT_START(arena) {}\n", streams ? name + "_reset(arena)" : "MOTE_OK");
  text += fmt::format("#define SUBJECT_RUN(arena) {}_{}(arena{})\n", name, what,
                      streams ? fmt::format(", {}_input(arena)", name) : "");
  return text +
         fmt::format("#define SUBJECT_RUN_OBSERVED(arena, observer, user) {}_{}_observed(arena, {}observer, user)\n",
                     name, what, frames);
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
  for (const char* function : {"init", "input", "output", "layers"})
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
  const std::size_t states = subject.streaming() == nullptr ? 0 : subject.streaming()->states.size();
  return text + run_macros(name, subject.streaming() != nullptr) +
         border_macro(name, "input", subject.plan.graph.inputs.size() - states) +
         border_macro(name, "output", subject.plan.graph.outputs.size() - states);
}

Subject subject_of(const graph::Graph& model, Core core, codegen::DevicePlan planned, exporter::BundleOptions options) {
  options.instruction_set = instruction_set(core);
  options.removal = planned.removal;
  options.streaming = planned.streaming;
  exporter::Bundle bundle = exporter::make_bundle(planned.plan, options);
  return {model, std::move(planned.plan), std::move(planned.records), std::move(options), std::move(bundle)};
}

}  // namespace

Subject make_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                     const exporter::BundleOptions& options) {
  return make_subject(model, core, codegen::PlanGoal{optimize, {}}, options);
}

Subject make_subject(const graph::Graph& model, Core core, const codegen::PlanGoal& goal,
                     const exporter::BundleOptions& options) {
  return subject_of(model, core, codegen::device_plan(model, instruction_set(core), goal), options);
}

Subject make_stream_subject(const graph::Graph& model, Core core, plan::Optimize optimize,
                            const exporter::BundleOptions& options) {
  codegen::DevicePlan planned = codegen::stream_plan(model, instruction_set(core), {optimize, {}});
  exporter::BundleOptions of_hops = options;
  of_hops.clips.clear();
  of_hops.frontend = exporter::hop_frontend(options.frontend, planned.streaming->hop_frames);
  if (!of_hops.frontend.exists()) of_hops.postprocess = {};
  return subject_of(model, core, std::move(planned), of_hops);
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
