// Samples a second of a training step (forward, backward, Adam) on networks of the MLPerf Tiny suite, beside
// train_torch.py, which builds the same ones. Options: --model NAME --batch N --threads N --seconds S --windows N
// --program fused|reference --qat (quantization-aware, frozen batch norms with --frozen). Prints one line: the best and
// the median window, and CPU microseconds a sample (the least window).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "fused/kernels.h"
#include "mote/base/rng.h"
#include "mote/graph/builder.h"
#include "mote/graph/zoo.h"
#include "mote/quant/calibrate.h"
#include "mote/trainer/float_runner.h"
#include "mote/trainer/initialize.h"
#include "optimizer.h"
#include "program.h"
#include "qat/simulation.h"

namespace {

using namespace mote;

struct Options {
  std::string model = "ds-cnn";
  std::int64_t batch = 100;
  int threads = 2;
  double seconds = 2.5;
  int windows = 5;
  std::string program = "fused";
  std::string kernels = "best";
  bool inference = false;
  bool qat = false;
  bool frozen = false;
};

// The anomaly detector of MLPerf Tiny, with a softmax behind it: nine layers of 128 (8 in the middle) and one of 640.
graph::Graph auto_encoder() {
  graph::GraphBuilder builder("auto-encoder");
  graph::TensorId head = builder.input("input", {1, 640});
  const auto dense = [&](const std::string& name, std::int32_t units) {
    const std::int32_t inputs = builder.shape(head)[1];
    head = builder.node(name, graph::Dense{},
                        {head, builder.weight(name + ".w", {units, inputs}), builder.weight(name + ".b", {units})});
  };
  int layer = 0;
  for (std::int32_t units : {128, 128, 128, 128, 8, 128, 128, 128, 128}) {
    const std::string name = fmt::format("dense{}", layer++);
    dense(name, units);
    std::vector<graph::TensorId> inputs{head};
    for (const char* part : {".gamma", ".beta", ".mean", ".variance"})
      inputs.push_back(builder.weight(name + part, {units}));
    head = builder.node(name + ".bn", graph::BatchNorm{}, inputs);
    head = builder.node(name + ".relu", graph::Unary{}, {head});
  }
  dense("output", 640);
  builder.output(builder.node("softmax", graph::Softmax{}, {head}));
  return builder.build();
}

graph::Graph make_model(const std::string& name) {
  if (name == "auto-encoder") return auto_encoder();
  graph::ArchitectureSettings settings;
  settings.name = name;
  settings.dropout = 0;
  if (name == "ds-cnn-dropout") {
    settings.name = "ds-cnn";
    settings.dropout = 0.2;
  }
  if (name == "mobilenet-v1") {
    settings.width = 0.25;
    return graph::build_architecture(settings, {1, 96, 96, 3}, 2);
  }
  if (name == "resnet8") return graph::build_architecture(settings, {1, 32, 32, 3}, 10);
  return graph::build_architecture(settings, {1, 49, 10, 1}, 12);
}

double wall_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Data {
  std::vector<float> inputs, targets, weights;
};

std::vector<Data> make_data(const graph::Graph& graph, std::int64_t batch) {
  std::vector<Data> data(8);
  Rng rng = Rng::derive(1, "benchmark");
  const auto samples = static_cast<std::size_t>(batch);
  const auto classes = static_cast<std::size_t>(graph.tensor(graph.outputs.front()).elements());
  for (Data& d : data) {
    d.inputs.resize(samples * static_cast<std::size_t>(graph.tensor(graph.inputs.front()).elements()));
    for (float& value : d.inputs) value = static_cast<float>(rng.normal());
    d.targets.assign(samples * classes, 0.0F);
    for (std::size_t n = 0; n < samples; ++n) d.targets[n * classes + rng.below(classes)] = 1.0F;
    d.weights.assign(samples, 1.0F);
  }
  return data;
}

struct Figures {
  std::vector<double> rates, cpu_us;
};

template <class Step>
Figures measure(const Options& options, Step&& step) {
  Figures figures;
  std::uint64_t done = 0;
  for (; done < 10; ++done) step(done);
  for (int window = 0; window < options.windows; ++window) {
    const double start = wall_seconds(), cpu = cpu_seconds();
    double samples = 0;
    while (wall_seconds() - start < options.seconds / options.windows) {
      step(done++);
      samples += static_cast<double>(options.batch);
    }
    figures.rates.push_back(samples / (wall_seconds() - start));
    figures.cpu_us.push_back((cpu_seconds() - cpu) / samples * 1e6);
  }
  std::sort(figures.rates.begin(), figures.rates.end());
  std::sort(figures.cpu_us.begin(), figures.cpu_us.end());
  return figures;
}

// Ranges as on the first batch.
void start(const trainer::Simulation& simulation, const Data& data, std::int64_t batch, ThreadPool& pool,
           trainer::Program& program) {
  const auto runner = trainer::make_float_runner(pool);
  const auto ranges = quant::calibrate(simulation.lowered(), *runner, data.inputs, batch, {});
  simulation.start(ranges, simulation.state_of(program.statistics()));
}

void run(const Options& options) {
  const std::map<std::string, const trainer::fused::Kernels*> by_name{{"best", nullptr},
                                                                      {"avx512", trainer::fused::avx512_kernels()},
                                                                      {"avx2", trainer::fused::avx2_kernels()},
                                                                      {"portable", trainer::fused::portable_kernels()}};
  trainer::fused::override_kernels(by_name.at(options.kernels));
  const graph::Graph graph = trainer::initialize(make_model(options.model), 1);
  ThreadPool pool(options.threads);
  trainer::Simulation simulation(graph, {}, {});
  trainer::Simulation* const simulated = options.qat ? &simulation : nullptr;
  auto program = options.program == "reference" ? trainer::make_reference_program(graph, options.batch, pool, simulated)
                                                : trainer::make_fused_program(graph, options.batch, pool, simulated);
  const auto optimizer = trainer::make_optimizer({}, program->parameter_slots());
  const std::vector<Data> data = make_data(graph, options.batch);
  if (options.qat) start(simulation, data[0], options.batch, pool, *program);
  double loss = 0;
  std::vector<float> outputs(data[0].targets.size());
  const Figures figures = measure(options, [&](std::uint64_t i) {
    const Data& d = data[i % data.size()];
    if (options.inference) return program->infer(d.inputs, options.batch, outputs);
    trainer::Batch batch{options.batch, d.inputs, d.targets, d.weights, i, 1};
    batch.frozen_norms = batch.frozen_ranges = options.frozen;
    loss = program->step(batch).loss;
    optimizer->step(1e-3, i, program->parameters(), program->gradients());
  });
  fmt::print("mote-{} {} {} b={} t={} best={:.0f}/s med={:.0f}/s cpu_us/sample={:.1f} loss={:.3f}\n", options.program,
             options.model,
             options.inference ? "infer"
             : options.qat     ? "qat"
                               : "train",
             options.batch, options.threads, figures.rates.back(), figures.rates[figures.rates.size() / 2],
             figures.cpu_us.front(), loss);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("training speed");
  app.add_option("--model", options.model,
                 "ds-cnn, ds-cnn-dropout, tc-resnet8, resnet8, mobilenet-v1, mlp, auto-encoder");
  app.add_option("--batch", options.batch);
  app.add_option("--threads", options.threads);
  app.add_option("--seconds", options.seconds);
  app.add_option("--windows", options.windows);
  app.add_option("--program", options.program, "fused or reference");
  app.add_option("--kernels", options.kernels, "best, avx512, avx2 or portable");
  app.add_flag("--inference", options.inference);
  app.add_flag("--qat", options.qat, "quantization-aware");
  app.add_flag("--frozen", options.frozen, "quantization-aware: frozen batch norms and ranges");
  CLI11_PARSE(app, argc, argv);
  run(options);
}
