#!/usr/bin/env python3
"""What compression costs in accuracy, paired clip by clip and pooled over seeds, with a bootstrap interval.

  benchmarks/compression.py MOTE DATA [--seeds 1 2 3 4 5] [--out runs/compression] [--only qat ternary …]
                            [--data-sets speech-commands arabic-commands]

MOTE is the program; DATA holds speech-commands-mini and arabic-commands. Each line compares the quantized model after the
last step of a recipe with the float model of its first step on the same clips. The interval resamples clips, each with its
answers of all seeds (percentiles of 2,000 resamples).
"""
import argparse
import csv
import pathlib
import shutil
import statistics

from recipes import ROOT, WORDS, interval, mote

DATA_SETS = {
    "speech-commands": ("speech-commands-mini", {"dataset.layout": '"speech-commands"', "dataset.labels": WORDS,
                                                 "dataset.unknown_share": "0", "dataset.group": '"auto"'}),
    "arabic-commands": ("arabic-commands", {"dataset.layout": '"csv"', "dataset.labels": "[]",
                                            "dataset.group": '"regex:([0-9]+)_NO"'}),
}


class Case:
    """One line of the table: a recipe whose last step is compared with the float network of its first one."""

    def __init__(self, title, recipe):
        self.title, self.recipe = title, recipe


CASES = {
    "qat": Case("quantization-aware training, int8", "compress-qat.toml"),
    "int4": Case("weights of 4 bits", "compress-int4.toml"),
    "mixed": Case("weights of 8 and 4 bits in 0.6 of the bytes", "compress-mixed.toml"),
    "int16": Case("activations of 16 bits", "compress-int16.toml"),
    "ternary": Case("ternary weights", "compress-ternary.toml"),
    "narrow-half": Case("half of the multiply-accumulates", "compress-narrow-half.toml"),
    "narrow-quarter": Case("a quarter of the multiply-accumulates", "compress-narrow-quarter.toml"),
    "sparse": Case("80 % of the weights zero", "compress-sparse.toml"),
    "pocket": Case("half of the work, then weights of 4 bits", "compress-pocket.toml"),
}


def settings(options, data_set, seed):
    path, base = DATA_SETS[data_set]
    pairs = {**base, "dataset.path": options.data / path, "project.seed": seed}
    return [part for key, value in pairs.items() for part in ("--set", f"{key}={value}")]


def run(options, data_set, name, seed):
    """A run directory and its report. All cases start from one training, whose folder is copied."""
    start = options.out / f"start-{data_set}-{seed}"
    of_seed = settings(options, data_set, seed)
    mote(options.mote, "train", ROOT / "recipes" / "arabic-commands.toml", "--out", start, *of_seed)
    folder = options.out / f"{name}-{data_set}-{seed}"
    if not folder.exists():
        shutil.copytree(start, folder)
    recipe = ROOT / "recipes" / CASES[name].recipe
    return folder, mote(options.mote, "run", recipe, "--out", folder, *of_seed)["report"]


def correct(folder, column):
    """Clip → whether the model of that column saw its label. "last.int8" names the last step."""
    with open(folder / "predictions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    column = list(rows[0])[-1] if column == "last.int8" else column
    return {row["clip"]: row[column] == row["label"] for row in rows}


def compare(options, data_set, name):
    by_clip, accuracies, report = {}, [], None
    for seed in options.seeds:
        folder, report = run(options, data_set, name, seed)
        candidate, reference = correct(folder, "last.int8"), correct(folder, "train.fp32")
        accuracies.append((100 * statistics.mean(reference.values()), 100 * statistics.mean(candidate.values())))
        for clip, seen in candidate.items():
            by_clip.setdefault(clip, []).append(int(seen) - int(reference[clip]))
    low, high = interval(by_clip.values())
    before, after = (statistics.mean(column) for column in zip(*accuracies))
    first, last = report["steps"][0], report["steps"][-1]
    return (f"| {CASES[name].title} | {data_set} | {len(options.seeds)} | {before:.2f} | {after:.2f} | {after - before:+.2f} "
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
    print("| what | data | seeds | FP32 before % | INT8 % | difference in points (95 %) | weights, bytes | MACs | "
          "instructions on cortex-m4 |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in options.only:
        for data_set in options.data_sets:
            print(compare(options, data_set, name), flush=True)


if __name__ == "__main__":
    main()
