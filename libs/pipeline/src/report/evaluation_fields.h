// Fields of what libs/evaluate measures, as they stand in the report. See report_fields.h.
#pragma once

#include "mote/evaluate/compare.h"
#include "mote/evaluate/metrics.h"
#include "report/fields.h"

namespace mote::pipeline {

MOTE_REPORT_FIELDS(evaluate::Interval, "interval") {
  visit("low", &Self::low, "lower bound");
  visit("high", &Self::high, "upper bound");
}

MOTE_REPORT_FIELDS(evaluate::CalibrationBin, "calibration bin") {
  visit("low", &Self::low, "least highest-score in the bin");
  visit("high", &Self::high, "upper end; excluded, but for the last bin");
  visit("clips", &Self::clips, "clips in the bin");
  visit("mean_confidence", &Self::mean_confidence, "mean of their highest scores; 0 in an empty bin");
  visit("accuracy", &Self::accuracy, "share of them that is right; 0 in an empty bin");
}

MOTE_REPORT_FIELDS(evaluate::TopK, "top-k") {
  visit("k", &Self::k, "how many guesses are allowed");
  visit("accuracy", &Self::accuracy, "share of clips whose label is among the k highest scores");
}

MOTE_REPORT_FIELDS(evaluate::ClassMetrics, "class metrics") {
  visit("name", &Self::name, "the class");
  visit("support", &Self::support, "clips of the class");
  visit("predicted", &Self::predicted, "clips taken for it");
  visit("correct", &Self::correct, "clips of the class taken for it");
  visit("precision", &Self::precision, "correct / predicted; absent when never predicted");
  visit("recall", &Self::recall, "correct / support; absent without clips");
  visit("f1", &Self::f1, "2·correct / (support + predicted); absent when both are 0");
  visit("auc", &Self::auc, "area under its ROC against the rest; absent without clips of both kinds");
}

MOTE_REPORT_FIELDS(evaluate::Metrics, "metrics") {
  visit("clips", &Self::clips, "clips that were evaluated");
  visit("correct", &Self::correct, "clips whose highest score is their label's");
  visit("accuracy", &Self::accuracy, "correct / clips");
  visit("confidence", &Self::confidence, "confidence of accuracy_interval");
  visit("accuracy_interval", &Self::accuracy_interval,
        "Wilson's interval of the accuracy; treats clips as independent");
  visit("balanced_accuracy", &Self::balanced_accuracy, "mean recall over the classes that have clips");
  visit("macro_f1", &Self::macro_f1, "mean F1 over the classes that have clips");
  visit("log_loss", &Self::log_loss, "mean −ln of the label's score (floored at 1e-7), nats");
  visit("expected_calibration_error", &Self::expected_calibration_error,
        "mean |accuracy − confidence| over the bins, weighted by clips");
  visit("calibration", &Self::calibration, "bins of equal width by highest score");
  visit("top_k", &Self::top_k, "accuracy with more than one guess");
  visit("classes", &Self::classes, "rates of each class, in label order");
  visit("confusion", &Self::confusion, "counts, one row a label, one column a prediction");
}

MOTE_REPORT_FIELDS(evaluate::Disagreement, "disagreement") {
  visit("clip", &Self::clip, "the clip");
  visit("label", &Self::label, "its true class");
  visit("reference_prediction", &Self::reference_prediction, "class that FP32 saw");
  visit("candidate_prediction", &Self::candidate_prediction, "class that INT8 saw");
  visit("reference_score", &Self::reference_score, "FP32's score of its prediction");
  visit("candidate_score", &Self::candidate_score, "INT8's score of its prediction");
}

MOTE_REPORT_FIELDS(evaluate::Comparison, "comparison") {
  visit("clips", &Self::clips, "clips that both models saw");
  visit("disagreements", &Self::disagreements, "clips with different predictions");
  visit("only_reference_correct", &Self::only_reference_correct, "clips that only FP32 got right");
  visit("only_candidate_correct", &Self::only_candidate_correct, "clips that only INT8 got right");
  visit("accuracy_difference", &Self::accuracy_difference, "accuracy of INT8 less that of FP32");
  visit("confidence", &Self::confidence, "confidence of difference_interval");
  visit("difference_interval", &Self::difference_interval,
        "interval of the difference, by paired bootstrap over clips");
  visit("mcnemar_p", &Self::mcnemar_p, "exact two-sided McNemar test of \"both are equally good\"");
  visit("largest_score_difference", &Self::largest_score_difference, "largest change of any score of any clip");
  visit("listed", &Self::listed, "the disagreements, in clip order; a long list is cut");
}

MOTE_REPORT_FIELDS(evaluate::WorstClip, "worst clip") {
  visit("clip", &Self::clip, "the clip");
  visit("label", &Self::label, "its true class");
  visit("prediction", &Self::prediction, "class that the model saw");
  visit("label_score", &Self::label_score, "score of the label");
  visit("prediction_score", &Self::prediction_score, "score of the prediction");
  visit("loss", &Self::loss, "−ln of the label's score, nats");
}

}  // namespace mote::pipeline
