// Kernels and layouts of least price, where every kernel and every layout change has one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "step_graph.h"

namespace mote::plan {

struct Prices {
  double instruction = 1;
  double flash_byte = 0;
};

// What a solution may use.
struct Restriction {
  std::vector<char> forbidden_cores;         // by index into LayoutSearch::cores(); empty: none
  std::int64_t most_step_bytes = INT64_MAX;  // of inputs, output and scratch of one step
};

using Offers = std::vector<std::vector<KernelOption>>;  // by node, the portable one first
using Picks = std::vector<std::int32_t>;                // by node: index into its offers

// Dynamic programming over the nodes in the graph's order. A state says of each activation that is still to be read in
// which layouts it exists; exact while the states are at most kMostStates (a chain has 4, each further activation that
// lives across a node makes them 4 times as many), else the cheapest are kept. Routines that layers share are not in
// the price: a caller forbids what it does not want to pay for.
class LayoutSearch {
 public:
  static constexpr std::size_t kMostStates = 4096;

  LayoutSearch(const graph::Graph& graph, const Offers& offers, const PlanOptions& options);

  const std::vector<std::string>& cores() const { return cores_; }
  std::optional<Picks> solve(const Prices& prices, const Restriction& restriction) const;
  // The most bytes that one step of the solution has around it: what a tighter Restriction must fall below.
  std::int64_t most_step_bytes(const Picks& picks) const;

 private:
  friend class LayoutSweep;
  struct Offer {
    double instructions;
    double flash_bytes;
    std::int64_t step_bytes;
    std::vector<std::size_t> cores;
  };

  Offer measure(const KernelOption& option, std::int64_t apart_bytes, std::int64_t saved);
  std::int64_t saved_by(const KernelOption& option, const graph::Node& node) const;
  std::size_t core_index(const std::string& name);
  bool is_carried(graph::TensorId id) const;
  void add_node(std::size_t index);
  void add_changes(graph::TensorId id);

  const graph::Graph& graph_;
  const Offers& offers_;
  const PlanOptions& options_;
  std::vector<std::string> cores_;
  std::vector<std::vector<Offer>> measured_;         // by node and option
  std::vector<std::vector<graph::TensorId>> reads_;  // activations of each node
  std::vector<std::map<Layout, Offer>> changes_;     // by tensor and the layout that it is changed to
  std::vector<std::int32_t> last_read_;              // by tensor: node, -1 for none
};

}  // namespace mote::plan
