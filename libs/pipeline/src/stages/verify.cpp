#include "stages/verify.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "mote/base/file.h"
#include "mote/device/toolchain.h"
#include "mote/device/verify.h"
#include "mote/pipeline/device_model.h"
#include "stages/device_clips.h"

namespace mote::pipeline {
namespace {

constexpr std::int64_t kClips = 10;

DeviceCheck compare(const Context& context, const data::Manifest& manifest) {
  const device::Core core = device::Core::kHost;
  DeviceCheck check;
  check.core = enum_name(core);
  check.skipped = device::missing_tools(core);
  if (!check.skipped.empty()) {
    context.log.warning(fmt::format("the C bundle was not compared with the desktop: {}", check.skipped));
    return check;
  }
  const std::filesystem::path file = context.directory.file(files::kModel);
  const DeviceModel model = load_device_model(file);
  const device::Subject subject = device_subject(model, core, plan::Optimize::kBalanced, Inference::kWindow);
  const device::Verification result = device::verify(subject, clips_of(manifest, file, model, kClips), core);
  check.clips = result.records;
  check.layers = result.layers;
  check.equal = result.equal();
  if (!check.equal) check.difference = device::describe(result);
  return check;
}

}  // namespace

void verify_on_host(const Context& context, const data::Manifest& manifest) {
  const DeviceCheck check = compare(context, manifest);
  const nlohmann::json document{{"core", check.core},   {"clips", check.clips},           {"layers", check.layers},
                                {"equal", check.equal}, {"difference", check.difference}, {"skipped", check.skipped}};
  write_file_atomic(context.directory.file(files::kDeviceCheck), std::string_view(document.dump(1) + "\n"));
}

DeviceCheck read_device_check(const Context& context) {
  const std::filesystem::path file = context.directory.file(files::kDeviceCheck);
  const auto document = nlohmann::json::parse(read_text_file(file));
  DeviceCheck check;
  document.at("core").get_to(check.core);
  document.at("clips").get_to(check.clips);
  document.at("layers").get_to(check.layers);
  document.at("equal").get_to(check.equal);
  document.at("difference").get_to(check.difference);
  document.at("skipped").get_to(check.skipped);
  return check;
}

}  // namespace mote::pipeline
