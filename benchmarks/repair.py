#!/usr/bin/env python3
"""What the doctor gives back: runs recipes/unequal-channels.toml, then `mote doctor --apply`, and prints FP32 and INT8
before and after on the test clips, pooled over the seeds, with the bootstrap interval of INT8 less FP32, paired per clip.

  benchmarks/repair.py MOTE DATA [--seeds 1 2 3 4 5] [--out runs/repair] [--set train.epochs=20]

With --passes every repair is measured by itself too, and all of them together, on the same trained networks.
MOTE is the program; DATA holds arabic-commands.
"""
import argparse
import json
import pathlib
import shutil

from recipes import ROOT, interval, mote

PASSES = ["equalize", "search_ranges", "clip_weights", "round_weights", "correct_bias"]


def outcomes(evaluation):
    """+1 a clip that only INT8 has right, -1 one that only FP32 has, 0 the others: all that a paired interval needs."""
    comparison = evaluation["comparison"]
    gained, lost = comparison["only_candidate_correct"], comparison["only_reference_correct"]
    return [1] * gained + [-1] * lost + [0] * (comparison["clips"] - gained - lost)


class Row:
    def __init__(self):
        self.fp32, self.int8, self.differences = [], [], []

    def add(self, evaluation):
        self.fp32.append(100 * evaluation["fp32"]["accuracy"])
        self.int8.append(100 * evaluation["int8"]["accuracy"])
        self.differences += outcomes(evaluation)

    def line(self, name):
        low, high = interval([one] for one in self.differences)
        mean = 100 * sum(self.differences) / len(self.differences)
        seeds = ", ".join(f"{value:.1f}" for value in self.int8)
        fp32, int8 = (sum(values) / len(values) for values in (self.fp32, self.int8))
        return f"| {name} | {fp32:.2f} | {int8:.2f} ({seeds}) | {mean:+.2f} ({low:+.2f} … {high:+.2f}) |"


def settings(options, seed):
    pairs = [f"project.seed={seed}", f"dataset.path={options.data / 'arabic-commands'}", *options.set]
    return [part for pair in pairs for part in ("--set", pair)]


def run(options, seed, folder, *more):
    recipe = ROOT / "recipes" / "unequal-channels.toml"
    return mote(options.mote, "run", recipe, "--out", folder, *settings(options, seed), *more)["report"]["evaluation"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mote")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "runs" / "repair")
    parser.add_argument("--passes", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    rows = {"as trained": Row(), "mote doctor --apply": Row()}
    for seed in options.seeds:
        folder, repaired = options.out / f"seed{seed}", options.out / f"seed{seed}-repaired"
        rows["as trained"].add(run(options, seed, folder))
        shutil.rmtree(repaired, ignore_errors=True)
        answer = mote(options.mote, "doctor", folder, "--apply", "--out", repaired)
        rows["mote doctor --apply"].add(answer.get("after") or answer["before"])
        if not options.passes:
            continue
        for passes in [[one] for one in PASSES] + [PASSES]:
            name = "all of them" if len(passes) > 1 else passes[0]
            rows.setdefault(name, Row()).add(run(options, seed, folder, "--set", f"repair.passes={json.dumps(passes)}"))
    print("| INT8 made by | FP32 % | INT8 % (seeds) | INT8 less FP32, points (95 %) |\n|---|---|---|---|")
    for name, row in rows.items():
        print(row.line(name))


if __name__ == "__main__":
    main()
