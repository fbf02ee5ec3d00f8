"""The input of every vector in this folder: a rising chirp with noise, as int16. tests/support/make_signal.h makes the
same samples in C++; only integers and correctly rounded operations are used, so that they cannot differ."""
import numpy as np


def make_signal(samples, seed):
    """Chirp: a triangle wave whose 32-bit phase advances by a step that grows with time; noise: xorshift32
    (Marsaglia 2003, shifts 13, 17, 5)."""
    out = np.zeros(samples, dtype=np.int16)
    state, phase = seed, 0
    for i in range(samples):
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        phase = (phase + 40_000_000 + 50_000 * i) & 0xFFFFFFFF
        triangle = abs((phase >> 16) - 32768) - 16384
        noise = (state >> 20) - 2048
        out[i] = triangle // 2 + noise
    return out


def write_vectors(path, generator, versions, features):
    """One line that names the generator, one with frames and coefficients, then a row a frame."""
    with open(path, "w") as file:
        file.write(f"# tests/conformance/features/{generator}: {versions}\n")
        file.write(f"{features.shape[0]} {features.shape[1]}\n")
        for row in features:
            file.write(" ".join(f"{value:.9g}" for value in row) + "\n")
