"""librosa's MFCC and log-mel defaults, but top_db=None; and one with every choice changed. Needs librosa; run in this
folder."""
import librosa
import numpy as np

from make_signal import make_signal, write_vectors

RATE = 22050


def main():
    samples = (make_signal(RATE // 2, seed=2) / 32768.0).astype(np.float32)
    versions = f"librosa {librosa.__version__}, 11025 samples, seed 2"
    mels = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=RATE), top_db=None)
    mfccs = librosa.feature.mfcc(S=mels, sr=RATE)
    write_vectors("librosa.txt", "librosa_vectors.py", versions, mfccs.T)
    write_vectors("librosa-log-mel.txt", "librosa_vectors.py", versions, mels.T)
    other = librosa.feature.melspectrogram(
        y=samples, sr=RATE, n_fft=1024, win_length=800, hop_length=400, window="hamming", pad_mode="reflect", power=1.0,
        n_mels=48, fmin=100.0, fmax=9000.0, htk=True, norm=None)
    write_vectors("librosa-other.txt", "librosa_vectors.py", versions + ", htk magnitude reflect", other.T)


main()
