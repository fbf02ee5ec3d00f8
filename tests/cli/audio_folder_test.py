"""A folder of WAV files, most of them good: training goes on with the good ones and says which were not."""

import math
import shutil

import support

RECIPE = """
[project]
name = "tones"

[dataset]
layout = "folders"
path = "clips"
group = "regex:([0-9]+)_"

[features]
preset = "mlperf-tiny"
standardize = true

[model]
architecture = "ds-cnn"
width = 0.25
depth = 1

[train]
epochs = 2
batch = 12
"""

WORDS = {"low": 300, "mid": 900, "high": 2500}


class AudioFolder(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("tones.toml", RECIPE)
        for number, (word, frequency_hz) in enumerate(WORDS.items()):
            for speaker in range(14):
                samples = support.tone(frequency_hz, seed=number * 100 + speaker, seconds=0.5)
                support.write_wav(self.folder / "clips" / word / f"{speaker}_a.wav", samples)

    def add_bad_files(self):
        folder = self.folder / "clips/low"
        support.cut_in_half(shutil.copy(folder / "1_a.wav", folder / "1_cut.wav") and folder / "1_cut.wav")
        (folder / "2_empty.wav").write_bytes(b"")
        support.write_float_wav(folder / "3_nan.wav", [0.1, math.nan] * 4000)
        (folder / "4_text.wav").write_text("not a recording")
        (folder / "notes.txt").write_text("written by hand")

    def test_the_good_clips_train_and_the_bad_ones_are_named(self):
        self.add_bad_files()
        data = self.mote("data", "tones.toml", "--json").json()
        named = " ".join(data["unreadable"])
        for name in ("2_empty.wav", "3_nan.wav", "4_text.wav"):
            self.assertIn(name, named)
        self.assertNotIn("notes.txt", named)
        result = self.mote("run", "tones.toml", "--out", "run")
        self.assertIn("unreadable clips", result.out)
        self.assertEqual(self.mote("run", "tones.toml", "--out", "run", "--json").json()["done"], [])

    def test_a_truncated_clip_is_named(self):
        self.add_bad_files()
        self.assertIn("1_cut.wav", " ".join(self.mote("data", "tones.toml", "--json").json()["unreadable"]))

    def test_threads_do_not_change_a_byte(self):
        hashes = set()
        for threads in (1, 4):
            self.mote("run", "tones.toml", "--out", f"run{threads}", "--threads", threads, "--set", "augment.preset=light",
                      "--set", "augment.passes=2", "--set", "spec_augment.probability=0.5")
            hashes.add(self.sha256(f"run{threads}/model.tflite"))
        self.assertEqual(len(hashes), 1)

    def test_a_moved_data_set_gives_the_same_model(self):
        self.mote("run", "tones.toml", "--out", "a")
        (self.folder / "clips").rename(self.folder / "moved")
        self.mote("run", "tones.toml", "--out", "b", "--set", "dataset.path=moved")
        self.assertEqual(self.sha256("a/model.tflite"), self.sha256("b/model.tflite"))

    def test_a_changed_clip_is_noticed(self):
        self.mote("run", "tones.toml", "--out", "run")
        support.write_wav(self.folder / "clips/low/0_a.wav", support.tone(301, seed=9, seconds=0.6))
        self.assertIn("features", self.mote("run", "tones.toml", "--out", "run", "--json").json()["done"])

    def test_eval_judges_a_lone_model_on_another_folder(self):
        self.mote("run", "tones.toml", "--out", "run")
        shutil.move(self.folder / "run/model.tflite", self.folder / "lone.tflite")
        for word in ("low", "other"):
            support.write_wav(self.folder / "heard" / word / "x.wav", support.tone(300, seed=77))
        found = self.mote("eval", "lone.tflite", "--data", "heard", "--json").json()
        self.assertEqual(found["int8"]["clips"], 1)
        self.assertEqual(found["skipped"], 1)
        self.assertNotIn("fp32", found)
        self.assertIn("other (1)", " ".join(found["notes"]))
        self.assert_fails("eval", "lone.tflite", "--data", "nowhere", says=["nowhere"])
        (self.folder / "bare").mkdir()
        self.assert_fails("eval", "lone.tflite", "--data", "bare", says=["bare"])

    def test_a_label_that_is_not_on_disk_is_named(self):
        self.assert_fails("run", "tones.toml", "--out", "run", "--set", 'dataset.labels=["low", "mid", "hihg"]', says=["hihg", "high"])

    def test_a_class_without_clips_is_named(self):
        (self.folder / "clips/silent").mkdir()
        self.assert_fails("run", "tones.toml", "--out", "run", "--set", 'dataset.labels=["low", "mid", "high", "silent"]',
                          says=["silent"])

    def test_a_class_whose_clips_are_all_unreadable_is_named(self):
        for path in (self.folder / "clips/mid").glob("*.wav"):
            path.write_bytes(b"")
        self.assert_fails("run", "tones.toml", "--out", "run", says=["mid"])

    def test_lists_that_put_one_speaker_on_both_sides_are_refused(self):
        listed = {"train": range(0, 10), "val": range(9, 14)}
        for split, speakers in listed.items():
            lines = [f"{word}/{speaker}_a.wav,{word}" for word in WORDS for speaker in speakers]
            if split == "val":
                for word in WORDS:
                    shutil.copy(self.folder / f"clips/{word}/9_a.wav", self.folder / f"clips/{word}/9_b.wav")
                lines = [line.replace("9_a", "9_b") for line in lines]
            self.write(f"clips/{split}.csv", "file,label\n" + "\n".join(lines) + "\n")
        self.assert_fails("run", "tones.toml", "--out", "run", "--set", "dataset.layout=csv", says=["9", "train", "validation"])

    def test_lists_with_disjoint_speakers_are_kept(self):
        for split, speakers in {"train": range(0, 10), "val": range(10, 14)}.items():
            lines = [f"{word}/{speaker}_a.wav,{word}" for word in WORDS for speaker in speakers]
            self.write(f"clips/{split}.csv", "file,label\n" + "\n".join(lines) + "\n")
        data = self.mote("data", "tones.toml", "--set", "dataset.layout=csv", "--json").json()
        self.assertEqual([(row["train"], row["validation"]) for row in data["classes"]], [(10, 4)] * 3)
        result = self.mote("run", "tones.toml", "--out", "run", "--set", "dataset.layout=csv")
        self.assertIn("no test split", result.out)


if __name__ == "__main__":
    support.main()
