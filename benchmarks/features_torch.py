"""MFCC by mote's fast path beside torch.stft + mel + log + DCT, in turn on one machine, one thread each.

    python3 features_torch.py BUILD/benchmarks/features_benchmark [rounds]

Prints microseconds a clip (1 s, 16 kHz) of the best round and the ratio. torch works on float, with whatever is faster
on this machine: clips one by one or in batches; mel and DCT as matrix products (BLAS) or as 1x1 convolutions (oneDNN)."""
import subprocess
import sys
import time

import torch

RATE, HOP, MELS, COEFFICIENTS, CLIPS = 16000, 320, 40, 10, 64
CASES = {"40_20_1024": (640, 1024), "30_20_512": (480, 512)}


def mel_bank(bins):
    def mel(hz):
        return 1127.0 * torch.log1p(hz / 700.0)

    edges = torch.linspace(float(mel(torch.tensor(20.0))), float(mel(torch.tensor(4000.0))), MELS + 2)
    position = mel(torch.linspace(0, RATE / 2, bins))[:, None]
    lower, peak, upper = edges[:-2], edges[1:-1], edges[2:]
    return torch.clamp(torch.minimum((position - lower) / (peak - lower), (upper - position) / (upper - peak)), min=0)


def dct():
    k = torch.arange(COEFFICIENTS)
    m = torch.arange(MELS)[:, None]
    return torch.cos(torch.pi * k * (m + 0.5) / MELS) * (2.0 / MELS) ** 0.5


def microseconds(window, fft, spectrum, batch, way, seconds):
    clips = torch.randint(-4000, 4000, (CLIPS, RATE)).float() / 32768
    hann, bank, basis = torch.hann_window(window), mel_bank(fft // 2 + 1), dct()

    def bins_of(samples):
        stft = torch.stft(samples, fft, HOP, window, hann, center=False, return_complex=True)
        return stft.abs() if spectrum == "magnitude" else stft.real.square() + stft.imag.square()

    def by_matrices(samples):
        return torch.log(bins_of(samples).transpose(-1, -2) @ bank + 1e-6) @ basis

    bank_filters, basis_filters = bank.T[:, :, None].contiguous(), basis.T[:, :, None].contiguous()

    def by_convolutions(samples):
        mels = torch.nn.functional.conv1d(bins_of(samples), bank_filters)
        return torch.nn.functional.conv1d(torch.log(mels + 1e-6), basis_filters)

    features = by_matrices if way == "matrices" else by_convolutions
    best, start = 1e9, time.perf_counter()
    while time.perf_counter() - start < seconds:
        begin = time.perf_counter()
        for first in range(0, CLIPS, batch):
            features(clips[first:first + batch])
        best = min(best, (time.perf_counter() - begin) / CLIPS)
    return best * 1e6


def run_mote(program):
    lines = subprocess.run([program, "0.3"], check=True, capture_output=True, text=True).stdout.splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if not line.startswith("#")}


def main():
    torch.set_num_threads(1)
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    best = {}
    for _ in range(rounds):
        measured = run_mote(program)
        for case, (window, fft) in CASES.items():
            for spectrum in ("power", "magnitude"):
                measured[f"torch_{spectrum}_{case}"] = min(
                    microseconds(window, fft, spectrum, batch, way, 0.2)
                    for batch in (1, 16, CLIPS) for way in ("matrices", "convolutions"))
        for name, value in measured.items():
            best[name] = min(value, best.get(name, 1e9))
    print(f"torch {torch.__version__}, one thread, microseconds a clip, best of {rounds} rounds")
    for case in CASES:
        for spectrum in ("power", "magnitude"):
            name = f"{spectrum}_{case}"
            ours, theirs = best[f"fast_{name}"], best[f"torch_{name}"]
            print(f"{name:24} torch {theirs:7.1f}  mote {ours:6.1f}  device path {best[f'device_{name}']:6.1f}  "
                  f"ratio {theirs / ours:.2f}")


main()
