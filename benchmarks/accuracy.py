#!/usr/bin/env python3
"""Accuracy of the recipes on real recordings: trains, evaluates, prints a table of FP32 and INT8.

  benchmarks/accuracy.py MOTE DATA [--seeds 1 2 3] [--out runs/accuracy] [--only speech-commands arabic-commands synth]
                         [--set features.arithmetic="fixed"]

MOTE is the program; DATA holds speech-commands-mini and arabic-commands, cuts of Speech Commands v0.02 and of the Arabic
Speech Commands: a figure on a cut is not that of the published benchmark.
"""
import argparse
import pathlib
import statistics

from recipes import ROOT, WORDS, mote


def setting(key, value):
    return ["--set", f"{key}={value}"]


def figures(evaluation):
    return 100 * evaluation["fp32"]["accuracy"], 100 * evaluation["int8"]["accuracy"]


def train(options, recipe, name, seed, settings):
    folder = options.out / f"{name}-{seed}"
    document = mote(options.mote, "run", ROOT / "recipes" / f"{recipe}.toml", "--out", folder,
                    *setting("project.seed", seed), *settings, *(part for pair in options.set for part in ("--set", pair)))
    return folder, document["report"]["evaluation"]


def speech_commands(options, seed):
    settings = [*setting("dataset.path", options.data / "speech-commands-mini"), *setting("dataset.labels", WORDS),
                *setting("dataset.unknown_share", 0)]
    return figures(train(options, "speech-commands", "speech-commands", seed, settings)[1])


def arabic_commands(options, seed):
    settings = setting("dataset.path", options.data / "arabic-commands")
    return figures(train(options, "arabic-commands", "arabic-commands", seed, settings)[1])


def synth_on_people(options, seed, name, settings):
    folder, _ = train(options, "keywords-synth", name, seed, settings)
    return figures(mote(options.mote, "eval", folder, "--data", options.data / "speech-commands-mini"))


def synth_recorded_noise(options, seed):
    noise = setting("augment.noise.path", options.data / "speech-commands-mini" / "_background_noise_")
    return synth_on_people(options, seed, "synth-recorded-noise", noise)


def synth_generated_noise(options, seed):
    return synth_on_people(options, seed, "synth-generated-noise", [])


TASKS = {
    "speech-commands": ("speech-commands-mini", speech_commands),
    "arabic-commands": ("arabic-commands", arabic_commands),
    "synth": ("keywords-synth, recorded noise, heard by real voices", synth_recorded_noise),
    "synth-generated": ("keywords-synth, generated noise, heard by real voices", synth_generated_noise),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mote")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "runs" / "accuracy")
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="of every recipe, last word")
    options = parser.parse_args()
    print("| task | seeds | FP32 % | INT8 % | INT8 less FP32 |\n|---|---|---|---|---|", flush=True)
    for name in options.only:
        title, task = TASKS[name]
        pairs = [task(options, seed) for seed in options.seeds]
        fp32, int8 = (statistics.mean(column) for column in zip(*pairs))
        each = ", ".join(f"{value:.1f}" for _, value in pairs)
        print(f"| {title} | {len(pairs)} | {fp32:.2f} | {int8:.2f} ({each}) | {int8 - fp32:+.2f} |", flush=True)


if __name__ == "__main__":
    main()
