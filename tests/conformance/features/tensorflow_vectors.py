"""Features of the MLPerf Tiny keyword spotter by TensorFlow's tf.signal. Needs tensorflow; run in this folder."""
import tensorflow as tf

from make_signal import make_signal, write_vectors

RATE = 16000


def log_mels(samples):
    stft = tf.signal.stft(samples, frame_length=480, frame_step=320, fft_length=None, window_fn=tf.signal.hann_window)
    magnitudes = tf.abs(stft)
    bank = tf.signal.linear_to_mel_weight_matrix(40, magnitudes.shape[-1], RATE, 20.0, 4000.0)
    return tf.math.log(tf.tensordot(magnitudes, bank, 1) + 1e-6)


def main():
    samples = tf.constant(make_signal(RATE, seed=1) / 32768.0, dtype=tf.float32)
    mels = log_mels(samples)
    mfccs = tf.signal.mfccs_from_log_mel_spectrograms(mels)[..., :10]
    versions = f"tensorflow {tf.__version__}, 16000 samples, seed 1"
    write_vectors("mlperf-tiny.txt", "tensorflow_vectors.py", versions, mfccs.numpy())
    write_vectors("mlperf-tiny-log-mel.txt", "tensorflow_vectors.py", versions, mels.numpy())


main()
