#!/usr/bin/env python3
"""What the doctor gives back: trains recipes/mobilenet-relu6.toml, makes its channels unequally loud
(unequal_channels), which int8 takes badly, and lets `mote doctor --apply` mend it. INT8 less FP32 of each, paired clip
by clip and pooled over seeds, with a bootstrap interval.

  benchmarks/repair.py MOTE UNEQUAL_CHANNELS DATA [--seeds 1 2 3 4 5] [--data-sets speech-commands arabic-commands]
                       [--out runs/repair] [--passes] [--set train.epochs=20]

MOTE and UNEQUAL_CHANNELS are the programs; DATA holds speech-commands-mini and arabic-commands. Neither has a test
split: the figures are of the validation clips of the half by which the doctor chose nothing. The interval resamples
clips, each with its answers of all seeds (percentiles of 2,000 resamples). With --passes every repair is measured by
itself as well, and all of them together, on the same networks.
"""
import argparse
import csv
import json
import pathlib
import resource
import shutil
import statistics
import subprocess

from compression import DATA_SETS, settings
from recipes import ROOT, interval, mote

RECIPE = ROOT / "recipes" / "mobilenet-relu6.toml"
OCTAVES = 7
PASSES = ["equalize", "search_ranges", "clip_weights", "round_weights", "correct_bias"]


def right(folder):
    """Clip → whether FP32 and INT8 saw its label."""
    with open(folder / "predictions.csv", newline="") as file:
        return {row["clip"]: (row["train.fp32"] == row["label"], row["train.int8"] == row["label"])
                for row in csv.DictReader(file)}


class Row:
    def __init__(self):
        self.fp32, self.int8, self.by_clip = [], [], {}

    def add(self, answers, clips):
        self.fp32.append(100 * statistics.mean(answers[clip][0] for clip in clips))
        self.int8.append(100 * statistics.mean(answers[clip][1] for clip in clips))
        for clip in clips:
            self.by_clip.setdefault(clip, []).append(int(answers[clip][1]) - int(answers[clip][0]))

    def line(self, data_set, title):
        low, high = interval(self.by_clip.values())
        fp32, int8 = statistics.mean(self.fp32), statistics.mean(self.int8)
        seeds = ", ".join(f"{value:.1f}" for value in self.int8)
        return (f"| {data_set} | {title} | {fp32:.2f} | {int8:.2f} ({seeds}) | {int8 - fp32:+.2f} "
                f"({low:+.2f} … {high:+.2f}) |")


class Patient:
    """One network: as it was trained, hurt, and repaired."""

    def __init__(self, options, data_set, seed):
        self.options = options
        self.settings = [*settings(options, data_set, seed), *(part for one in options.set for part in ("--set", one))]
        self.sound = options.out / f"{data_set}-{seed}"
        self.hurt = options.out / f"{data_set}-{seed}-unequal"
        self.repaired = options.out / f"{data_set}-{seed}-repaired"

    def run(self, folder, *more):
        mote(self.options.mote, "run", RECIPE, "--out", folder, *self.settings, *more)
        return right(folder)

    def make(self):
        """Trains and hurts; answers of the sound and of the hurt network."""
        for folder in (self.sound, self.hurt, self.repaired):
            shutil.rmtree(folder, ignore_errors=True)
        mote(self.options.mote, "train", RECIPE, "--out", self.sound, *self.settings)
        shutil.copytree(self.sound, self.hurt)
        subprocess.run([self.options.unequal, self.hurt, "--octaves", str(OCTAVES)], check=True,
                       stdout=subprocess.DEVNULL)
        return self.run(self.sound), self.run(self.hurt)

    def repair(self):
        """Answers of the repaired network, and the clips that judge them."""
        document = mote(self.options.mote, "doctor", self.hurt, "--apply", "--out", self.repaired)
        return right(self.repaired), document["judged_clips"]


def measure(options, data_set, seed, rows):
    patient = Patient(options, data_set, seed)
    sound, hurt = patient.make()
    repaired, clips = patient.repair()
    for title, answers in (("as trained", sound), ("channels made unequal", hurt), ("mote doctor --apply", repaired)):
        rows.setdefault(title, Row()).add(answers, clips)
    if not options.passes:
        return
    for passes in [[one] for one in PASSES] + [PASSES]:
        title = "all repairs" if len(passes) > 1 else f"{passes[0]} alone"
        answers = patient.run(patient.hurt, "--set", f"repair.passes={json.dumps(passes)}")
        rows.setdefault(title, Row()).add(answers, clips)


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mote")
    parser.add_argument("unequal")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--data-sets", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "runs" / "repair")
    parser.add_argument("--passes", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    print("| data | INT8 of | FP32 % | INT8 % (seeds) | INT8 less FP32, points (95 %) |\n|---|---|---|---|---|",
          flush=True)
    for data_set in options.data_sets:
        rows, start = {}, cpu_seconds()
        for seed in options.seeds:
            measure(options, data_set, seed, rows)
        for title, row in rows.items():
            print(row.line(data_set, title), flush=True)
        print(f"\n{data_set}: {(cpu_seconds() - start) / len(options.seeds):.0f} s of CPU time a seed\n", flush=True)


if __name__ == "__main__":
    main()
