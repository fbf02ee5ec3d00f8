// Trainings with hooks, as the tests of pruning and distillation run them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "mote/base/error.h"
#include "mote/trainer/initialize.h"
#include "mote/trainer/train.h"
#include "synthetic_source.h"

namespace mote::trainer::test {

using MakeHooks = std::function<std::shared_ptr<TrainingHooks>()>;

// Four epochs of five steps on samples of small_conv_net(3).
inline TrainSettings short_settings() {
  TrainSettings settings;
  settings.epochs = 4;
  settings.batch = 16;
  settings.learning_rate = 0.01;
  settings.ema_decay = 0.9;
  settings.weight_decay = 1e-3;
  settings.checkpoint_every_steps = 3;
  settings.seed = 11;
  return settings;
}

inline graph::Graph short_start() {
  return initialize(small_conv_net(3), 1);
}

inline TrainResult train_with(const std::shared_ptr<TrainingHooks>& hook, int threads = 2,
                              const TrainSettings& settings = short_settings()) {
  ThreadPool pool(threads);
  SyntheticSource source(30, 3, 70, 30);
  TrainIo io{pool};
  io.hooks = {hook};
  return train(short_start(), source, settings, io);
}

// Killed several times on the way, and run to its end from the checkpoint.
inline TrainResult train_killed(const MakeHooks& make_hooks, const std::filesystem::path& checkpoint) {
  std::filesystem::remove(checkpoint);
  for (int killed_at : {3, 5, 8, 6, 0}) {
    ThreadPool pool(killed_at == 8 ? 1 : 3);
    SyntheticSource source(30, 3, 70, 30);
    source.fail_at_fill = killed_at;
    TrainIo io{pool, null_log(), checkpoint, "key"};
    io.hooks = {make_hooks()};
    try {
      TrainResult result = train(short_start(), source, short_settings(), io);
      std::filesystem::remove(checkpoint);
      return result;
    } catch (const std::runtime_error& error) {
      if (std::string(error.what()) != "the disk is gone") throw;
    }
  }
  throw std::logic_error("the last training was killed too");
}

}  // namespace mote::trainer::test
