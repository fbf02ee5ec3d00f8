#!/usr/bin/env python3
"""What compression costs in accuracy, paired clip by clip and pooled over seeds, with a bootstrap interval.

  benchmarks/compression.py MOTE DATA [--seeds 1 2 3 4 5] [--out runs/compression] [--only qat ternary …]
                            [--data-sets speech-commands arabic-commands] [--threads 0]

MOTE is the program; DATA holds speech-commands-mini and arabic-commands. Each line compares the quantized model after the
last step of a recipe with the float model of its first step on the same clips; a student's, with the quantized model of
the same network trained alone, for as many epochs. The students of all seeds have one teacher, made as their recipe's
[teacher] says. The interval resamples clips, each with its answers of all seeds (percentiles of 2,000 resamples); a line
"both" pools the data sets, clip by clip.
"""
import argparse
import csv
import json
import pathlib
import shutil
import statistics
import tomllib

from recipes import ROOT, WORDS, interval, mote

DATA_SETS = {
    "speech-commands": ("speech-commands-mini", {"dataset.layout": '"speech-commands"', "dataset.labels": WORDS,
                                                 "dataset.unknown_share": "0", "dataset.group": '"auto"'}),
    "arabic-commands": ("arabic-commands", {"dataset.layout": '"csv"', "dataset.labels": "[]",
                                            "dataset.group": '"regex:([0-9]+)_NO"'}),
}


LAST = "the quantized model of the last step"
TEACHER_SEED = 101


class Case:
    """One line of the table: a recipe whose last step is compared with the float network of its first one; or, where
    there are settings of the same network alone, a student with that network, quantized."""

    def __init__(self, title, recipe, alone=None):
        self.title, self.recipe, self.alone = title, recipe, alone


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
    "student": Case("a student with a teacher, against it alone", "compress-student.toml",
                    {"compress.steps": '["train"]', "train.epochs": "240", "train.label_smoothing": "0.05"}),
}


def overrides(pairs):
    return [part for key, value in pairs.items() for part in ("--set", f"{key}={value}")]


def settings(options, data_set, seed):
    path, base = DATA_SETS[data_set]
    return overrides({**base, "dataset.path": options.data / path, "project.seed": seed})


def call(options, command, recipe, folder, pairs):
    recipe = ROOT / "recipes" / recipe
    return mote(options.mote, "--threads", options.threads, command, recipe, "--out", folder, *pairs)


def as_teacher(recipe):
    """Settings that train the teacher of a recipe as a network of its own."""
    teacher = tomllib.loads((ROOT / "recipes" / recipe).read_text())["teacher"]
    return {"compress.steps": '["train"]', **{f"model.{key}": json.dumps(value) for key, value in teacher.items()}}


def run(options, data_set, name, seed):
    """The run directory of a case, its report, and the run directory and column of what it is compared with. Cases that
    begin with the same training start from one, whose folder is copied."""
    case, of_seed = CASES[name], settings(options, data_set, seed)
    folder = options.out / f"{name}-{data_set}-{seed}"
    if case.alone:
        alone = options.out / f"{name}-alone-{data_set}-{seed}"
        call(options, "run", case.recipe, alone, of_seed + overrides(case.alone))
        teacher = options.out / f"{name}-teacher-{data_set}"
        call(options, "run", case.recipe, teacher, settings(options, data_set, TEACHER_SEED) + overrides(as_teacher(case.recipe)))
        taught = overrides({"compress.steps": '["distill"]', "distill.teachers": f'["{teacher.resolve()}"]'})
        return folder, call(options, "run", case.recipe, folder, of_seed + taught)["report"], alone, LAST
    start = options.out / f"start-{data_set}-{seed}"
    call(options, "train", "arabic-commands.toml", start, of_seed)
    if not folder.exists():
        shutil.copytree(start, folder)
    return folder, call(options, "run", case.recipe, folder, of_seed)["report"], folder, "train.fp32"


def correct(folder, column):
    """Clip → whether the model of that column saw its label."""
    with open(folder / "predictions.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    column = list(rows[0])[-1] if column == LAST else column
    return {row["clip"]: row[column] == row["label"] for row in rows}


class Line:
    """Differences clip by clip, and the accuracies of each seed, of one data set or of all."""

    def __init__(self):
        self.by_clip, self.accuracies = {}, []

    def add(self, data_set, candidate, reference):
        self.accuracies.append((100 * statistics.mean(reference.values()), 100 * statistics.mean(candidate.values())))
        for clip, seen in candidate.items():
            self.by_clip.setdefault((data_set, clip), []).append(int(seen) - int(reference[clip]))

    def text(self, title, data, costs):
        low, high = interval(self.by_clip.values())
        before, after = (statistics.mean(column) for column in zip(*self.accuracies))
        return (f"| {title} | {data} | {len(self.accuracies)} | {before:.2f} | {after:.2f} | {after - before:+.2f} "
                f"({low:+.2f} … {high:+.2f}) | {costs} |")


def costs_of(steps):
    first, last = steps[0], steps[-1]
    return " | ".join(f"{last[key]:,} of {first[key]:,}" for key in ("weight_bytes", "macs", "instructions"))


def compare(options, name):
    """A line for each data set, one for all of them where there are several."""
    title, both = CASES[name].title, Line()
    for data_set in options.data_sets:
        line, report = Line(), None
        for seed in options.seeds:
            folder, report, other, column = run(options, data_set, name, seed)
            seen = correct(folder, LAST), correct(other, column)
            line.add(data_set, *seen)
            both.add(data_set, *seen)
        print(line.text(title, data_set, costs_of(report["steps"])), flush=True)
    if len(options.data_sets) > 1:
        print(both.text(title, "both", "| |"), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mote")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "runs" / "compression")
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES))
    parser.add_argument("--data-sets", nargs="+", choices=DATA_SETS, default=list(DATA_SETS))
    parser.add_argument("--threads", type=int, default=0, help="of mote; 0: all")
    options = parser.parse_args()
    print("| what | data | runs | before % | after % | difference in points (95 %) | weights, bytes | MACs | "
          "instructions on cortex-m4 |\n|---|---|---|---|---|---|---|---|---|", flush=True)
    for name in options.only:
        compare(options, name)


if __name__ == "__main__":
    main()
