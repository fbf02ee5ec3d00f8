// What make_plan chooses among made-up kernels, against trying every combination.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "int8_graphs.h"
#include "mote/base/error.h"
#include "mote/plan/cost.h"
#include "mote/plan/host_runner.h"
#include "mote/plan/plan.h"

namespace mote::plan {
namespace {

using test::Int8GraphBuilder;
using test::TensorId;

KernelOption change(const graph::Tensor& tensor, Layout from, Layout) {
  KernelOption option;
  option.name = from == Layout::kNhwc ? "to_planes" : "to_nhwc";
  option.inputs = {from};
  option.instructions = 3 * tensor.bytes();
  option.flash_bytes = 40;
  return option;
}

graph::Graph chain(int layers, std::uint64_t seed = 1) {
  Int8GraphBuilder builder("chain", seed);
  TensorId x = builder.input({1, 6, 6, 8});
  for (int i = 0; i < layers; ++i) x = builder.conv(x, 8, 1, 1, {});
  return builder.build(x);
}

graph::Graph branches(std::uint64_t seed) {
  Int8GraphBuilder builder("branches", seed);
  const TensorId x = builder.input({1, 6, 6, 8});
  const TensorId stem = builder.conv(x, 8, 1, 1, {});
  const TensorId deep = builder.conv(stem, 8, 1, 1, {});
  return builder.build(builder.add(builder.conv(deep, 8, 1, 1, {}), stem));
}

Layout some_layout(Rng& rng) {
  return rng.chance(0.5) ? Layout::kNhwc : Layout::kPlanes;
}

// Up to three kernels for each node, some of which share routines "a" and "b".
PlanOptions random_options(const graph::Graph& graph, std::uint64_t seed) {
  Rng rng = Rng::derive(seed, "options");
  PlanOptions options;
  options.layout_change = change;
  for (const graph::Node& node : graph.nodes) {
    options.kernels.emplace_back();
    const std::uint64_t count = rng.below(4);
    for (std::uint64_t i = 0; i < count; ++i) {
      KernelOption option;
      option.name = "kernel" + std::to_string(i);
      for (TensorId id : node.inputs) {
        if (!graph.tensor(id).constant) option.inputs.push_back(some_layout(rng));
      }
      option.output = some_layout(rng);
      option.instructions = static_cast<std::int64_t>(100 + rng.below(9000));
      option.flash_bytes = static_cast<std::int64_t>(rng.below(900));
      if (rng.chance(0.5)) {
        const bool first = rng.chance(0.5);
        option.cores = {first ? "a" : "b"};
        option.core_flash_bytes = first ? 600 : 900;
      }
      options.kernels.back().push_back(option);
    }
  }
  return options;
}

struct Sum {
  std::int64_t instructions = 0;
  std::int64_t flash_bytes = 0;
};

using Offered = std::vector<std::vector<KernelOption>>;

// The portable kernels as make_plan states them, then the extra ones.
Offered offered(const graph::Graph& graph, const PlanOptions& options) {
  Offered result;
  const Plan plan = make_plan(graph);
  for (const Step& step : plan.steps) {
    result.push_back({step.option});
    const auto& extra = options.kernels[static_cast<std::size_t>(step.node)];
    result.back().insert(result.back().end(), extra.begin(), extra.end());
  }
  return result;
}

// Changes where a reader, or the caller, wants another layout than the one that is written.
Sum add_changes(const graph::Graph& graph, const std::vector<KernelOption>& picked, Sum sum) {
  std::map<TensorId, Layout> made;
  std::map<TensorId, bool> other_wanted;
  for (TensorId id : graph.inputs) made[id] = Layout::kNhwc;
  for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
    std::size_t operand = 0;
    for (TensorId id : graph.nodes[node].inputs) {
      if (graph.tensor(id).constant) continue;
      if (picked[node].inputs[operand++] != made[id]) other_wanted[id] = true;
    }
    made[graph.nodes[node].outputs[0]] = picked[node].output;
  }
  for (TensorId id : graph.outputs) {
    if (made[id] != Layout::kNhwc) other_wanted[id] = true;
  }
  for (const auto& [id, wanted] : other_wanted) {
    const KernelOption option = change(graph.tensor(id), made[id], Layout::kNhwc);
    sum.instructions += option.instructions;
    sum.flash_bytes += option.flash_bytes;
  }
  return sum;
}

Sum sum_of(const graph::Graph& graph, const std::vector<KernelOption>& picked) {
  Sum sum;
  std::map<std::string, std::int64_t> cores;
  for (const graph::Tensor& tensor : graph.tensors) sum.flash_bytes += tensor.constant ? tensor.bytes() : 0;
  for (const KernelOption& option : picked) {
    sum.instructions += option.instructions;
    sum.flash_bytes += option.flash_bytes;
    for (const std::string& core : option.cores)
      cores[core] = option.core_flash_bytes / static_cast<std::int64_t>(option.cores.size());
  }
  for (const auto& [name, bytes] : cores) sum.flash_bytes += bytes;
  return add_changes(graph, picked, sum);
}

// Calls visit(sum) for every combination of kernels.
template <class Visit>
void visit_all(const graph::Graph& graph, const Offered& all, Visit visit) {
  std::vector<std::size_t> index(all.size(), 0);
  for (;;) {
    std::vector<KernelOption> picked;
    for (std::size_t node = 0; node < all.size(); ++node) picked.push_back(all[node][index[node]]);
    visit(sum_of(graph, picked));
    std::size_t node = 0;
    while (node < all.size() && ++index[node] == all[node].size()) index[node++] = 0;
    if (node == all.size()) return;
  }
}

Sum sum_of(const Plan& plan) {
  const Cost sum = cost(plan);
  return {sum.instructions, sum.flash_bytes()};
}

std::vector<graph::Graph> graphs(std::uint64_t seed) {
  return {chain(5, seed), branches(seed)};
}

TEST(KernelChoice, ForSpeedHasTheFewestInstructionsOfAll) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const graph::Graph& graph : graphs(seed)) {
      PlanOptions options = random_options(graph, seed);
      options.optimize = Optimize::kSpeed;
      std::int64_t least = INT64_MAX;
      visit_all(graph, offered(graph, options), [&](Sum sum) { least = std::min(least, sum.instructions); });
      EXPECT_EQ(sum_of(make_plan(graph, options)).instructions, least) << graph.name << seed;
    }
  }
}

