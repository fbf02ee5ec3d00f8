"""What the command line tests share: calling mote in a temporary folder, small recipes, generated WAV files.

Each *_test.py is a program: it wants the environment variables MOTE_BINARY (the program under test) and MOTE_SOURCE (the
project's folder), which ctest sets. Nothing but Python's standard library.
"""

import hashlib
import json
import math
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import wave

BINARY = pathlib.Path(os.environ.get("MOTE_BINARY", "mote"))
SOURCE = pathlib.Path(os.environ.get("MOTE_SOURCE", pathlib.Path(__file__).parents[2]))
SHARED = pathlib.Path(os.environ.get("MOTE_SHARED", SOURCE.parent / "shared"))

GOOD, FAILED, USAGE, GATE_MISSED = 0, 1, 2, 3
TIMEOUT_S = 300

# The whole path in about a quarter of a second.
SMALL_MOTION = """
[project]
name = "small"
seed = 7

[dataset]
layout = "motion"

[motion]
windows = 40
persons = 10

[features]
preset = "motion"
standardize = true

[model]
architecture = "mlp"
depth = 2
hidden = 12

[train]
epochs = 6
batch = 20
learning_rate = 0.01
"""

# Every step that there is, in one recipe.
ALL_STEPS = SMALL_MOTION.replace("windows = 40", "windows = 20").replace("hidden = 12", "hidden = 16") + """
[compress]
steps = ["train", "teacher", "distill", "narrow", "prune", "mixed", "qat"]

[teacher]
architecture = "mlp"
hidden = 24
members = 2

[distill]
epochs = 3

[narrow]
epochs = 4

[prune]
epochs = 4
sparsity = 0.3
end_epoch = 3

[mixed]
weight_share = 0.8

[qat]
epochs = 3
"""


class Result:
    """One finished call: code, out, err."""

    def __init__(self, completed):
        self.code = completed.returncode
        self.out = completed.stdout.decode()
        self.err = completed.stderr.decode()

    def json(self):
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    def __str__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


WITHOUT_TOOLS = {**os.environ, "PATH": "/nowhere"}


class CliTest(unittest.TestCase):
    """Every test gets its own empty folder, in which mote runs. It finds no compiler there, unless a class says otherwise:
    a run then leaves out its last proof, and says so, in place of a second of compiling."""

    COMPILERS = False

    def environment(self):
        return dict(os.environ) if self.COMPILERS else WITHOUT_TOOLS

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="mote-cli-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    @classmethod
    def shared_folder(cls):
        """A folder for all tests of the class; they must not change it."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="mote-cli-"))
        cls.addClassCleanup(shutil.rmtree, folder, ignore_errors=True)
        return folder

    def start(self, *arguments):
        return subprocess.Popen(
            [str(BINARY), *map(str, arguments)], cwd=self.folder, env=self.environment(), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE
        )

    def mote(self, *arguments, code=GOOD):
        """Runs to the end and checks the exit code."""
        completed = subprocess.run(
            [str(BINARY), *map(str, arguments)], cwd=self.folder, env=self.environment(), capture_output=True,
            timeout=TIMEOUT_S, check=False
        )
        result = Result(completed)
        self.assertEqual(result.code, code, f"mote {' '.join(map(str, arguments))}\n{result}")
        return result

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def assert_fails(self, *arguments, says, code=FAILED):
        """A failing call: one line `error: …` on standard error that holds every text of `says`."""
        result = self.mote(*arguments, code=code)
        lines = [line for line in result.err.splitlines() if line.startswith("error: ")]
        self.assertEqual(len(lines), 1, str(result))
        for text in says:
            self.assertIn(text, lines[0])
        return result

    def sha256(self, name):
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()


def run_in(folder, recipe_text):
    """Runs a recipe in `folder`, before the tests of a class; the run directory is folder/run."""
    (folder / "small.toml").write_text(recipe_text)
    subprocess.run([str(BINARY), "run", "small.toml", "--out", "run", "--quiet"], cwd=folder, env=WITHOUT_TOOLS, timeout=TIMEOUT_S,
                   check=True)


def write_wav(path, samples, rate_hz=16000):
    """Mono 16-bit WAV of floats in [-1, 1]."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(b"".join(struct.pack("<h", round(max(-1.0, min(1.0, v)) * 32767)) for v in samples))


def write_float_wav(path, samples, rate_hz=16000):
    """Mono 32-bit float WAV, any value."""
    data = struct.pack(f"<{len(samples)}f", *samples)
    header = struct.pack("<4sI4s4sIHHIIHH", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 3, 1, rate_hz, rate_hz * 4, 4, 32)
    path.write_bytes(header + struct.pack("<4sI", b"data", len(data)) + data)


def tone(frequency_hz, seed, seconds=1.0, rate_hz=16000):
    """A tone with vibrato and a little noise: a word that any network can learn."""
    draw = random.Random(seed)
    detune = draw.uniform(0.97, 1.03)
    phase = draw.uniform(0, 2 * math.pi)
    return [
        0.4 * math.sin(2 * math.pi * frequency_hz * detune * i / rate_hz + phase) + draw.uniform(-0.02, 0.02)
        for i in range(int(seconds * rate_hz))
    ]


def cut_in_half(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def main():
    """Runs the tests of the calling program; says why a test was skipped."""
    program = unittest.main(exit=False, verbosity=1, argv=[sys.argv[0], *sys.argv[1:]])
    for test, reason in program.result.skipped:
        print(f"SKIPPED {test.id()}: {reason}")
    sys.exit(0 if program.result.wasSuccessful() else 1)
