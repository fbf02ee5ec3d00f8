// The loss of a sample with a teacher, against its definition and against its own differences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "loss.h"

namespace mote::trainer {
namespace {

std::vector<float> softmax(const std::vector<double>& logits, double temperature) {
  std::vector<float> result;
  double total = 0;
  for (double z : logits) total += std::exp(z / temperature);
  for (double z : logits) result.push_back(static_cast<float>(std::exp(z / temperature) / total));
  return result;
}

struct Case {
  std::vector<double> logits{0.3, -1.2, 2.0};
  std::vector<float> targets{0.1F, 0.8F, 0.1F};
  std::vector<float> answers{0.2F, 0.5F, 0.3F};
  TeacherAnswers teacher{answers, 3.0F, 0.4F};
  std::vector<float> gradient = std::vector<float>(3);

  double loss(double share = 1) {
    Batch batch;
    batch.targets = targets;
    batch.teacher = teacher;
    return sample_loss(batch, 0, softmax(logits, 1), 1.0F, share, gradient);
  }
};

TEST(SampleLoss, IsTheSumOfCrossEntropyAndTheDistanceFromTheTeacher) {
  Case one;
  const std::vector<float> p = softmax(one.logits, 1), soft = softmax(one.logits, 3);
  double wanted = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    wanted -= 0.6 * static_cast<double>(one.targets[k]) * std::log(static_cast<double>(p[k]));
    const auto answer = static_cast<double>(one.answers[k]);
    wanted += 0.4 * 9.0 * answer * std::log(answer / static_cast<double>(soft[k]));
  }
  EXPECT_NEAR(one.loss(), wanted, 1e-5);
  EXPECT_NEAR(one.loss(0.25), 0.25 * wanted, 1e-5);
}

TEST(SampleLoss, HasTheGradientOfItsDifferences) {
  Case one;
  one.loss();
  const std::vector<float> gradient = one.gradient;
  for (std::size_t k = 0; k < 3; ++k) {
    Case up, down;
    up.logits[k] += 1e-2;
    down.logits[k] -= 1e-2;
    EXPECT_NEAR(static_cast<double>(gradient[k]), (up.loss() - down.loss()) / 2e-2, 1e-3) << k;
  }
}

TEST(SampleLoss, IsZeroWhereTheStudentSaysWhatTheTeacherSays) {
  Case one;
  one.answers = softmax(one.logits, 3);
  one.teacher = {one.answers, 3.0F, 1.0F};
  EXPECT_NEAR(one.loss(), 0, 1e-6);
  for (float g : one.gradient) EXPECT_NEAR(g, 0, 1e-6);
}

TEST(SampleLoss, IsCrossEntropyWithoutATeacher) {
  Case one;
  one.teacher = {};
  EXPECT_EQ(one.loss(), cross_entropy(softmax(one.logits, 1), one.targets));
}

TEST(Soften, TakesTheSoftmaxToAnotherTemperature) {
  const std::vector<double> logits{0.3, -1.2, 2.0};
  std::vector<float> out(3);
  soften(softmax(logits, 1), 3.0F, out);
  for (std::size_t k = 0; k < 3; ++k) EXPECT_NEAR(out[k], softmax(logits, 3)[k], 1e-6);
}

TEST(Soften, TakesAProbabilityOfZero) {
  const std::vector<float> p{1, 0};
  std::vector<float> out(2);
  soften(p, 2.0F, out);
  EXPECT_NEAR(out[0], 1, 1e-6);
  EXPECT_TRUE(std::isfinite(out[1]));
}

}  // namespace
}  // namespace mote::trainer
