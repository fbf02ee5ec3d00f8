"""Recordings of people through the whole path, and the exported model in other interpreters. Skips, visibly, without them.

MOTE_SHARED names the folder that holds data/; MOTE_PYTHON a Python that has the wheels ai-edge-litert and tflite-micro.
"""

import os
import pathlib
import shutil
import subprocess

import support

PYTHON = pathlib.Path(os.environ.get("MOTE_PYTHON") or support.SOURCE / ".venv/bin/python")
MOST_CLIPS = 500

SPEECH_MINI = """
[project]
name = "mini"

[dataset]
layout = "speech-commands"
labels = ["down", "go", "left", "no", "off", "on", "right", "stop", "up", "yes", "_unknown_"]

[features]
preset = "mlperf-tiny"
standardize = true

[model]
architecture = "ds-cnn"

[train]
epochs = 2
batch = 100
optimizer = "adamw"
learning_rate = 0.004
schedule = "one_cycle"
"""


class RealData(support.CliTest):
    def data(self, name):
        path = support.SHARED / "data" / name
        if not path.exists():
            self.skipTest(f"no {path.name}: set MOTE_SHARED to the folder that holds data/{name}")
        return path

    def run_recipe(self, recipe, data):
        return self.mote("run", recipe, "--out", "run", "--json", "--set", f"dataset.path={data}", "--set", "train.epochs=2",
                         "--set", "augment.passes=1").json()["report"]

    def check_accuracy(self, report, least):
        """Two epochs learn something, and int8 keeps it."""
        self.assertGreater(report["evaluation"]["int8"]["accuracy"], least)
        loss = report["evaluation"]["fp32"]["accuracy"] - report["evaluation"]["int8"]["accuracy"]
        self.assertLess(loss, 0.02)

    def check_other_interpreters(self):
        """Feeds the evaluation's int8 inputs to LiteRT's reference kernels and to TFLM, and compares every byte."""
        self.mote("eval", "run", "--dump", "dump")
        clips = (self.folder / "dump/clips.txt").read_text().splitlines()[:MOST_CLIPS]
        inputs, outputs = self.dumped("inputs.bin", len(clips)), self.dumped("outputs.bin", len(clips))
        (self.folder / "dump/model.inputs.bin").write_bytes(inputs)
        shutil.copy(self.folder / "run/model.tflite", self.folder / "dump/model.tflite")
        (self.folder / "dump/inputs.bin").write_bytes(inputs)
        self.mote("invoke", "run", "--input", "dump/inputs.bin", "--output", "dump/invoked.bin")
        self.assertEqual((self.folder / "dump/invoked.bin").read_bytes(), outputs)
        if not PYTHON.exists():
            self.skipTest("no interpreters: set MOTE_PYTHON to a Python with ai-edge-litert and tflite-micro")
        program = support.SOURCE / "tests/conformance/litert_tflm.py"
        subprocess.run([str(PYTHON), str(program), "dump"], cwd=self.folder, check=True, capture_output=True)
        self.assertEqual((self.folder / "dump/model.tflm.outputs.bin").read_bytes(), outputs)
        self.assertEqual((self.folder / "dump/model.litert.outputs.bin").read_bytes(), outputs)

    def dumped(self, name, clips):
        """The first `clips` records."""
        content = (self.folder / "dump" / name).read_bytes()
        total = len((self.folder / "dump/clips.txt").read_text().splitlines())
        self.assertEqual(len(content) % total, 0)
        return content[: len(content) // total * clips]

    def test_arabic_commands(self):
        data = self.data("arabic-commands")
        report = self.run_recipe(support.SOURCE / "recipes/arabic-commands.toml", data)
        self.check_accuracy(report, least=0.15)
        self.check_other_interpreters()

    def test_speech_commands_mini(self):
        data = self.data("speech-commands-mini")
        report = self.run_recipe(self.write("mini.toml", SPEECH_MINI), data)
        self.check_accuracy(report, least=0.2)
        self.check_other_interpreters()

    def test_another_data_set_is_judged_by_the_words_it_shares(self):
        commands, mini = self.data("arabic-commands"), self.data("speech-commands-mini")
        self.run_recipe(self.write("mini.toml", SPEECH_MINI), mini)
        found = self.mote("eval", "run", "--data", commands, "--json").json()
        self.assertGreater(found["int8"]["clips"], 0)


if __name__ == "__main__":
    support.main()
