// README.md of a bundle: files, sizes, layers.
#include <fmt/format.h>

#include <algorithm>

#include "mote/base/text.h"
#include "mote/plan/cost.h"
#include "parts.h"
#include "template_text.h"

namespace mote::exporter {
namespace {

// Names are other people's text: a bar would end the cell, and converters chain the names of all that they fused.
std::string cell(std::string text) {
  text = text.substr(0, text.find(';'));
  std::replace(text.begin(), text.end(), '|', '/');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string layer_rows(const plan::Cost& cost) {
  std::string text;
  for (std::size_t i = 0; i < cost.layers.size(); ++i) {
    const plan::LayerCost& layer = cost.layers[i];
    text += fmt::format("| {} | {} | `{}` | {} | {} | {} | {} | {} |\n", i, cell(layer.name), layer.kernel,
                        graph::to_string(layer.output), group_digits(layer.multiply_accumulates),
                        group_digits(layer.weight_bytes), group_digits(layer.table_bytes),
                        group_digits(layer.scratch_bytes));
  }
  text.pop_back();
  return text;
}

// What was removed of the model before it was planned; empty for nothing.
std::string removal_text(const Parts& parts) {
  const auto& [before, after] = parts.options.removal;
  if (before.filters == after.filters) return "";
  return fmt::format("{} of {} filters are left, {} of {} multiply-accumulates", group_digits(after.filters),
                     group_digits(before.filters), group_digits(after.multiply_accumulates),
                     group_digits(before.multiply_accumulates));
}

}  // namespace

std::string readme_text(const Parts& parts) {
  auto values = template_values(parts);
  const plan::Cost cost = plan::cost(parts.plan);
  values["layer_rows"] = layer_rows(cost);
  values["flash_bytes"] = group_digits(cost.flash_bytes());
  values["macs"] = group_digits(cost.multiply_accumulates);
  values["removal"] = removal_text(parts);
  values["form"] =
      parts.runs_executor() ? "tables, run and checked by the executor" : "straight-line calls of the kernels";
  return filled_template("README.md.in", values);
}

}  // namespace mote::exporter
