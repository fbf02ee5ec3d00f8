#include "mote/device/verify.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/pipeline/device_model.h"
#include "targets.h"

namespace mote::app {
namespace {

using nlohmann::json;

struct VerifyChoice {
  std::string model;
  std::string target = "host";
  std::string optimize = "balanced";
  std::int64_t clips = 20;
  bool stream = false;
};

json difference_json(const device::Difference& difference) {
  return {{"record", difference.record},     {"stage", difference.stage},   {"file", difference.file},
          {"layer", difference.layer},       {"index", difference.index},   {"differing", difference.differing},
          {"operands", difference.operands}, {"wanted", difference.wanted}, {"got", difference.got}};
}

json verification_json(const device::Verification& result) {
  json entry{{"core", enum_name(result.core)}, {"machine", result.machine}, {"note", result.note},
             {"records", result.records},      {"layers", result.layers},   {"skipped", result.skipped},
             {"equal", result.equal()}};
  if (result.difference) entry["difference"] = difference_json(*result.difference);
  return entry;
}

void print_line(const device::Verification& result) {
  fmt::print("{:<12}{:<18}{:>7}{:>8}  {}{}\n", enum_name(result.core), result.machine, result.records, result.layers,
             device::describe(result), result.note.empty() ? "" : fmt::format(" ({})", result.note));
}

int verify_model(const VerifyChoice& chosen, const Session& session) {
  const std::vector<Target> targets = parse_targets(chosen.target, HostTarget::kTaken);
  const pipeline::DeviceModel model = pipeline::load_device_model(chosen.model);
  const plan::Optimize optimize = parse_optimize(chosen.optimize);
  const auto inference = chosen.stream ? pipeline::Inference::kHop : pipeline::Inference::kWindow;
  std::optional<device::Records> records;
  json entries = json::array();
  bool equal = true;
  if (!session.common.json)
    fmt::print("{:<12}{:<18}{:>7}{:>8}  result\n", "core", "machine", chosen.stream ? "hops" : "clips", "layers");
  for (const Target& target : targets) {
    if (!target.missing.empty()) {
      entries.push_back({{"core", enum_name(target.core)}, {"skipped_because", target.missing}});
      if (!session.common.json) fmt::print("{:<12}skipped: {}\n", enum_name(target.core), target.missing);
      continue;
    }
    const device::Subject subject = pipeline::device_subject(model, target.core, optimize, inference);
    if (!records)
      records = pipeline::device_records(chosen.model, model, subject, chosen.clips, session.common.threads);
    const device::Verification result = device::verify(subject, *records, target.core);
    equal = equal && result.equal();
    entries.push_back(verification_json(result));
    if (!session.common.json) print_line(result);
  }
  if (session.common.json) fmt::print("{}\n", json{{"equal", equal}, {"targets", entries}}.dump(1));
  return equal ? kGood : kFailed;
}

}  // namespace

void add_verify(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<VerifyChoice>();
  CLI::App* command =
      app.add_subcommand("verify", "builds the C bundle for a target and compares every byte with the desktop");
  command->add_option("model", options->model, "a run directory or a .tflite")->required();
  command->add_option("--target", options->target,
                      "host, cortex-m0, …, rv32imc, a board, several with commas between them, or all");
  command->add_option("--clips", options->clips, "clips of the test split; random inputs where there are none")
      ->check(CLI::Range(1, 100000));
  command->add_option("--optimize", options->optimize, "size, balanced or speed");
  command->add_flag("--stream", options->stream, "the streaming bundle, at least 64 hops against whole windows");
  command->callback(
      [options, &chosen] { chosen = [options](const Session& session) { return verify_model(*options, session); }; });
}

}  // namespace mote::app
