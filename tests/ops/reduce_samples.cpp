#include "samples.h"

namespace mote::test {

std::vector<Sample> reduce_samples() {
  using graph::Reduce;
  using graph::ReduceKind;
  return within(kRounded, {
                              one_layer("mean_of_a_map", Reduce{ReduceKind::kMean, {1, 2}, 0}, {1, 5, 3, 4}),
                              one_layer("mean_of_a_map_kept", Reduce{ReduceKind::kMean, {1, 2}, 1}, {1, 3, 3, 4}),
                              one_layer("mean_of_channels", Reduce{ReduceKind::kMean, {3}, 1}, {1, 3, 2, 6}),
                              one_layer("mean_of_rows", Reduce{ReduceKind::kMean, {1}, 0}, {1, 7, 5}),
                          });
}

}  // namespace mote::test
