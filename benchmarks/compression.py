#!/usr/bin/env python3
"""What compression costs in accuracy, paired clip by clip and pooled over seeds, with a bootstrap interval.

  benchmarks/compression.py MOTE DATA [--seeds 1 2 3 4 5] [--out runs/compression] [--only qat ternary …]
                            [--data-sets speech-commands arabic-commands]

MOTE is the program; DATA holds speech-commands-mini and arabic-commands. Each line compares the quantized model after the
last step of a recipe with the reference model of the same seed on the same clips: the float model that the run started
from, or the student that was trained alone. The interval resamples clips, each with its answers of all seeds (percentiles
of 2,000 resamples).
"""
import argparse
import csv
import json
import pathlib
import random
import statistics
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORDS = '["yes","no","up","down","left","right","on","off","stop","go","_unknown_"]'
DATA_SETS = {
    "speech-commands": ("speech-commands-mini", {"dataset.layout": '"speech-commands"', "dataset.labels": WORDS,
                                                 "dataset.unknown_share": "0", "dataset.group": '"auto"'}),
    "arabic-commands": ("arabic-commands", {"dataset.layout": '"csv"', "dataset.labels": "[]",
                                            "dataset.group": '"regex:([0-9]+)_NO"'}),
}


class Case:
    """One line of the table: a recipe, and the column of predictions.csv that it is compared with."""

    def __init__(self, title, recipe, settings=(), reference="train.fp32", alone=None):
        self.title, self.recipe, self.settings, self.reference, self.alone = title, recipe, settings, reference, alone


CASES = {}


def run(options, data_set, recipe, seed, settings, name):
    folder = options.out / f"{name}-{data_set}-{seed}"
    path, base = DATA_SETS[data_set]
    pairs = {**base, "dataset.path": options.data / path, "project.seed": seed, **dict(settings)}
    arguments = [part for key, value in pairs.items() for part in ("--set", f"{key}={value}")]
    answer = subprocess.run([options.mote, "--json", "--quiet", "run", ROOT / "recipes" / recipe, "--out", folder, *arguments],
                            capture_output=True, text=True)
    if answer.returncode not in (0, 3):
        raise SystemExit(f"{name}, seed {seed}: {answer.stderr or answer.stdout}")
    return folder, json.loads(answer.stdout)["report"]


def correct(folder, column):
    """Clip → whether the model of that column saw its label. "last.int8" names the last step."""
    with open(folder / "predictions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    column = list(rows[0])[-1] if column == "last.int8" else column
    return {row["clip"]: row[column] == row["label"] for row in rows}


def interval(by_clip):
    """95 % percentile bootstrap of the mean of {clip: [differences]}, clips resampled as wholes."""
    draw = random.Random(1)
    groups = [(sum(values), len(values)) for values in by_clip.values()]
    means = []
    for _ in range(2000):
        sample = draw.choices(groups, k=len(groups))
        means.append(sum(total for total, _ in sample) / sum(count for _, count in sample))
    means.sort()
    return 100 * means[49], 100 * means[1949]


def compare(options, data_set, name):
    case = CASES[name]
    by_clip, accuracies, report = {}, [], None
    for seed in options.seeds:
        folder, report = run(options, data_set, case.recipe, seed, case.settings, name)
        candidate = correct(folder, "last.int8")
        if case.alone:
            folder, _ = run(options, data_set, case.alone[0], seed, case.alone[1], name + "-alone")
        reference = correct(folder, case.reference)
        accuracies.append((100 * statistics.mean(reference.values()), 100 * statistics.mean(candidate.values())))
        for clip, seen in candidate.items():
            by_clip.setdefault(clip, []).append(int(seen) - int(reference[clip]))
    low, high = interval(by_clip)
    before, after = (statistics.mean(column) for column in zip(*accuracies))
    first, last = report["steps"][0], report["steps"][-1]
    return (f"| {case.title} | {data_set} | {len(options.seeds)} | {before:.2f} | {after:.2f} | {after - before:+.2f} "
            f"({low:+.2f} … {high:+.2f}) | {last['weight_bytes']:,} of {first['weight_bytes']:,} | "
            f"{last['macs']:,} of {first['macs']:,} | {last['instructions']:,} of {first['instructions']:,} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mote")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "runs" / "compression")
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--data-sets", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    options = parser.parse_args()
    print("| what | data | seeds | reference % | INT8 % | difference in points (95 %) | weights, bytes | MACs | "
          "instructions on cortex-m4 |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in options.only:
        for data_set in options.data_sets:
            print(compare(options, data_set, name), flush=True)


if __name__ == "__main__":
    main()