TEST(KernelChoice, ForSizeHasTheLeastFlashOfAllWithSharedRoutinesOnce) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const graph::Graph& graph : graphs(seed)) {
      PlanOptions options = random_options(graph, seed);
      options.optimize = Optimize::kSize;
      options.rates.size_ram = 0;
      std::pair<std::int64_t, std::int64_t> least{INT64_MAX, 0};
      visit_all(graph, offered(graph, options),
                [&](Sum sum) { least = std::min(least, std::pair(sum.flash_bytes, sum.instructions)); });
      const Sum got = sum_of(make_plan(graph, options));
      EXPECT_EQ(std::pair(got.flash_bytes, got.instructions), least) << graph.name << seed;
    }
  }
}

TEST(KernelChoice, ForSizeNeverNeedsMoreFlashAndRamThanBalanced) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const graph::Graph& graph : graphs(seed)) {
      PlanOptions options = random_options(graph, seed);
      const auto price = [&](Optimize optimize) {
        options.optimize = optimize;
        const Plan plan = make_plan(graph, options);
        return static_cast<double>(cost(plan).flash_bytes()) +
               options.rates.size_ram * static_cast<double>(plan.arena_bytes);
      };
      EXPECT_LE(price(Optimize::kSize), price(Optimize::kBalanced)) << graph.name << seed;
    }
  }
}

