"""What the benchmarks of recipes share: calling mote, and the interval of a difference in pairs."""
import json
import pathlib
import random
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESAMPLES = 2000
WORDS = '["yes","no","up","down","left","right","on","off","stop","go","_unknown_"]'


def mote(program, *arguments):
    """The JSON document that mote answers with; a missed gate counts as an answer."""
    answer = subprocess.run([program, "--json", "--quiet", *map(str, arguments)], capture_output=True, text=True)
    if answer.returncode not in (0, 3):
        raise SystemExit(f"mote {' '.join(map(str, arguments))}: {answer.stderr or answer.stdout}")
    return json.loads(answer.stdout)


def interval(groups):
    """95 % percentile bootstrap, in points, of the mean of all differences (+1, 0, -1); a group of them, those of one clip
    say, is drawn as a whole."""
    draw = random.Random(1)
    sums = [(sum(group), len(group)) for group in groups]
    means = []
    for _ in range(RESAMPLES):
        sample = draw.choices(sums, k=len(sums))
        means.append(100 * sum(total for total, _ in sample) / sum(count for _, count in sample))
    means.sort()
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
