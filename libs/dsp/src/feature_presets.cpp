#include <fmt/format.h>

#include <vector>

#include "mote/base/error.h"
#include "mote/base/text.h"
#include "mote/dsp/feature_settings.h"

namespace mote::dsp {
namespace {

// tf.signal.stft (periodic Hann, FFT the next power of two), tf.abs, linear_to_mel_weight_matrix(40, 257, 16000, 20,
// 4000), log(x + 1e-6), mfccs_from_log_mel_spectrograms()[..., :10].
FeatureSettings mlperf_tiny() {
  return {};
}

// librosa.feature.mfcc with its defaults, but power_to_db(top_db=None).
FeatureSettings librosa() {
  FeatureSettings s;
  s.sample_rate_hz = 22050;
  s.window_samples = 2048;
  s.hop_samples = 512;
  s.padding = Padding::kZero;
  s.spectrum = Spectrum::kPower;
  s.low_hz = 0.0;
  s.high_hz = 0.0;
  s.mel_scale = MelScale::kSlaney;
  s.mel_triangles = MelTriangles::kHz;
  s.mel_norm = MelNorm::kSlaney;
  s.mel_count = 128;
  s.log = LogKind::kDecibel;
  s.log_floor = 1e-10;
  s.mfcc_count = 20;
  s.dct = DctNorm::kOrtho;
  return s;
}

// compute-mfcc-feats with its defaults, but --dither=0.
FeatureSettings kaldi() {
  FeatureSettings s;
  s.window_ms = 25.0;
  s.hop_ms = 10.0;
  s.window_function = WindowFunction::kPovey;
  s.sample_scale = 32768.0;
  s.remove_dc = true;
  s.pre_emphasis = 0.97;
  s.spectrum = Spectrum::kPower;
  s.high_hz = 0.0;
  s.mel_count = 23;
  s.log = LogKind::kFloor;
  s.log_floor = 1.1920928955078125e-07;  // FLT_EPSILON
  s.mfcc_count = 13;
  s.dct = DctNorm::kOrtho;
  s.lifter = 22.0;
  s.log_energy = true;
  return s;
}

FeatureSettings log_mel_of(FeatureSettings s) {
  s.kind = FeatureKind::kLogMel;
  s.log_energy = false;
  return s;
}

FeatureSettings motion() {
  FeatureSettings s;
  s.kind = FeatureKind::kStatisticsSpectrum;
  s.sample_rate_hz = 100;
  s.channels = 3;
  s.window_ms = 1000.0;
  s.hop_ms = 1000.0;
  s.remove_dc = true;
  s.low_hz = 0.5;
  s.high_hz = 0.0;
  s.log = LogKind::kNone;
  return s;
}

const std::vector<FeaturePreset>& presets() {
  static const std::vector<FeaturePreset> all{
      {"mlperf-tiny", "TensorFlow's pipeline of the MLPerf Tiny keyword spotter (tf.signal), 49 x 10 MFCC of 1 s",
       mlperf_tiny()},
      {"mlperf-tiny-log-mel", "the same up to the 40 log mels", log_mel_of(mlperf_tiny())},
      {"librosa", "librosa.feature.mfcc, its defaults without top_db; offline", librosa()},
      {"librosa-log-mel", "librosa.power_to_db(librosa.feature.melspectrogram), the same; offline",
       log_mel_of(librosa())},
      {"kaldi", "compute-mfcc-feats, its defaults with dither 0", kaldi()},
      {"kaldi-log-mel", "compute-fbank-feats, its defaults with dither 0", log_mel_of(kaldi())},
      {"motion", "mean, deviation, RMS and FFT bins of 1 s of a 3-axis sensor at 100 Hz", motion()},
  };
  return all;
}

}  // namespace

std::span<const FeaturePreset> feature_presets() {
  return presets();
}

const FeatureSettings& feature_preset(std::string_view name) {
  std::vector<std::string> names;
  for (const FeaturePreset& preset : presets()) {
    if (preset.name == name) return preset.settings;
    names.emplace_back(preset.name);
  }
  throw Error(ErrorCode::kInvalid, fmt::format("[features] preset must be one of {}, got '{}'{}", join(names, ", "),
                                               name, did_you_mean(name, names)));
}

}  // namespace mote::dsp