TEST(KernelChoice, KeepsAFlashLimitAndLosesLittleSpeedByIt) {
  double ratios = 0;
  int count = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (const graph::Graph& graph : graphs(seed)) {
      PlanOptions options = random_options(graph, seed);
      options.optimize = Optimize::kSize;
      options.rates.size_ram = 0;
      const std::int64_t smallest = sum_of(make_plan(graph, options)).flash_bytes;
      options.optimize = Optimize::kSpeed;
      const std::int64_t fastest = sum_of(make_plan(graph, options)).flash_bytes;
      options.limits.flash_bytes = (smallest + fastest) / 2;
      std::int64_t least = INT64_MAX;
      visit_all(graph, offered(graph, options), [&](Sum sum) {
        if (sum.flash_bytes <= options.limits.flash_bytes) least = std::min(least, sum.instructions);
      });
      const Sum got = sum_of(make_plan(graph, options));
      EXPECT_LE(got.flash_bytes, options.limits.flash_bytes);
      EXPECT_GE(got.instructions, least);
      const double ratio = static_cast<double>(got.instructions) / static_cast<double>(least);
      EXPECT_LE(ratio, 1.01) << graph.name << seed;
      ratios += ratio;
      ++count;
    }
  }
  EXPECT_LE(ratios / count, 1.001);
}

TEST(KernelChoice, WhenBalancedDoesNotPayHalfTheFlashForAnEighthOfTheTime) {
  const graph::Graph graph = chain(1);
  KernelOption narrow;
  narrow.name = "narrow";
  narrow.inputs = {Layout::kNhwc};
  narrow.instructions = 1000;
  KernelOption wide = narrow;
  wide.name = "wide";
  wide.instructions = 880;
  wide.flash_bytes = 300;
  PlanOptions options;
  options.kernels = {{narrow, wide}};
  EXPECT_EQ(make_plan(graph, options).steps[0].option.name, "narrow");
  options.optimize = Optimize::kSpeed;
  EXPECT_EQ(make_plan(graph, options).steps[0].option.name, "wide");
  options.optimize = Optimize::kBalanced;
  options.rates = {0.1, 0.1};
  EXPECT_EQ(make_plan(graph, options).steps[0].option.name, "wide");
}

TEST(KernelChoice, ConsidersAKernelThatIsForSpeedInSpeedModeOnly) {
  const graph::Graph graph = chain(1);
  KernelOption fast;
  fast.name = "fast";
  fast.inputs = {Layout::kNhwc};
  fast.instructions = 10;
  fast.for_speed = true;
  PlanOptions options;
  options.kernels = {{fast}};
  for (const Optimize optimize : {Optimize::kSize, Optimize::kBalanced}) {
    options.optimize = optimize;
    EXPECT_EQ(make_plan(graph, options).steps[0].option.name, kPortableOption);
  }
  options.optimize = Optimize::kSpeed;
  EXPECT_EQ(make_plan(graph, options).steps[0].option.name, "fast");
}

TEST(KernelChoice, TakesALeanKernelWhereTheFastOneLeavesTheRam) {
  const graph::Graph graph = chain(1);
  KernelOption fast;
  fast.name = "fast";
  fast.inputs = {Layout::kNhwc};
  fast.instructions = 10;
  fast.scratch_bytes = 4096;
  PlanOptions options;
  options.optimize = Optimize::kSpeed;
  options.kernels = {{fast}};
  EXPECT_EQ(make_plan(graph, options).steps[0].option.name, "fast");
  options.limits.ram_bytes = 2048;
  const Plan plan = make_plan(graph, options);
  EXPECT_EQ(plan.steps[0].option.name, kPortableOption);
  EXPECT_LE(plan.arena_bytes, 2048);
}

// A kernel in planes for every layer of a chain.
PlanOptions all_in_planes(const graph::Graph& graph) {
  PlanOptions options;
  options.layout_change = change;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    KernelOption option;
    option.name = "planes";
    option.inputs = {Layout::kPlanes};
    option.output = Layout::kPlanes;
    option.instructions = 100;
    option.overlaps = {{0, 0, 36}};
    options.kernels.push_back({option});
  }
  return options;
}

