// Which types the weights of the layers have, and what each would cost and lose.
#include <fmt/format.h>

#include "report/html_text.h"
#include "report/page_sections.h"

namespace mote::pipeline {

namespace {

std::string costs_table(const std::vector<TypesCost>& costs) {
  Table rows{"", {"On cortex-m4", "#int8", "#Budget", "#Chosen"}, {}, {}};
  const auto whole = [](std::int64_t value) { return number_cell(static_cast<double>(value), count(value)); };
  for (const TypesCost& cost : costs) {
    rows.rows.push_back({text_cell(cost.name), whole(cost.int8), cost.greatest ? whole(*cost.greatest) : text_cell("–"),
                         whole(cost.chosen)});
  }
  return table(rows);
}

std::string option_text(const TypeOption& option) {
  std::string text = fmt::format("{}, {:.4f}", count(option.bytes), option.divergence);
  if (option.instructions) text += ", " + short_count(*option.instructions);
  return text;
}

}  // namespace

std::string types_table(const std::vector<LayerTypes>& layers) {
  Table types{"", {"Layer", "#Weights", "Type"}, {}, {}};
  for (const TypeOption& option : layers.front().choices) {
    types.titles.push_back(
        fmt::format("#{}: bytes, divergence{}", escape(option.type), option.instructions ? ", instructions" : ""));
  }
  for (const LayerTypes& layer : layers) {
    std::vector<Cell> row = {text_cell(layer.layer),
                             number_cell(static_cast<double>(layer.weights), count(layer.weights)),
                             text_cell(layer.chosen)};
    for (const TypeOption& option : layer.choices) row.push_back({option_text(option), ""});
    types.rows.push_back(std::move(row));
  }
  return table(types);
}

std::string mixed_part(const Report& report) {
  if (!report.mixed || report.mixed->layers.empty()) return "";
  const MixedPrecision& mixed = *report.mixed;
  return fmt::format(
             "<h3>Mixed precision: the type of each layer's weights</h3>\n<p class=\"dim\">What the scores of {} {} "
             "clips "
             "move when the layer alone has the type, in nats, and the instructions of the network then. Together: {} "
             "nats, before fine-tuning.</p>\n",
             count(mixed.clips), escape(mixed.split), number(mixed.divergence)) +
         costs_table(mixed.costs) + types_table(mixed.layers);
}

}  // namespace mote::pipeline
