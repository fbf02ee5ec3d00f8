"""Kaldi's compute-mfcc-feats and compute-fbank-feats defaults, but dither 0, by kaldi-native-fbank (k2-fsa), whose own
defaults are set back to Kaldi's. Needs kaldi-native-fbank; run in this folder."""
from importlib.metadata import version

import kaldi_native_fbank as knf
import numpy as np

from make_signal import make_signal, write_vectors

RATE = 16000


def set_frame(options):
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 0.0
    options.frame_opts.snip_edges = True
    options.frame_opts.window_type = "povey"
    options.mel_opts.num_bins = 23
    options.mel_opts.low_freq = 20.0
    options.mel_opts.high_freq = 0.0
    return options


def frames_of(computer, samples):
    computer.accept_waveform(RATE, samples)
    computer.input_finished()
    return np.stack([computer.get_frame(i) for i in range(computer.num_frames_ready)])


def main():
    samples = make_signal(RATE // 2, seed=3).astype(np.float32).tolist()
    versions = f"kaldi-native-fbank {version('kaldi-native-fbank')}, 8000 samples, seed 3"
    fbank = set_frame(knf.FbankOptions())
    fbank.use_energy = False
    mfcc = set_frame(knf.MfccOptions())
    mfcc.num_ceps = 13
    mfcc.cepstral_lifter = 22.0
    mfcc.use_energy = True
    mfcc.raw_energy = True
    mfcc.energy_floor = 0.0
    write_vectors("kaldi-log-mel.txt", "kaldi_vectors.py", versions, frames_of(knf.OnlineFbank(fbank), samples))
    write_vectors("kaldi.txt", "kaldi_vectors.py", versions, frames_of(knf.OnlineMfcc(mfcc), samples))


main()
