#include "mote/data/layouts.h"

#include <gtest/gtest.h>

#include <map>

#include "shared_data.h"
#include "test_files.h"

namespace mote::data {
namespace {

using test::expect_error;
using test::put_file;
using test::TempFolder;
using test::write_ramp;

LayoutSettings at(const std::filesystem::path& root, Layout layout) {
  LayoutSettings settings;
  settings.root = root;
  settings.layout = layout;
  return settings;
}

std::map<std::string, int> count_labels(const Manifest& manifest) {
  std::map<std::string, int> counts;
  for (const Entry& entry : manifest.entries) ++counts[entry.label];
  return counts;
}

const Entry& entry_named(const Manifest& manifest, std::string_view id) {
  for (const Entry& entry : manifest.entries) {
    if (entry.id == id) return entry;
  }
  throw Error(ErrorCode::kNotFound, "no entry " + std::string(id));
}

// Three words of four speakers each, a noise recording.
void make_words(const TempFolder& folder) {
  int first = 0;
  for (const char* word : {"yes", "no", "dog"}) {
    for (const char* speaker : {"anna", "bert", "carl", "dora"}) {
      write_ramp(folder / (std::string(word) + "/" + speaker + "_nohash_0.wav"), first += 7);
    }
  }
  write_ramp(folder / "_background_noise_/hum.wav", 1, 3000);
}

TEST(Folders, TakeTheFirstFolderAsLabel) {
  TempFolder folder;
  write_ramp(folder / "on/a.wav", 1);
  write_ramp(folder / "off/deep/b.WAV", 2);
  put_file(folder / "README.md", "words");
  put_file(folder / "on/notes.csv", "1,2\n");
  put_file(folder / ".hidden/c.wav", "x");
  const Manifest manifest = load_layout(at(folder.path(), Layout::kFolders));
  EXPECT_EQ(manifest.labels, (std::vector<std::string>{"off", "on"}));
  ASSERT_EQ(manifest.entries.size(), 2U);
  EXPECT_EQ(manifest.entries[0].id, "off/deep/b.WAV");
  const auto clip = manifest.entries[1].read();
  ASSERT_TRUE(clip.ok());
  EXPECT_EQ(clip.value().label, "on");
  EXPECT_EQ(clip.value().samples, 1600);
}

TEST(Folders, NameAMissingRootAndOneWithoutClips) {
  TempFolder folder;
  expect_error(ErrorCode::kNotFound, {"/nowhere", "dataset.path"},
               [] { load_layout(at("/nowhere", Layout::kFolders)); });
  expect_error(ErrorCode::kInvalid, {folder.path().string(), "got none"},
               [&] { load_layout(at(folder.path(), Layout::kFolders)); });
  write_ramp(folder / "a.wav", 1);
  expect_error(ErrorCode::kNotFound, {"got a file"}, [&] { load_layout(at(folder / "a.wav", Layout::kFolders)); });
}

TEST(Folders, NameALabelThatIsNotOnDisk) {
  TempFolder folder;
  make_words(folder);
  LayoutSettings settings = at(folder.path(), Layout::kSpeechCommands);
  settings.labels = {"yes", "nno"};
  expect_error(ErrorCode::kNotFound, {"clips of 'nno'", "dog, no, yes", "did you mean 'no'?"},
               [&] { load_layout(settings); });
  settings.missing_labels = MissingLabels::kAllow;
  EXPECT_EQ(load_layout(settings).entries.size(), 4U);
}

TEST(SpeechCommands, LetTheListsAloneDecide) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "validation_list.txt",
           std::string_view("yes/anna_nohash_0.wav\nno/anna_nohash_0.wav\ndog/anna_nohash_0.wav\n"));
  const Manifest manifest = load_layout(at(folder.path(), Layout::kSpeechCommands));
  EXPECT_EQ(entries_of(manifest, Split::kValidation).size(), 3U);
  EXPECT_EQ(entries_of(manifest, Split::kTest).size(), 0U);
  EXPECT_EQ(entry_named(manifest, "yes/bert_nohash_0.wav").split, Split::kTrain);
  EXPECT_NE(manifest.split_rule.find("validation_list.txt; the rest trains"), std::string::npos) << manifest.split_rule;
  EXPECT_EQ(manifest.noise_files.size(), 1U);
}

