#include "sample_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "mote/base/rng.h"

namespace mote::pipeline::test {

namespace {

constexpr std::array kWords = {"_silence_", "_unknown_", "yes", "no",   "up", "down",    "left",
                               "right",     "on",        "off", "stop", "go", "forward", "backward"};

std::string class_name(std::size_t index) {
  return index < kWords.size() ? kWords[index] : fmt::format("word {}", index);
}

std::vector<float> softmax(const std::vector<double>& logits) {
  std::vector<float> scores;
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit);
  for (const double logit : logits) scores.push_back(static_cast<float>(std::exp(logit) / sum));
  return scores;
}

// What an int8 softmax gives: steps of 1/256, at most 255/256.
evaluate::Predictions quantized(evaluate::Predictions predictions) {
  Rng rng = Rng::derive(7, "sample.int8");
  for (float& score : predictions.scores) {
    const double moved = score + 0.012 * rng.normal() * std::sqrt(score * (1 - score));
    score = static_cast<float>(std::clamp(std::round(moved * 256), 0.0, 255.0) / 256);
  }
  return predictions;
}

FeaturePicture sample_picture(const evaluate::Predictions& predictions, std::size_t clip) {
  constexpr int kFrames = 49;
  constexpr int kBins = 40;
  Rng rng = Rng::derive(3, "sample.picture", {clip});
  const double start = rng.uniform(8, 20);
  const double formant = rng.uniform(6, 16);
  std::vector<float> values;
  for (int frame = 0; frame < kFrames; ++frame) {
    const double envelope = std::exp(-std::pow((frame - start - 8) / 7, 2));
    for (int bin = 0; bin < kBins; ++bin) {
      const double low = std::exp(-std::pow((bin - formant - 0.1 * frame) / 3, 2));
      const double high = 0.6 * std::exp(-std::pow((bin - formant - 16 + 0.2 * frame) / 4, 2));
      values.push_back(static_cast<float>(-6 + 5 * envelope * (low + high + 0.3) + 0.5 * rng.normal()));
    }
  }
  FeaturePicture picture = make_feature_picture(values, kFrames, kBins);
  picture.clip = predictions.clips[clip];
  picture.label = predictions.labels[static_cast<std::size_t>(predictions.truth[clip])];
  const auto seen = static_cast<std::size_t>(predictions.predicted(clip));
  picture.prediction = predictions.labels[seen];
  picture.score = predictions.scores_of(clip)[seen];
  return picture;
}

std::vector<FeaturePicture> sample_pictures(const evaluate::Predictions& predictions) {
  std::vector<FeaturePicture> pictures;
  std::size_t wrong = 0;
  std::size_t typical = 0;
  for (std::size_t clip = 0; clip < predictions.clip_count(); ++clip) {
    std::size_t& taken = predictions.predicted(clip) == predictions.truth[clip] ? typical : wrong;
    if (taken == 6 || (&taken == &typical && clip % 41 != 0)) continue;
    ++taken;
    pictures.push_back(sample_picture(predictions, clip));
  }
  return pictures;
}

TrainingSummary sample_training() {
  TrainingSummary training;
  training.architecture = "ds-cnn (width 64, depth 4)";
  training.best_epoch = 27;
  Rng rng = Rng::derive(5, "sample.training");
  for (int epoch = 1; epoch <= 32; ++epoch) {
    Epoch each;
    each.epoch = epoch;
    each.learning_rate = 0.0005 * (1 + std::cos(3.14159 * epoch / 32));
    each.train_loss = 0.31 + 1.9 * std::exp(-epoch / 4.0) + 0.01 * rng.normal();
    each.train_accuracy = 0.93 - 0.7 * std::exp(-epoch / 4.5) + 0.003 * rng.normal();
    each.validation_loss = 0.36 + 1.6 * std::exp(-epoch / 4.2) + 0.025 * rng.normal();
    each.validation_accuracy = 0.915 - 0.62 * std::exp(-epoch / 4.2) + 0.008 * rng.normal();
    training.epochs.push_back(each);
  }
  training.settings = {{"Optimizer", "adamw, learning rate 0.001, weight decay 0.0001"},
                       {"Schedule", "cosine, 2 epochs of warm-up"},
                       {"Batch", "100"}};
  return training;
}

void add_network(Report& report, std::int64_t classes) {
  const auto layer = [&](std::string name, std::string op, std::vector<std::int64_t> shape, std::int64_t macs,
                         std::int64_t weights) {
    std::int64_t size = 1;
    for (const auto each : shape) size *= each;
    const double scale = 0.0235 + 0.001 * static_cast<double>(report.layers.size());
    report.layers.push_back(
        {std::move(name), std::move(op), std::move(shape), macs, weights + 64, weights + 256, size, scale, -128});
  };
  layer("stem", "conv2d", {1, 25, 5, 64}, 320000, 2560);
  for (int block = 1; block <= 4; ++block) {
    layer(fmt::format("block{}.depthwise", block), "depthwise_conv2d", {1, 25, 5, 64}, 72000, 576);
    layer(fmt::format("block{}.pointwise", block), "conv2d", {1, 25, 5, 64}, 512000, 4096);
  }
  layer("pool", "average_pool", {1, 1, 1, 64}, 0, 0);
  layer("logits", "dense", {1, classes}, 64 * classes, 64 * classes);
  layer("scores", "softmax", {1, classes}, 0, 0);

  MemoryMap memory;
  memory.arena_bytes = 16000;
  memory.tensors.push_back({"features", 15510, 490, 0, 0});
  for (std::size_t step = 0; step < report.layers.size(); ++step) {
    const Layer& each = report.layers[step];
    const auto at = static_cast<std::int64_t>(step);
    const std::int64_t last = std::min<std::int64_t>(at + 1, static_cast<std::int64_t>(report.layers.size()) - 1);
    memory.steps.push_back(each.name);
    memory.tensors.push_back({each.name, step % 2 == 0 ? 0 : 8000, each.activation_bytes, at, last});
  }
  report.memory = std::move(memory);
}

Evaluation sample_evaluation(std::size_t classes) {
  const auto fp32 = sample_predictions(classes, 100, 1.55);
  const auto int8 = quantized(fp32);
  Evaluation evaluation;
  evaluation.data = "the recipe's own";
  evaluation.split = "validation";
  evaluation.features = "device";
  evaluation.skipped = 3;
  evaluation.fp32 = evaluate::measure(fp32);
  evaluation.int8 = evaluate::measure(int8);
  evaluation.comparison = evaluate::compare(fp32, int8, {.resamples = 200});
  evaluation.worst = evaluate::worst_clips(int8, 10);
  evaluation.notes = {"There is no test split: the validation split was used, and the checkpoint was chosen on it."};
  return evaluation;
}

DatasetSummary sample_dataset(const Evaluation& evaluation) {
  DatasetSummary dataset;
  dataset.layout = "speech-commands";
  dataset.split_rule = "by speaker: the official hash of the speaker's name, so that no speaker is in two splits";
  dataset.sample_rate_hz = 16000;
  dataset.duration_s = 38546.5;
  std::int64_t train = 3000;
  for (const auto& each : evaluation.int8->classes) {
    dataset.classes.push_back({each.name, train, each.support, 0});
    train += 37;
  }
  dataset.groups = SplitCounts{"speaker", 2112, 256, 0};
  dataset.clipped = 41;
  dataset.silent = 2;
  dataset.duplicate = 7;
  dataset.unreadable = 1;
  dataset.notes = {"bed/3f45.wav cannot be read: truncated after 1,204 of 32,000 bytes."};
  return dataset;
}

MixedPrecision sample_mixed() {
  MixedPrecision mixed;
  mixed.split = "validation";
  mixed.clips = 500;
  mixed.divergence = 0.0112;
  mixed.costs = {{"weights", 24912, 14947, 14800}, {"instructions", 2742000, std::nullopt, 6532821}};
  mixed.layers = {{"conv<0>",
                   "int4",
                   2560,
                   {{"int8", 2560, 9712, 2742000, 0, 0.00003}, {"int4", 1280, 16192, 3530151, 0.001, 0.0112}}}};
  return mixed;
}

DoctorFindings sample_doctor() {
  DoctorLayer layer;
  layer.name = "dw1 <first>";
  layer.op = "depthwise_conv2d";
  layer.seen_low = 0;
  layer.seen_high = 5.5;
  layer.kept_high = 6;
  layer.clipped_share = 0.0001;
  layer.whole_sqnr_db = 17.2;
  layer.alone_sqnr_db = 21.5;
  layer.alone_accuracy_lost = 0.021;
  layer.alone_divergence = 0.11;
  layer.as_float_accuracy_lost = 0.03;
  layer.as_float_divergence = 0.2;
  layer.channel_spread = 61.2;
  layer.outlier_channels = {3, 17};
  layer.dead_channels = {5};
  DoctorFindings doctor;
  doctor.split = "validation";
  doctor.clips = 500;
  doctor.float_accuracy = 0.93;
  doctor.int8_accuracy = 0.88;
  doctor.divergence = 0.31;
  doctor.layers = {layer};
  doctor.proposals = {{"equalize", "repair.passes = [\"equalize\"]", "unequal channels", 0.04}};
  doctor.trials = {{"none", 0.88, 0.05, 0.31, 42000, 9000, 1200000, true},
                   {"equalize", 0.93, 0.0, 0.002, 42000, 9000, 1200000, true}};
  doctor.settings = {{"repair.passes", "[\"equalize\"]"}};
  doctor.verdict = {"test", 400, 0.92, 0.87, 0.92};
  doctor.notes = {"measured on the validation split"};
  return doctor;
}

}  // namespace

