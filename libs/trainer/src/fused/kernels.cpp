#include "kernels.h"

#include <initializer_list>

namespace mote::trainer::fused {
namespace {

const Kernels* overridden = nullptr;

const Kernels* choose() {
  for (const Kernels* kernels : {avx512_kernels(), avx2_kernels(), neon_kernels()}) {
    if (kernels != nullptr) return kernels;
  }
  return portable_kernels();
}

// Every CPU with AVX-512 has AVX2.
const Kernels* narrower(const Kernels& kernels) {
  return &kernels == avx512_kernels() ? avx2_kernels() : nullptr;
}

}  // namespace

std::int64_t padded_channels(const Kernels& kernels, std::int64_t channels) {
  const Kernels* const narrow = narrower(kernels);
  const std::int64_t lanes = narrow != nullptr && channels <= narrow->lanes ? narrow->lanes : kernels.lanes;
  return (channels + lanes - 1) / lanes * lanes;
}

const Kernels& kernels_for(const Kernels& kernels, std::int64_t columns) {
  return columns % kernels.lanes == 0 ? kernels : *narrower(kernels);
}

const Kernels& best_kernels() {
  static const Kernels* const best = choose();
  return overridden != nullptr ? *overridden : *best;
}

void override_kernels(const Kernels* kernels) {
  overridden = kernels;
}

}  // namespace mote::trainer::fused
