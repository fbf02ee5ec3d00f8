#include "mote/plan/layout.h"

#include <cassert>

namespace mote::plan {
namespace {

constexpr std::int64_t kWordBytes = 4;

}  // namespace

std::string_view to_string(Layout layout) {
  return layout == Layout::kNhwc ? "nhwc" : "planes";
}

std::int64_t plane_pitch_bytes(std::int64_t height, std::int64_t width) {
  return (height * width + kWordBytes - 1) / kWordBytes * kWordBytes;
}

PlaneGeometry plane_geometry(const graph::Tensor& tensor) {
  PlaneGeometry geometry;
  const graph::Shape& shape = tensor.shape;
  if (shape.empty()) return geometry;
  geometry.channels = shape.back();
  if (shape.size() > 1) geometry.width = shape[shape.size() - 2];
  for (std::size_t i = 0; i + 2 < shape.size(); ++i) geometry.height *= shape[i];
  return geometry;
}

std::int64_t stored_bytes(const graph::Tensor& tensor, Layout layout) {
  if (layout == Layout::kNhwc) return tensor.bytes();
  assert(tensor.type == graph::DType::kInt8);
  const PlaneGeometry geometry = plane_geometry(tensor);
  return geometry.channels * geometry.pitch_bytes();
}

}  // namespace mote::plan
