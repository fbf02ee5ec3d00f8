#include "synth/espeak.h"

#include <espeak-ng/speak_lib.h>

#include <algorithm>
#include <filesystem>

#include "mote/base/error.h"

namespace mote::data::espeak {
namespace {

constexpr char kPronunciation[] = "en-us";
constexpr std::string_view kVariantFolder = "!v/";

int rate_hz = 0;                             // 0: not loaded
std::vector<std::int16_t>* heard = nullptr;  // where the callback puts samples

int on_samples(short* samples, int count, espeak_EVENT*) {
  if (samples != nullptr) heard->insert(heard->end(), samples, samples + count);
  return 0;
}

void select(const std::string& voice) {
  if (rate_hz == 0) {
    throw Error(ErrorCode::kUnsupported,
                "[synth] wanted espeak-ng's voices, got none: install espeak-ng-data or set "
                "synth.espeak_path to the folder that holds espeak-ng-data");
  }
  if (espeak_SetVoiceByName(voice.c_str()) == EE_OK) return;
  throw Error(ErrorCode::kNotFound,
              "[synth] wanted a voice of espeak-ng, got '" + voice + "': 'espeak-ng --voices=en' lists them");
}

}  // namespace

bool load(const std::string& path) {
  if (!path.empty() && !std::filesystem::is_directory(std::filesystem::path(path) / "espeak-ng-data")) return false;
  const char* folder = path.empty() ? nullptr : path.c_str();
  const int rate = espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, folder, espeakINITIALIZE_DONT_EXIT);
  if (rate <= 0) return false;
  rate_hz = rate;
  espeak_SetSynthCallback(on_samples);
  return !speakers().empty();
}

std::string version() {
  const char* folder = nullptr;
  const std::string number = espeak_Info(&folder);
  return number;
}

std::vector<std::string> speakers() {
  espeak_VOICE wanted{};
  wanted.languages = "variant";
  std::vector<std::string> names;
  for (const espeak_VOICE** voice = espeak_ListVoices(&wanted); *voice != nullptr; ++voice) {
    const std::string_view file = (*voice)->identifier;
    if (file.starts_with(kVariantFolder)) names.emplace_back(file.substr(kVariantFolder.size()));
  }
  std::sort(names.begin(), names.end());  // the engine's order is that of the disk
  return names;
}

RawSpeech speak(const Speech& speech) {
  select(speech.voice);
  espeak_SetParameter(espeakRATE, speech.speed_wpm, 0);
  espeak_SetParameter(espeakPITCH, speech.pitch, 0);
  espeak_SetParameter(espeakRANGE, speech.pitch_range, 0);
  RawSpeech result{rate_hz, {}};
  heard = &result.samples;
  espeak_Synth(speech.text.c_str(), speech.text.size() + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8, nullptr, nullptr);
  espeak_Synchronize();
  return result;
}

std::string phonemes(const std::string& text) {
  select(kPronunciation);
  const int separated = espeakPHONEMES_IPA | (' ' << 8);
  std::string symbols;
  const void* next = text.c_str();
  while (next != nullptr) {
    symbols += espeak_TextToPhonemes(&next, espeakCHARS_UTF8, separated);
    symbols += ' ';
  }
  return symbols;
}

}  // namespace mote::data::espeak
