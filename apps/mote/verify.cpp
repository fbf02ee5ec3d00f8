#include "mote/device/verify.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "commands.h"
#include "mote/base/error.h"
#include "mote/device/verify_bundle.h"
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
  bool of_a_model = false;  // one of --clips, --optimize, --stream was given
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

// A line a target, or one document.
class Report {
 public:
  Report(const Session& session, const char* records) : prints_json_(session.common.json) {
    if (!prints_json_) fmt::print("{:<12}{:<18}{:>7}{:>8}  result\n", "core", "machine", records, "layers");
  }

  void skip(const Target& target) {
    entries_.push_back({{"core", enum_name(target.core)}, {"skipped_because", target.missing}});
    if (!prints_json_) fmt::print("{:<12}skipped: {}\n", enum_name(target.core), target.missing);
  }
  void add(const device::Verification& result) {
    equal_ = equal_ && result.equal();
    entries_.push_back(verification_json(result));
    if (!prints_json_) print_line(result);
  }
  int end() const {
    if (prints_json_) fmt::print("{}\n", json{{"equal", equal_}, {"targets", entries_}}.dump(1));
    return equal_ ? kGood : kFailed;
  }

 private:
  bool prints_json_;
  bool equal_ = true;
  json entries_ = json::array();
};

int verify_model(const VerifyChoice& chosen, const Session& session) {
  const std::vector<Target> targets = parse_targets(chosen.target, HostTarget::kTaken);
  const pipeline::DeviceModel model = pipeline::load_device_model(chosen.model);
  const plan::Optimize optimize = parse_optimize(chosen.optimize);
  const auto inference = chosen.stream ? pipeline::Inference::kHop : pipeline::Inference::kWindow;
  std::optional<device::Records> records;
  Report report(session, chosen.stream ? "hops" : "clips");
  for (const Target& target : targets) {
    if (!target.missing.empty()) {
      report.skip(target);
      continue;
    }
    const device::Subject subject = pipeline::device_subject(model, target.core, optimize, inference);
    if (!records)
      records = pipeline::device_records(chosen.model, model, subject, chosen.clips, session.common.threads);
    report.add(device::verify(subject, *records, target.core));
  }
  return report.end();
}

// Without its manifest too: reading it then says so.
bool is_bundle(const std::filesystem::path& path) {
  const auto has = [&](const char* file) { return std::filesystem::exists(path / file); };
  return !has("model.tflite") && (has(exporter::kManifest) || has("selftest.h"));
}

int verify_folder(const VerifyChoice& chosen, const Session& session) {
  if (chosen.of_a_model)
    throw Error(ErrorCode::kUsage,
                "--clips, --optimize and --stream belong to a model: a bundle brings its own vectors");
  const exporter::BundleOnDisk bundle = exporter::read_bundle(chosen.model);
  Report report(session, "vectors");
  for (const Target& target : parse_targets(chosen.target, HostTarget::kTaken)) {
    if (target.missing.empty()) {
      report.add(device::verify_bundle(bundle, target.core));
    } else {
      report.skip(target);
    }
  }
  return report.end();
}

}  // namespace

void add_verify(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<VerifyChoice>();
  CLI::App* command =
      app.add_subcommand("verify", "builds the C bundle for a target and compares every byte with the desktop");
  command
      ->add_option("model", options->model,
                   "a run directory, a .tflite, or the folder of a C bundle: its own self-test")
      ->required();
  command->add_option("--target", options->target,
                      "host, cortex-m0, …, rv32imc, a board, several with commas between them, or all");
  const CLI::Option* clips =
      command->add_option("--clips", options->clips, "clips of the test split; random inputs where there are none")
          ->check(CLI::Range(1, 100000));
  const CLI::Option* optimize = command->add_option("--optimize", options->optimize, "size, balanced or speed");
  command->add_flag("--stream", options->stream, "the streaming bundle, at least 64 hops against whole windows");
  command->callback([=, &chosen] {
    options->of_a_model = options->stream || clips->count() + optimize->count() > 0;
    chosen = [options](const Session& session) {
      return is_bundle(options->model) ? verify_folder(*options, session) : verify_model(*options, session);
    };
  });
}

}  // namespace mote::app