TEST(SpeechCommands, FallBackOnTheHashOfTheSpeaker) {
  TempFolder folder;
  make_words(folder);
  const Manifest manifest = load_layout(at(folder.path(), Layout::kSpeechCommands));
  for (const Entry& entry : manifest.entries) EXPECT_EQ(entry.split, split_of_group(entry.group, {}));
  EXPECT_EQ(manifest.entries.front().group, "anna");
}

TEST(SpeechCommands, RefuseListsThatTearASpeakerApart) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "validation_list.txt", "yes/anna_nohash_0.wav\n");
  expect_error(ErrorCode::kInvalid, {"'anna'", "yes/anna_nohash_0.wav"},
               [&] { load_layout(at(folder.path(), Layout::kSpeechCommands)); });
}

TEST(SpeechCommands, RefuseAClipInBothLists) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "validation_list.txt", "yes/anna_nohash_0.wav\n");
  put_file(folder / "testing_list.txt", "yes/anna_nohash_0.wav\n");
  expect_error(ErrorCode::kInvalid, {"one list", "yes/anna_nohash_0.wav"},
               [&] { load_layout(at(folder.path(), Layout::kSpeechCommands)); });
}

TEST(SpeechCommands, ReportListedClipsThatAreNotOnDisk) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "testing_list.txt", "yes/zoe_nohash_0.wav\n");
  const Manifest manifest = load_layout(at(folder.path(), Layout::kSpeechCommands));
  ASSERT_EQ(manifest.failures.size(), 1U);
  EXPECT_NE(manifest.failures[0].problem.find("wanted 1 listed clips on disk, got 0"), std::string::npos);
}

TEST(Labels, SkipAndCountOtherWords) {
  TempFolder folder;
  make_words(folder);
  LayoutSettings settings = at(folder.path(), Layout::kSpeechCommands);
  settings.labels = {"yes", "no"};
  const Manifest manifest = load_layout(settings);
  EXPECT_EQ(count_labels(manifest), (std::map<std::string, int>{{"no", 4}, {"yes", 4}}));
  EXPECT_EQ(manifest.skipped, (std::map<std::string, std::int64_t>{{"dog", 4}}));
}

TEST(Labels, TurnOtherWordsIntoUnknownInTheStatedShare) {
  TempFolder folder;
  make_words(folder);
  LayoutSettings settings = at(folder.path(), Layout::kSpeechCommands);
  settings.labels = {"no", "_unknown_"};
  EXPECT_EQ(count_labels(load_layout(settings))["_unknown_"], 8);

  settings.unknown_share = 0.5;  // all four speakers train by their hash
  const Manifest half = load_layout(settings);
  EXPECT_EQ(count_labels(half)["_unknown_"], 2);
  EXPECT_EQ(half.skipped.at("dog") + half.skipped.at("yes"), 6);

  settings.seed = 5;
  std::vector<std::string> ids[2];
  for (const Entry& entry : half.entries) ids[0].push_back(entry.id);
  for (const Entry& entry : load_layout(settings).entries) ids[1].push_back(entry.id);
  EXPECT_NE(ids[0], ids[1]);
}

TEST(Silence, IsMadeFromTheNoiseOfItsOwnSplit) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "validation_list.txt",
           std::string_view("yes/anna_nohash_0.wav\nno/anna_nohash_0.wav\ndog/anna_nohash_0.wav\n"));
  LayoutSettings settings = at(folder.path(), Layout::kSpeechCommands);
  settings.labels = {"yes", "no", "dog", "_silence_"};
  settings.silence_share = 0.5;
  settings.audio.length_samples = 100;
  const Manifest manifest = load_layout(settings);
  EXPECT_EQ(count_labels(manifest)["_silence_"], 5 + 2);
  EXPECT_NO_THROW(check_leaks(manifest));

  // The noise file is a rising ramp of 3,000 samples: the ratio of step to value tells where a stretch was taken.
  for (const Entry& entry : manifest.entries) {
    if (entry.label != kSilenceLabel) continue;
    const auto clip = entry.read();
    ASSERT_TRUE(clip.ok());
    const std::vector<float>& v = clip.value().values;
    const float step = v[1] - v[0];
    if (step <= 0) continue;  // the stretch wraps around right here
    const double position = static_cast<double>(v[0] / step);
    if (entry.split == Split::kTrain)
      EXPECT_LT(position, 2401) << entry.id;
    else
      EXPECT_GT(position, 2399) << entry.id;
    EXPECT_EQ(entry.read().value().values, v);
  }
}

