"""`mote run`: what it leaves behind, what it repeats and what not, and that its bytes do not depend on chance."""

import json
import shutil
import unittest
import xml.etree.ElementTree

import support

ARTEFACTS = ["recipe.toml", "labels.txt", "model.tflite", "model_data.h", "model_data.cc", "report.json", "report.html", "log.jsonl"]


class Run(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("small.toml", support.SMALL_MOTION)

    def run_stages(self, *arguments):
        """The stages that a run had to do."""
        return self.mote("run", "small.toml", "--out", "run", "--json", *arguments).json()["done"]

    def test_ends_in_a_model_its_c_array_and_a_report(self):
        result = self.mote("run", "small.toml", "--out", "run")
        for name in ARTEFACTS:
            self.assertGreater((self.folder / "run" / name).stat().st_size, 0, name)
        self.assertIn("INT8", result.out)
        self.assertIn("run/model.tflite", result.out)
        self.assertIn("run/model_data.cc", result.out)
        self.assertEqual((self.folder / "run/labels.txt").read_text().split(), ["still", "shake", "circle", "tap"])
        self.assertEqual((self.folder / "run/model.tflite").read_bytes()[4:8], b"TFL3")
        header = (self.folder / "run/model_data.h").read_text()
        self.assertIn("g_model_len", header)
        self.assertNotIn(str(self.folder), (self.folder / "run/model_data.cc").read_text())

    def test_the_report_holds_both_accuracies_and_the_page_needs_no_network(self):
        self.mote("run", "small.toml", "--out", "run")
        report = json.loads((self.folder / "run/report.json").read_text())
        self.assertGreater(report["evaluation"]["int8"]["accuracy"], 0.5)
        self.assertGreater(report["evaluation"]["fp32"]["accuracy"], 0.5)
        page = (self.folder / "run/report.html").read_text()
        for loads in ('src="http', 'href="http', "@import", "url(http"):
            self.assertNotIn(loads, page)

    def test_the_shipped_motion_recipe_runs(self):
        self.mote("run", support.SOURCE / "recipes/shake.toml", "--out", "run", "--set", "train.epochs=2")
        self.assertTrue((self.folder / "run/model.tflite").exists())

    def test_without_a_compiler_the_c_bundle_is_not_compared_and_the_run_says_so(self):
        result = self.mote("run", "small.toml", "--out", "run")
        self.assertIn("the C bundle was not compared with the desktop", result.err)
        self.assertIn("not compared", result.out)
        self.assertNotEqual(json.loads((self.folder / "run/report.json").read_text())["device"]["skipped"], "")

    def test_runs_lie_under_runs_by_default(self):
        self.mote("run", "small.toml")
        self.assertTrue((self.folder / "runs/small/model.tflite").exists())

    def test_a_second_run_does_nothing_and_says_so(self):
        self.mote("run", "small.toml", "--out", "run")
        before = {name: (self.folder / "run" / name).stat().st_mtime_ns for name in ARTEFACTS if name != "recipe.toml"}
        second = self.mote("run", "small.toml", "--out", "run")
        self.assertIn("nothing to do", second.out)
        after = {name: (self.folder / "run" / name).stat().st_mtime_ns for name in before}
        self.assertEqual(before, after)
        self.assertEqual(self.run_stages(), [])

    def test_a_changed_key_redoes_only_what_depends_on_it(self):
        every = ["data", "features", "train", "quantize", "export", "verify", "evaluate"]
        self.assertEqual(self.run_stages(), every)
        self.assertEqual(self.run_stages("--set", "gates.least_accuracy=0.1"), ["evaluate"])
        self.assertEqual(self.run_stages("--set", "postprocess.threshold=0.6"), ["export", "verify", "evaluate"])
        self.assertEqual(self.run_stages("--set", "quantize.samples=50"), ["quantize", "export", "verify", "evaluate"])
        self.assertEqual(self.run_stages("--set", "train.epochs=4"), ["train", "quantize", "export", "verify", "evaluate"])
        self.assertEqual(self.run_stages("--set", "motion.windows=41"), every)

    def test_a_stale_stage_is_named(self):
        self.run_stages()
        result = self.mote("run", "small.toml", "--out", "run", "--set", "train.epochs=4")
        self.assertIn("train: what it depends on has changed", result.err)

    def test_a_deleted_artefact_is_made_again(self):
        self.run_stages()
        before = self.sha256("run/model.tflite")
        (self.folder / "run/model.tflite").unlink()
        self.assertIn("export", self.run_stages())
        self.assertEqual(self.sha256("run/model.tflite"), before)

    def test_one_stage_alone_stops_there_and_the_run_goes_on_from_it(self):
        self.mote("train", "small.toml", "--out", "run")
        self.assertFalse((self.folder / "run/model.tflite").exists())
        self.assertEqual(self.run_stages(), ["quantize", "export", "verify", "evaluate"])

    def test_threads_do_not_change_a_byte(self):
        hashes = set()
        for threads in (1, 2, 4):
            self.mote("run", "small.toml", "--out", f"run{threads}", "--threads", threads)
            hashes.add(tuple(self.sha256(f"run{threads}/{name}") for name in ("model.tflite", "model_data.cc", "log.jsonl")))
        self.assertEqual(len(hashes), 1)

    def test_another_seed_gives_another_model(self):
        self.mote("run", "small.toml", "--out", "a")
        self.mote("run", "small.toml", "--out", "b", "--set", "project.seed=8")
        self.assertNotEqual(self.sha256("a/model.tflite"), self.sha256("b/model.tflite"))

    def test_the_resolved_recipe_gives_the_same_model(self):
        self.mote("run", "small.toml", "--out", "a", "--set", "train.epochs=2")
        self.mote("run", "a/recipe.toml", "--out", "b")
        self.assertEqual(self.sha256("a/model.tflite"), self.sha256("b/model.tflite"))

    def test_a_run_directory_runs_again_under_another_name(self):
        self.mote("run", "small.toml", "--out", "run")
        (self.folder / "run").rename(self.folder / "moved")
        self.assertEqual(self.mote("run", "small.toml", "--out", "moved", "--json").json()["done"], [])

    def test_missed_gates_end_in_exit_code_3_and_a_junit_file(self):
        result = self.mote(
            "run", "small.toml", "--out", "run", "--set", "gates.greatest_flash_bytes=10", "--set", "gates.least_accuracy=0.1",
            code=support.GATE_MISSED,
        )
        self.assertIn("MISSED", result.out)
        suite = xml.etree.ElementTree.parse(self.folder / "run/gates.xml").getroot()
        suite = suite if suite.tag == "testsuite" else suite.find("testsuite")
        failed = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
        self.assertEqual(len(list(suite.iter("testcase"))), 2)
        self.assertEqual(len(failed), 1)
        self.assertIn("flash", failed[0])
        again = self.mote("run", "small.toml", "--out", "run", "--json", "--set", "gates.greatest_flash_bytes=10", "--set",
                          "gates.least_accuracy=0.1", code=support.GATE_MISSED)
        self.assertEqual(again.json()["done"], [])
        self.assertFalse(again.json()["gates_passed"])
        self.mote("run", "small.toml", "--out", "run")
        self.assertFalse((self.folder / "run/gates.xml").exists(), "gates of an earlier recipe")


class Proof(support.CliTest):
    COMPILERS = True

    @unittest.skipUnless(shutil.which("gcc") or shutil.which("cc"), "no C compiler")
    def test_a_run_ends_in_a_c_bundle_that_equals_the_desktop(self):
        self.write("small.toml", support.SMALL_MOTION)
        result = self.mote("run", "small.toml", "--out", "run")
        self.assertIn("equal to the desktop on host", result.out)
        device = json.loads((self.folder / "run/report.json").read_text())["device"]
        self.assertTrue(device["equal"])
        self.assertEqual(device["clips"], 10)


if __name__ == "__main__":
    support.main()
