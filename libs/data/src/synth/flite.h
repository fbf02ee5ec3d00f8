// flite and its five American and Scottish voices. See engines.h.
#pragma once

#include <string>
#include <vector>

#include "synth/engines.h"

namespace mote::data::flite {

void load();
std::vector<std::string> voices();  // "kal", "kal16", "awb", "rms", "slt"

struct Speech {
  std::string voice;
  double stretch;             // duration over the voice's own
  double pitch_hz;            // mean
  double pitch_deviation_hz;  // standard deviation
  std::string text;
};
// Error(kNotFound) for an unknown voice, Error(kIo) when the engine fails.
RawSpeech speak(const Speech& speech);

}  // namespace mote::data::flite
