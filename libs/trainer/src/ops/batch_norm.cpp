// x [N,…,C], gamma, beta, moving mean, moving variance [C] → y of x's shape. Training: normalized by the mean and the
// (biased) variance of the whole batch, taken in two passes in double; inference: by the moving ones. Source: Ioffe and
// Szegedy 2015.
#include "mote/graph/ops/batch_norm.h"

#include <cmath>

#include "moving_average.h"
#include "op_functions.h"

namespace mote::trainer {
namespace {

struct Statistics {
  std::vector<double> mean;
  std::vector<double> variance;
};

Statistics batch_statistics(const Operand& x, std::int64_t rows, std::int64_t channels) {
  Statistics s{std::vector<double>(static_cast<std::size_t>(channels)),
               std::vector<double>(static_cast<std::size_t>(channels))};
  const auto count = static_cast<double>(rows);
  for (std::int64_t i = 0; i < rows * channels; ++i) s.mean[static_cast<std::size_t>(i % channels)] += x.values[i];
  for (double& mean : s.mean) mean /= count;
  for (std::int64_t i = 0; i < rows * channels; ++i) {
    const auto c = static_cast<std::size_t>(i % channels);
    const double centred = x.values[i] - s.mean[c];
    s.variance[c] += centred * centred;
  }
  for (double& variance : s.variance) variance /= count;
  return s;
}

void update_moving(float decay, const Operand& moving, const std::vector<double>& batch) {
  for (std::size_t c = 0; c < batch.size(); ++c) {
    moving.values[c] = decay * moving.values[c] + (1.0F - decay) * static_cast<float>(batch[c]);
  }
}

Statistics moving_statistics(const Operand& mean, const Operand& variance) {
  return {{mean.values, mean.values + mean.elements()}, {variance.values, variance.values + variance.elements()}};
}

std::vector<float> inverse_deviations(const graph::BatchNorm& op, const Statistics& s) {
  std::vector<float> result;
  for (double variance : s.variance) {
    result.push_back(static_cast<float>(1.0 / std::sqrt(variance + static_cast<double>(op.epsilon))));
  }
  return result;
}

}  // namespace

std::vector<ParameterUse> parameters(const graph::BatchNorm&, std::span<const graph::Tensor* const>) {
  return {plain(1, 1.0F), plain(2, 0.0F), statistic(3, 0.0F), statistic(4, 1.0F)};
}

void forward(const graph::BatchNorm& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &gamma = call.inputs[1], &beta = call.inputs[2], &y = call.outputs[0];
  const std::int64_t channels = gamma.elements();
  const std::int64_t rows = call.samples * x.elements() / channels;
  Statistics s = moving_statistics(call.inputs[3], call.inputs[4]);
  if (call.mode == RunMode::kTraining && !call.frozen_norms) {
    s = batch_statistics(x, rows, channels);
    const float decay = moving_decay(op.momentum, call.dropout.step);
    update_moving(decay, call.inputs[3], s.mean);
    update_moving(decay, call.inputs[4], s.variance);
  }
  const std::vector<float> inverse = inverse_deviations(op, s);
  for (std::int64_t i = 0; i < rows * channels; ++i) {
    const auto c = static_cast<std::size_t>(i % channels);
    const float normal = (x.values[i] - static_cast<float>(s.mean[c])) * inverse[c];
    y.values[i] = gamma.values[c] * normal + beta.values[c];
  }
}

// With n = normalized x over m rows: dbeta = Σ dy, dgamma = Σ dy·n, dx = gamma/deviation · (dy - dbeta/m - n·dgamma/m),
// and gamma/deviation · dy where the statistics are frozen.
void backward(const graph::BatchNorm& op, const NodeCall& call) {
  const Operand &x = call.inputs[0], &gamma = call.inputs[1], &beta = call.inputs[2], &y = call.outputs[0];
  const std::int64_t channels = gamma.elements();
  const std::int64_t rows = call.samples * x.elements() / channels;
  const Statistics s =
      call.frozen_norms ? moving_statistics(call.inputs[3], call.inputs[4]) : batch_statistics(x, rows, channels);
  const std::vector<float> inverse = inverse_deviations(op, s);
  const auto normal = [&](std::int64_t i, std::size_t c) {
    return (x.values[i] - static_cast<float>(s.mean[c])) * inverse[c];
  };
  std::vector<double> dgamma(static_cast<std::size_t>(channels));
  std::vector<double> dbeta(static_cast<std::size_t>(channels));
  for (std::int64_t i = 0; i < rows * channels; ++i) {
    const auto c = static_cast<std::size_t>(i % channels);
    dgamma[c] += static_cast<double>(y.gradient[i]) * normal(i, c);
    dbeta[c] += y.gradient[i];
  }
  for (std::size_t c = 0; c < dgamma.size(); ++c) {
    gamma.gradient[c] += static_cast<float>(dgamma[c]);
    beta.gradient[c] += static_cast<float>(dbeta[c]);
  }
  if (x.gradient == nullptr) return;
  for (std::int64_t i = 0; i < rows * channels; ++i) {
    const auto c = static_cast<std::size_t>(i % channels);
    const auto pull = static_cast<float>((dbeta[c] + dgamma[c] * normal(i, c)) / static_cast<double>(rows));
    x.gradient[i] += gamma.values[c] * inverse[c] * (y.gradient[i] - (call.frozen_norms ? 0.0F : pull));
  }
}

}  // namespace mote::trainer