TEST(Silence, IsGeneratedWhereThereIsNoNoise) {
  TempFolder folder;
  write_ramp(folder / "yes/a.wav", 1);
  LayoutSettings settings = at(folder.path(), Layout::kFolders);
  settings.labels = {"yes", "_silence_"};
  settings.split.validation_share = settings.split.test_share = 0;
  const Manifest manifest = load_layout(settings);
  const auto clip = entry_named(manifest, "_silence_/train/000000").read();
  ASSERT_TRUE(clip.ok());
  EXPECT_EQ(clip.value().samples, 16000);
  EXPECT_NE(clip.value().values[0], clip.value().values[1]);
}

TEST(Silence, NamesANoiseFileThatIsBroken) {
  TempFolder folder;
  put_file(folder / "hum.wav", "no sound");
  AudioSettings audio;
  audio.length_samples = 100;
  Entry entry;
  entry.source = silence_clips(std::vector{folder / "hum.wav"}, audio, 0);
  EXPECT_EQ(entry.read().failure().source, (folder / "hum.wav").string());
}

TEST(CsvLists, TakeOneListASplit) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "train.csv", "file,label\nyes/anna_nohash_0.wav,ja\n");
  put_file(folder / "val.csv", "label,file\nnein,no/bert_nohash_0.wav\n");
  const Manifest manifest = load_layout(at(folder.path(), Layout::kCsv));
  EXPECT_EQ(manifest.labels, (std::vector<std::string>{"ja", "nein"}));
  EXPECT_EQ(entry_named(manifest, "no/bert_nohash_0.wav").split, Split::kValidation);
  EXPECT_NE(manifest.split_rule.find("train.csv, val.csv"), std::string::npos);
}

TEST(CsvLists, TakeColumnsForSplitAndGroup) {
  TempFolder folder;
  make_words(folder);
  put_file(
      folder / "all.csv",
      std::string_view("file,label,split,group\nyes/anna_nohash_0.wav,yes,train,A\nno/anna_nohash_0.wav,no,test,B\n"));
  const Manifest manifest = load_layout(at(folder / "all.csv", Layout::kCsv));
  EXPECT_EQ(entry_named(manifest, "no/anna_nohash_0.wav").split, Split::kTest);
  EXPECT_EQ(entry_named(manifest, "no/anna_nohash_0.wav").group, "B");
}

TEST(CsvLists, NameTheRowThatIsWrong) {
  TempFolder folder;
  make_words(folder);
  const auto list = folder / "all.csv";
  const auto expect_row = [&](std::string_view text, ErrorCode code, const std::string& part) {
    put_file(list, text);
    expect_error(code, {"all.csv", part}, [&] { load_layout(at(list, Layout::kCsv)); });
  };
  expect_row("path,word\n", ErrorCode::kInvalid, "columns 'file' and 'label'");
  expect_row("", ErrorCode::kInvalid, "an empty file");
  expect_row("file,label\nyes/gone.wav,yes\n", ErrorCode::kNotFound, "all.csv:2");
  expect_row("file,label\nyes/anna_nohash_0.wav\n", ErrorCode::kInvalid, "wanted 2 cells");
  expect_row("file,label\nyes/anna_nohash_0.wav,\n", ErrorCode::kInvalid, "a file and a label");
  expect_row("file,label,split\nyes/anna_nohash_0.wav,yes,later\n", ErrorCode::kInvalid, "got 'later'");
}

