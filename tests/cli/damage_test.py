"""Files cut in half and full disks: the error names the file and says what to do; what was whole stays whole."""

import json
import os
import shutil
import subprocess

import support


class Damage(support.CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.shared_folder()
        support.run_in(cls.once, support.SMALL_MOTION)

    def setUp(self):
        super().setUp()
        self.write("small.toml", support.SMALL_MOTION)
        shutil.copytree(self.once / "run", self.folder / "run")
        self.model = self.sha256("run/model.tflite")

    def path(self, name):
        return self.folder / "run" / name

    def forget(self, *stages):
        """Makes `stages` count as never done, so that the next run reads their inputs again."""
        state = json.loads(self.path("state.json").read_text())
        for stage in stages:
            state["stages"].pop(stage, None)
        self.path("state.json").write_text(json.dumps(state))

    def check_recovery(self, name):
        """The error names the file and says what to do; doing it gives the same model."""
        self.assert_fails("run", "small.toml", "--out", "run", says=[name, "elete"])
        self.path(name).unlink()
        self.mote("run", "small.toml", "--out", "run")
        self.assertEqual(self.sha256("run/model.tflite"), self.model)

    def test_every_artefact_cut_in_half_is_named_and_made_again_when_deleted(self):
        for name in ("cache/dataset.json", "cache/train.h5", "cache/validation.h5", "cache/feature_statistics.json",
                     "checkpoints/train.graph", "cache/float.graph", "cache/int8.graph", "model.tflite", "model_data.h",
                     "model_data.cc", "labels.txt", "report.json", "report.html", "log.jsonl"):
            with self.subTest(name):
                support.cut_in_half(self.path(name))
                self.check_recovery(name)

    def test_a_changed_artefact_is_not_overwritten_unasked(self):
        self.path("labels.txt").write_text("mine\n")
        self.assert_fails("run", "small.toml", "--out", "run", says=["labels.txt", "changed"])
        self.assertEqual(self.path("labels.txt").read_text(), "mine\n")

    def test_a_state_cut_in_half_is_named_and_rebuilt_when_deleted(self):
        support.cut_in_half(self.path("state.json"))
        self.check_recovery("state.json")

    def test_a_state_of_another_kind_is_named(self):
        for text in ("[]", "7", '{"format": "mote.state/1"}', '{"format": "mote.state/1", "stages": {"data": 1}}'):
            self.path("state.json").write_text(text)
            self.assert_fails("run", "small.toml", "--out", "run", says=["state.json", "elete"])

    def test_a_checkpoint_cut_in_half_is_named(self):
        support.cut_in_half(self.path("checkpoints/train.ckpt"))
        self.forget("train", "quantize", "export", "evaluate")
        self.check_recovery("checkpoints/train.ckpt")

    def test_an_unrecorded_cache_cut_in_half_is_replaced(self):
        support.cut_in_half(self.path("cache/train.h5"))
        self.forget("features", "train", "quantize", "export", "evaluate")
        self.path("checkpoints/train.ckpt").unlink()
        self.mote("run", "small.toml", "--out", "run")
        self.assertEqual(self.sha256("run/model.tflite"), self.model)

    def test_eval_and_inspect_name_a_model_cut_in_half(self):
        support.cut_in_half(self.path("model.tflite"))
        for command in ("eval", "inspect"):
            self.assert_fails(command, "run", says=["model.tflite"])

    def test_a_report_of_another_kind_is_named(self):
        state = json.loads(self.path("state.json").read_text())
        del state["stages"]["evaluate"]["files"]["report.json"]
        self.path("state.json").write_text(json.dumps(state))
        self.path("report.json").write_text("{}")
        self.assert_fails("run", "small.toml", "--out", "run", says=["report.json"])


class FullDisk(support.CliTest):
    """A small file system in memory; only root may mount one."""

    def setUp(self):
        super().setUp()
        self.write("small.toml", support.SMALL_MOTION)
        self.disk = self.folder / "disk"
        self.disk.mkdir()
        if os.geteuid() != 0:
            self.skipTest("mounting a small file system wants root")
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(self.disk)], capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no small file system: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", str(self.disk)], check=False)

    def fill(self, but_bytes):
        free = os.statvfs(self.disk)
        with open(self.disk / "filler", "wb") as file:
            file.write(b"x" * (free.f_bavail * free.f_bsize - but_bytes))

    def test_a_disk_that_is_full_from_the_start_is_a_clear_error(self):
        self.fill(but_bytes=0)
        self.assert_fails("run", "small.toml", "--out", "disk/run", says=["disk/run", "No space left"])

    def test_a_disk_that_fills_leaves_nothing_half_written_and_the_run_goes_on_with_more_room(self):
        self.mote("run", "small.toml", "--out", "expected")
        for but_bytes in (16 << 10, 64 << 10, 160 << 10, 220 << 10):
            self.fill(but_bytes)
            self.assert_fails("run", "small.toml", "--out", "disk/run", says=["disk/run", "o space left"])
            left_over = [path.name for path in (self.disk / "run").rglob("*") if path.name.endswith(".tmp")]
            self.assertEqual(left_over, [])
            (self.disk / "filler").unlink()
        self.mote("run", "small.toml", "--out", "disk/run")
        self.assertEqual(self.sha256("disk/run/model.tflite"), self.sha256("expected/model.tflite"))

    def test_a_full_disk_keeps_the_model_that_was_there(self):
        self.mote("run", "small.toml", "--out", "disk/run")
        before = self.sha256("disk/run/model.tflite")
        self.fill(but_bytes=0)
        self.mote("run", "small.toml", "--out", "disk/run", "--set", "train.epochs=5", code=support.FAILED)
        self.assertEqual(self.sha256("disk/run/model.tflite"), before)


if __name__ == "__main__":
    support.main()