evaluate::Predictions sample_predictions(std::size_t classes, std::size_t clips_a_class, double noise) {
  evaluate::Predictions predictions;
  for (std::size_t label = 0; label < classes; ++label) predictions.labels.push_back(class_name(label));
  Rng rng = Rng::derive(11, "sample.predictions");
  for (std::size_t label = 0; label < classes; ++label) {
    for (std::size_t clip = 0; clip < clips_a_class; ++clip) {
      std::vector<double> logits(classes);
      for (double& logit : logits) logit = noise * rng.normal();
      logits[label] += 7.4 - 0.9 * static_cast<double>(label % 3);
      if (label + 1 < classes) logits[label + 1] += 1.2 * static_cast<double>(label % 2);
      const auto scores = softmax(logits);
      predictions.clips.push_back(
          fmt::format("{}/{:08x}_nohash_{}.wav", class_name(label), rng.next() >> 32, clip % 4));
      predictions.truth.push_back(static_cast<int>(label));
      predictions.scores.insert(predictions.scores.end(), scores.begin(), scores.end());
    }
  }
  return predictions;
}

Report sample_report(std::size_t classes) {
  Report report;
  report.run = {"speech-commands",
                "The 12 classes of MLPerf Tiny: ten words, silence and the unknown, 49 × 10 MFCC, DS-CNN.",
                42,
                "0.1.0",
                "avx512",
                std::string(64, '3'),
                std::string(64, 'd'),
                "9f2c41d07be6a5518c0e4d1f9f2c41d07be6a5518c0e4d1f9f2c41d07be6a551"};
  report.notices = {
      {"note", "Checkpoint", "The weights were chosen on the split that is shown here."},
      {"warning", "Synthesized speech",
       "Accuracy on synthesized clips is no estimate for people. Record 10 to 20 real clips a word and "
       "measure with mote eval."},
      {"warning", "Words that sound alike", "\"no\" and \"go\" differ in one phoneme: expect confusion."}};
  report.evaluation = sample_evaluation(classes);
  report.gates = {gate_at_least("int8_accuracy", 86, 100 * report.evaluation->int8->accuracy, "%"),
                  gate_at_most("int8_loss", 0.5, -100 * report.evaluation->comparison->accuracy_difference, "points"),
                  gate_at_most("arena_bytes", 12000, 16000, "bytes"), gate_at_most("macs", 3000000, 2656768, "MACs")};
  report.dataset = sample_dataset(*report.evaluation);
  report.features =
      FeatureSummary{"mfcc",
                     {49, 10, 1},
                     {{"Window", "40 ms, hop 20 ms, Hann"}, {"FFT", "1024"}, {"Mel", "40 bands, 20 to 4000 Hz, HTK"}}};
  report.training = sample_training();
  report.sizes = Sizes{53936, 24376, 16000, 2656768, 22604, std::nullopt};
  add_network(report, static_cast<std::int64_t>(classes));
  report.mixed = sample_mixed();
  report.doctor = sample_doctor();
  report.pictures = sample_pictures(sample_predictions(classes, 100, 1.55));
  report.artefacts = {{"model.tflite", 53936, report.run.model_hash}, {"model_data.cc", 341022, std::string(64, 'a')}};
  report.provenance = {{"Data set", "Speech Commands v0.02, CC BY 4.0"}, {"Voices", "espeak-ng 1.51, flite 2.2"}};
  return report;
}

}  // namespace mote::pipeline::test
