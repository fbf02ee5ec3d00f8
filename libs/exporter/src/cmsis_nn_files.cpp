// mote/src/cmsis_nn/: the runtime's kernels over CMSIS-NN, for who has it. Without -DMOTE_CMSIS_NN they are empty.
#include <fmt/format.h>

#include <algorithm>

#include "bundle_files.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

constexpr std::string_view kFolder = "mote/src/cmsis_nn/";
constexpr std::string_view kKernels = "mote/src/kernels/";

BundleFile shared_file(std::string_view name) {
  return {fmt::format("{}{}", kFolder, name), filled_template(fmt::format("cmsis_nn/{}.in", name), {})};
}

}  // namespace

std::vector<std::string> cmsis_nn_kernels(const std::vector<BundleFile>& files) {
  std::vector<std::string> names;
  for (const char* name : {"mote_add_s8", "mote_average_pool2d_s8", "mote_conv2d_s8", "mote_dense_s8",
                           "mote_depthwise_conv2d_s8", "mote_max_pool2d_s8", "mote_softmax_s8"}) {
    const std::string path = fmt::format("{}{}.c", kKernels, name);
    if (std::ranges::find(files, path, &BundleFile::path) != files.end()) names.emplace_back(name);
  }
  return names;
}

void add_cmsis_nn(std::vector<BundleFile>& files) {
  const std::vector<std::string> names = cmsis_nn_kernels(files);
  if (names.empty()) return;
  for (const std::string& name : names) files.push_back(shared_file(name + ".c"));
  files.push_back(shared_file("mote_cmsis_nn.h"));
  files.push_back(shared_file("mote_cmsis_nn.c"));
}

}  // namespace mote::exporter
