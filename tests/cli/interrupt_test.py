"""A run that is killed, stopped or shut out loses nothing: resumed, it ends in the bytes of an undisturbed run."""

import hashlib
import os
import random
import signal
import time

import support

KILLS = int(os.environ.get("MOTE_CLI_KILLS", "3"))

# Long enough in training that most kills fall there.
LONGER = support.SMALL_MOTION.replace("windows = 40", "windows = 60").replace("epochs = 6", "epochs = 15")
COMPARED = ["model.tflite", "model_data.h", "model_data.cc", "labels.txt", "log.jsonl", "report.json", "report.html"]


def hashes(folder):
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in COMPARED}


class EveryStep(support.CliTest):
    def test_killed_in_any_step_and_resumed_a_recipe_ends_in_the_same_bytes(self):
        self.write("steps.toml", support.ALL_STEPS)
        begin = time.monotonic()
        self.mote("run", "steps.toml", "--out", "once")
        duration_s = time.monotonic() - begin
        draw = random.Random(4)
        for _ in range(2 * KILLS):
            process = self.start("run", "steps.toml", "--out", "run")
            time.sleep(draw.uniform(0.1, 0.5) * duration_s)
            process.kill()
            process.communicate()
        self.mote("run", "steps.toml", "--out", "run")
        self.assertEqual(hashes(self.folder / "run"), hashes(self.folder / "once"))


class Interrupt(support.CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        once = cls.shared_folder()
        begin = time.monotonic()
        support.run_in(once, LONGER)
        cls.duration_s = time.monotonic() - begin
        cls.expected = hashes(once / "run")

    def setUp(self):
        super().setUp()
        self.write("small.toml", LONGER)

    def start_and_wait_for(self, text):
        """A run that has just written `text` on standard error."""
        process = self.start("run", "small.toml", "--out", "run")
        for line in process.stderr:
            if text in line.decode():
                return process
        self.fail(f"the run ended without '{text}'")

    def finish(self, process):
        out, err = process.communicate(timeout=support.TIMEOUT_S)
        return process.returncode, out.decode(), err.decode()

    def test_killed_at_random_moments_and_resumed_it_ends_in_the_same_bytes(self):
        draw = random.Random(2)
        for kill in range(KILLS):
            process = self.start("run", "small.toml", "--out", f"run{kill}")
            time.sleep(draw.uniform(0, self.duration_s))
            process.kill()
            self.finish(process)
            self.mote("run", "small.toml", "--out", f"run{kill}")
            self.assertEqual(hashes(self.folder / f"run{kill}"), self.expected, f"kill {kill}")
            left_over = [path for path in (self.folder / f"run{kill}").rglob("*") if ".tmp" in path.name]
            self.assertEqual(left_over, [], "temporary files of the killed run")

    def test_killed_again_and_again_in_one_directory_it_ends_in_the_same_bytes(self):
        draw = random.Random(3)
        for _ in range(KILLS):
            process = self.start("run", "small.toml", "--out", "run")
            time.sleep(draw.uniform(0.1, 0.6) * self.duration_s)
            process.kill()
            self.finish(process)
        self.mote("run", "small.toml", "--out", "run")
        self.assertEqual(hashes(self.folder / "run"), self.expected)

    def test_control_c_says_that_the_same_command_goes_on_and_it_does(self):
        process = self.start_and_wait_for("epoch 1/")
        process.send_signal(signal.SIGINT)
        code, _, err = self.finish(process)
        self.assertEqual(code, support.FAILED, err)
        self.assertRegex(err, "error: .*(stop|interrupt)")
        self.assertRegex(err, "error: .*(goes on|go on|again)")
        result = self.mote("run", "small.toml", "--out", "run")
        self.assertIn("goes on from its checkpoint", result.err)
        self.assertEqual(hashes(self.folder / "run"), self.expected)

    def test_two_runs_on_one_directory_are_kept_apart(self):
        process = self.start_and_wait_for("epoch 1/")
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        process.send_signal(signal.SIGSTOP)
        result = self.assert_fails("run", "small.toml", "--out", "run", "--json", says=["run", "another"])
        self.assertEqual(result.json()["error"]["code"], "busy")
        process.send_signal(signal.SIGCONT)
        code, _, err = self.finish(process)
        self.assertEqual(code, support.GOOD, err)

    def test_a_lock_left_by_a_killed_run_holds_nobody_up(self):
        process = self.start_and_wait_for("epoch 1/")
        process.kill()
        self.finish(process)
        self.assertTrue((self.folder / "run/.lock").exists())
        self.mote("run", "small.toml", "--out", "run")


if __name__ == "__main__":
    support.main()