TEST(CsvLists, RefuseAClipThatIsListedTwice) {
  TempFolder folder;
  make_words(folder);
  put_file(folder / "train.csv", "file,label\nyes/anna_nohash_0.wav,yes\n");
  put_file(folder / "test.csv", "file,label\nyes/anna_nohash_0.wav,yes\n");
  expect_error(ErrorCode::kInvalid, {"yes/anna_nohash_0.wav twice"},
               [&] { load_layout(at(folder.path(), Layout::kCsv)); });
}

TEST(CsvLists, NameAFolderWithoutLists) {
  TempFolder folder;
  expect_error(ErrorCode::kInvalid, {"train.csv"}, [&] { load_layout(at(folder.path(), Layout::kCsv)); });
  expect_error(ErrorCode::kNotFound, {"/nowhere"}, [&] { load_layout(at("/nowhere", Layout::kCsv)); });
}

TEST(SeriesLayout, CutsWindowsAndCollectsBrokenFiles) {
  TempFolder folder;
  std::string rows;
  for (int i = 0; i < 100; ++i) rows += std::to_string(i) + "\n";
  put_file(folder / "shake/a.csv", rows);
  put_file(folder / "rest/b.csv", rows);
  put_file(folder / "rest/bad.csv", "1\nx,y\n");
  LayoutSettings settings = at(folder.path(), Layout::kFolders);
  settings.window = {.window_ms = 500, .stride_ms = 500};
  const Manifest manifest = load_layout(settings);
  ASSERT_EQ(manifest.entries.size(), 4U);
  EXPECT_EQ(manifest.entries[1].id, "rest/b.csv@000000050");
  const auto clip = manifest.entries[1].read();
  EXPECT_EQ(clip.value().samples, 50);
  EXPECT_EQ(clip.value().values[0], 50.0F);
  EXPECT_EQ(clip.value().label, "rest");
  ASSERT_EQ(manifest.failures.size(), 1U);
  EXPECT_NE(manifest.failures[0].source.find("bad.csv:2"), std::string::npos);
}

TEST(DetectLayout, TellsTheLayoutsApart) {
  TempFolder folder;
  write_ramp(folder / "f/yes/a.wav", 1);
  write_ramp(folder / "s/yes/anna_nohash_0.wav", 1);
  write_ramp(folder / "c/a.wav", 1);
  put_file(folder / "c/list.csv", "file,label\na.wav,yes\n");
  write_ramp(folder / "loose/a.wav", 1);
  EXPECT_EQ(detect_layout(folder / "f"), Layout::kFolders);
  EXPECT_EQ(detect_layout(folder / "s"), Layout::kSpeechCommands);
  EXPECT_EQ(detect_layout(folder / "c"), Layout::kCsv);
  EXPECT_EQ(detect_layout(folder / "c/list.csv"), Layout::kCsv);
  expect_error(ErrorCode::kUnsupported, {"1 clips without labels"}, [&] { detect_layout(folder / "loose"); });
  expect_error(ErrorCode::kNotFound, {"/nowhere"}, [] { detect_layout("/nowhere"); });
}

TEST(LayoutName, SuggestsTheNearestOne) {
  EXPECT_EQ(layout_from_name("speech-commands"), Layout::kSpeechCommands);
  expect_error(ErrorCode::kInvalid, {"did you mean 'folders'?"}, [] { layout_from_name("folder"); });
}

TEST(ManifestKey, ChangesWithClipsSettingsAndSplits) {
  TempFolder folder;
  make_words(folder);
  const LayoutSettings settings = at(folder.path(), Layout::kSpeechCommands);
  ThreadPool threads(2);
  const Manifest manifest = load_layout(settings);
  const std::string key = manifest_key(manifest);
  const std::string content = manifest_content_hash(manifest, threads);
  EXPECT_EQ(manifest_key(load_layout(settings)), key);

  LayoutSettings other = settings;
  other.audio.rate_hz = 8000;
  EXPECT_NE(manifest_key(load_layout(other)), key);
  Manifest moved = manifest;
  moved.entries[0].split = Split::kTest;
  EXPECT_NE(manifest_key(moved), key);

  write_ramp(folder / "yes/anna_nohash_0.wav", 1234);
  EXPECT_NE(manifest_key(manifest), key);
  EXPECT_NE(manifest_content_hash(manifest, threads), content);
}