TEST(KernelChoice, ChangesLayoutsAtTheEdgesOnly) {
  const graph::Graph graph = chain(3);
  const Plan plan = make_plan(graph, all_in_planes(graph));
  ASSERT_EQ(plan.steps.size(), 5U);
  EXPECT_TRUE(plan.steps[0].is_layout_change());
  EXPECT_TRUE(plan.steps[4].is_layout_change());
  EXPECT_EQ(cost(plan).layout_changes, 2);
  EXPECT_EQ(plan.placement(graph.outputs[0]).layout, Layout::kNhwc);
  for (std::size_t i = 1; i < 4; ++i) {
    const Placement& read = plan.placements[static_cast<std::size_t>(plan.steps[i].reads[0])];
    const Placement& written = plan.placements[static_cast<std::size_t>(plan.steps[i].writes[0])];
    EXPECT_EQ(read.layout, Layout::kPlanes);
    EXPECT_EQ(read.offset_bytes, written.offset_bytes) << "not in place";
  }
}

TEST(KernelChoice, SaysWhatItChoseAndWhy) {
  const graph::Graph graph = chain(2);
  const Plan plan = make_plan(graph, all_in_planes(graph));
  EXPECT_EQ(plan.steps[1].why, "fewest instructions of 2");
  const std::string text = describe(plan);
  for (const char* part : {"planes@", "to_planes", "fewest instructions of 2", "'layer0' reads planes", "the caller"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
}

TEST(KernelChoice, IsAFunctionOfItsInputs) {
  const graph::Graph graph = branches(3);
  const PlanOptions options = random_options(graph, 3);
  EXPECT_EQ(describe(make_plan(graph, options)), describe(make_plan(graph, options)));
}

TEST(KernelChoice, IsRefusedByTheHostRun) {
  const graph::Graph graph = chain(1);
  const Plan plan = make_plan(graph, all_in_planes(graph));
  EXPECT_FALSE(plan.is_portable());
  try {
    const HostModel model(plan);
    FAIL() << "the plan was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    EXPECT_NE(std::string(error.what()).find("to_planes"), std::string::npos) << error.what();
  }
}

std::string refusal(const graph::Graph& graph, const PlanOptions& options) {
  try {
    make_plan(graph, options);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalid);
    return error.what();
  }
  return "";
}

TEST(KernelChoice, SaysWhatLacksFlash) {
  PlanOptions options;
  options.limits.flash_bytes = 100;
  const std::string text = refusal(chain(2), options);
  for (const char* part : {"flash: needed", "available 100", "kernels that layers share", "what would fit"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(KernelChoice, SaysWhatLacksRam) {
  PlanOptions options;
  options.limits.ram_bytes = 64;
  const std::string text = refusal(chain(2), options);
  for (const char* part : {"RAM: needed", "available 64", "'x' 288", "what would fit"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

TEST(KernelChoice, RefusesKernelsThatDoNotFitTheirLayer) {
  const graph::Graph graph = chain(1);
  const auto with = [&](auto alter) {
    PlanOptions options = all_in_planes(graph);
    alter(options);
    return refusal(graph, options);
  };
  EXPECT_NE(with([](PlanOptions& o) { o.kernels[0][0].inputs.clear(); }).find("layouts of 1 inputs"),
            std::string::npos);
  EXPECT_NE(with([](PlanOptions& o) { o.kernels[0][0].name = "portable"; }).find("a name of its own"),
            std::string::npos);
  EXPECT_NE(with([](PlanOptions& o) { o.kernels[0][0].overlaps[0].input = 1; }).find("got input 1"), std::string::npos);
  EXPECT_NE(with([](PlanOptions& o) { o.kernels[0][0].overlaps[0].multiple_bytes = 0; }).find("multiples"),
            std::string::npos);
  EXPECT_NE(with([](PlanOptions& o) { o.kernels[0][0].scratch_bytes = -1; }).find("got less"), std::string::npos);
  EXPECT_NE(with([](PlanOptions& o) { o.kernels.emplace_back(); }).find("each of 1 layers"), std::string::npos);
  EXPECT_NE(with([](PlanOptions& o) { o.layout_change = {}; }).find("layout_change"), std::string::npos);
}

}  // namespace
}  // namespace mote::plan
