// The training loop: from an initialized kTrain graph and a source of batches to a trained kTrain graph.
//
// Use it after initialize(); folding batch norms (kTrain to kFloat) is quant's. It evaluates on the validation set
// after each epoch, keeps checkpoints, and stops when it is told to. The trained graph's bytes depend on graph, source,
// settings and instruction set; not on threads, nor on whether the run was stopped or killed and started again.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mote/base/log.h"
#include "mote/base/thread_pool.h"
#include "mote/graph/graph.h"
#include "mote/trainer/batch_source.h"
#include "mote/trainer/settings.h"

namespace mote::trainer {

// What compression adds to the loop: made by the functions of prune.h and distill.h.
class TrainingHooks;

// One finished epoch. Losses are mean cross-entropies in nats, accuracies are shares in [0, 1]. Validation figures are
// those of the averaged weights where ema_decay is on, and 0 without a validation set.
struct EpochRecord {
  std::int32_t epoch = 0;    // from 0
  double learning_rate = 0;  // of its last step
  double train_loss = 0;     // smoothed, mixed and weighted as trained on
  double train_accuracy = 0;
  double validation_loss = 0;
  double validation_accuracy = 0;
};

// What a training run needs from its surroundings. References must outlive the call.
struct TrainIo {
  ThreadPool& pool;
  LogSink& log = null_log();
  // Where the checkpoint lies; empty: none is read or written.
  std::filesystem::path checkpoint = {};
  // Names everything that shapes this run (a stage key): a checkpoint of another key is stale, which is said, and
  // ignored.
  std::string key = {};
  // Called after each epoch. On resuming it is first called for every epoch done before, in order: a log that is
  // written from its start by each run is whole.
  std::function<void(const EpochRecord&)> on_epoch = {};
  // Set by a signal handler, say: the run ends before its next step with Error(kInterrupted).
  const std::atomic<bool>* stop = nullptr;
  // Called in order in each step; each object for one call of train().
  std::vector<std::shared_ptr<TrainingHooks>> hooks = {};
};

enum class Ending : std::uint8_t { kAllEpochs, kOutOfPatience };

struct TrainResult {
  graph::Graph graph;           // the kTrain graph with the selected weights and moving statistics
  std::int32_t best_epoch = 0;  // whose weights these are
  std::vector<EpochRecord> history;
  Ending ending = Ending::kAllEpochs;
};

// Trains. `graph` is a kTrain graph of one input that ends in a softmax over source.classes(), all weights with values.
// The last checkpoint stays in place: called again with it, train() does no step and returns the same result.
//
// Errors: kInvalid: settings out of range; source and graph that do not fit; labels out of range; select = best or
// patience without a validation set; a loss or weights that are not finite. kUnsupported: a graph without a final
// softmax. kCorrupt: a checkpoint that is cut, damaged or none (the message says to delete it). kIo: a checkpoint that
// cannot be written. kInterrupted: stopped as asked; called again, it goes on from that step.
TrainResult train(const graph::Graph& graph, BatchSource& source, const TrainSettings& settings, const TrainIo& io);

}  // namespace mote::trainer
