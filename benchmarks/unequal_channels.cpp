// Makes the channels of a trained network unequally loud: what int8 with one grid for all channels is worst at, and
// what folded batch norms sometimes leave. repair.py gives the doctor such networks to mend.
//
//   mote train RECIPE --out RUN && unequal_channels RUN --octaves 7 && mote run RECIPE --out RUN
//
// Each channel between two layers with weights gets quieter by 2^u, u uniform in [-octaves, 0], and the weights of the
// next layer make up for it: the float network answers as before. min(6, x) does not scale, so that a channel stays as
// it is when it reaches the cap of a ReLU6 on any of the training inputs that calibration looks at.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>

#include "doctor/consultation.h"
#include "mote/base/rng.h"
#include "mote/graph/text.h"
#include "mote/quant/fold.h"
#include "mote/quant/simulate.h"
#include "mote/trainer/float_runner.h"
#include "repair/channel_links.h"
#include "stages/steps.h"

namespace {

using namespace mote;

constexpr float kCap = 6.0F;

// By tensor: the greatest value of each channel.
std::vector<std::vector<float>> channel_peaks(const graph::Graph& graph, const quant::MeasuringSet& set) {
  std::vector<std::vector<float>> peaks(graph.tensors.size());
  quant::run_groups(graph, set, [&](graph::TensorId id, std::span<float> values) {
    std::vector<float>& channels = peaks[static_cast<std::size_t>(id)];
    channels.resize(static_cast<std::size_t>(graph.tensor(id).shape.back()));
    for (std::size_t i = 0; i < values.size(); ++i) {
      float& peak = channels[i % channels.size()];
      peak = std::max(peak, values[i]);
    }
  });
  return peaks;
}

struct Count {
  std::int64_t quieter = 0;
  std::int64_t capped = 0;
};

graph::Graph make_unequal(const graph::Graph& graph, const quant::MeasuringSet& set, double octaves, std::uint64_t seed,
                          Count& count) {
  const auto peaks = channel_peaks(graph, set);
  graph::Graph result = graph;
  for (const quant::ChannelLink& link : quant::channel_links(graph)) {
    const graph::Node& producer = graph.nodes[static_cast<std::size_t>(link.producer)];
    Rng rng = Rng::derive(seed, "unequal channels of " + graph.node_name(producer));
    std::vector<double> factors;
    for (float peak : peaks[static_cast<std::size_t>(producer.outputs[0])]) {
      const double factor = std::exp2(rng.uniform(-octaves, 0));
      const bool stays = link.capped && peak >= kCap;
      ++(stays ? count.capped : count.quieter);
      factors.push_back(stays ? 1.0 : factor);
    }
    quant::scale_link(result, link, factors);
  }
  return compact(result);
}

void hurt(const std::string& folder, double octaves) {
  const pipeline::Recipe recipe = pipeline::load_recipe(std::filesystem::path(folder) / pipeline::files::kRecipe);
  pipeline::RunDirectory directory(folder);
  if (std::filesystem::exists(directory.file(pipeline::files::kFloatGraph)))
    throw Error(ErrorCode::kInvalid, fmt::format("'{}': wanted a run that was trained and no further", folder));
  ThreadPool pool(0);
  const pipeline::Context context{recipe, directory, pool, null_log()};
  const graph::Graph folded = quant::fold(pipeline::load_trained(directory, pipeline::StepKind::kTrain));
  const std::vector<float> inputs = pipeline::training_inputs(context);
  const auto runner = trainer::make_float_runner(pool);
  const std::int64_t elements = folded.tensor(folded.inputs[0]).elements();
  Count count;
  const graph::Graph unequal =
      make_unequal(folded, {*runner, inputs, static_cast<std::int64_t>(inputs.size()) / elements}, octaves,
                   recipe.project.seed, count);
  graph::save(unequal, directory.file(pipeline::StepFiles(pipeline::StepKind::kTrain).trained));
  directory.refresh("train");
  fmt::print("{} channels made quieter, {} reach the cap and stay\n", count.quieter, count.capped);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Makes the channels of a trained network unequally loud");
  std::string folder;
  double octaves = 7;
  app.add_option("run", folder, "run directory after `mote train`")->required();
  app.add_option("--octaves", octaves, "by how many a channel gets quieter, at most")->check(CLI::Range(0.0, 16.0));
  CLI11_PARSE(app, argc, argv);
  try {
    hurt(folder, octaves);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
  return 0;
}