TEST(Append, JoinsTwoSourcesOfOneTask) {
  TempFolder folder;
  make_words(folder);
  Manifest manifest = load_layout(at(folder.path(), Layout::kSpeechCommands));
  Manifest same = manifest;
  expect_error(ErrorCode::kInvalid, {"'dog/anna_nohash_0.wav' in both"}, [&] { append(manifest, same); });
  for (Entry& entry : same.entries) entry.id += "'";
  append(manifest, same);
  EXPECT_EQ(manifest.entries.size(), 24U);
  same.labels.pop_back();
  expect_error(ErrorCode::kInvalid, {"the same list"}, [&] { append(manifest, same); });
  expect_error(ErrorCode::kNotFound, {"got 'cat'"}, [&] { label_index(manifest, "cat"); });
  EXPECT_EQ(label_index(manifest, "no"), 1);
}

TEST(RealData, SpeechCommandsMiniSplitsBySpeaker) {
  MOTE_SKIP_WITHOUT_SHARED("data/speech-commands-mini");
  LayoutSettings settings = at(test::shared_path("data/speech-commands-mini"), Layout::kSpeechCommands);
  settings.labels = {"yes", "no", "up", "down", "left", "right", "on", "off", "stop", "go", "_unknown_"};
  EXPECT_EQ(detect_layout(settings.root), Layout::kSpeechCommands);
  const Manifest manifest = load_layout(settings);
  EXPECT_EQ(manifest.entries.size(), 3453U);
  EXPECT_EQ(entries_of(manifest, Split::kValidation).size(), 808U);
  EXPECT_EQ(entries_of(manifest, Split::kTrain).size(), 2645U);
  EXPECT_EQ(manifest.noise_files.size(), 6U);
  EXPECT_NO_THROW(check_classes(manifest));
}

TEST(RealData, ArabicCommandsSplitBySpeakerInTheirLists) {
  MOTE_SKIP_WITHOUT_SHARED("data/arabic-commands");
  LayoutSettings settings = at(test::shared_path("data/arabic-commands"), Layout::kCsv);
  settings.split.group = GroupRule::parse("regex:([0-9]+)_NO");
  EXPECT_EQ(detect_layout(settings.root), Layout::kCsv);
  const Manifest manifest = load_layout(settings);
  EXPECT_EQ(manifest.labels.size(), 20U);
  EXPECT_EQ(entries_of(manifest, Split::kTrain).size(), 18U * 20 * 7);
  EXPECT_EQ(entries_of(manifest, Split::kValidation).size(), 6U * 20 * 7);
}

TEST(RealData, ActivitiesSplitByPerson) {
  MOTE_SKIP_WITHOUT_SHARED("data/activity-imu");
  LayoutSettings settings = at(test::shared_path("data/activity-imu"), Layout::kFolders);
  settings.split.group = GroupRule::parse("folder");
  settings.split.validation_share = 0.3;
  const Manifest manifest = load_layout(settings);
  EXPECT_TRUE(manifest.failures.empty());
  EXPECT_EQ(manifest.labels, (std::vector<std::string>{"SEATED", "SITTING_DOWN", "STANDING_UP", "TURNING", "WALKING"}));
  EXPECT_GT(entries_of(manifest, Split::kValidation).size(), 0U);
  EXPECT_EQ(manifest.entries.front().group, "s01");
  EXPECT_EQ(manifest.entries.front().read().value().channels, 6);
}

TEST(RealData, FansSplitByTheOrderOfTheirFiles) {
  MOTE_SKIP_WITHOUT_SHARED("data/fan-vibration");
  LayoutSettings settings = at(test::shared_path("data/fan-vibration"), Layout::kFolders);
  settings.series.rate_hz = 200;
  settings.split.method = SplitMethod::kOrder;
  const Manifest manifest = load_layout(settings);
  EXPECT_EQ(manifest.labels, (std::vector<std::string>{"anomaly", "normal"}));
  EXPECT_EQ(manifest.entries.size(), 2427U);
}

}  // namespace
}  // namespace mote::data
