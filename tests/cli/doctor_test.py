"""`mote doctor`: what it says of a run, what its repairs give back, and what a lone .tflite shows."""

import json
import shutil

import support

# Ranges that clip much of what they should hold.
CLIPPED = support.SMALL_MOTION.replace("[train]", '[quantize]\nmethod = "percentile"\npercentile = 0.6\n\n[train]')


class Doctor(support.CliTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = cls.shared_folder()
        support.run_in(cls.shared, CLIPPED)

    def setUp(self):
        super().setUp()
        self.run_copy = self.folder / "run"
        shutil.copytree(self.shared / "run", self.run_copy)

    def test_examining_names_every_layer_and_leaves_the_model_alone(self):
        before = self.sha256("run/model.tflite")
        findings = self.mote("doctor", "run", "--json").json()["findings"]
        self.assertEqual(findings["split"], "validation")
        ops = [layer["op"] for layer in findings["layers"]]
        self.assertEqual((ops[0], ops[-1]), ("input", "softmax"))
        self.assertIn("whole_ranges", [proposal["remedy"] for proposal in findings["proposals"]])
        self.assertEqual(self.sha256("run/model.tflite"), before)
        self.assertIn("dB whole", self.mote("doctor", "run").out)

    def test_the_findings_stand_in_the_report_and_the_run_stays_current(self):
        self.mote("doctor", "run", "--quiet")
        self.assertIn("doctor", json.loads((self.run_copy / "report.json").read_text()))
        self.assertIn("Where int8 loses accuracy", (self.run_copy / "report.html").read_text())
        self.assertEqual(self.mote("run", "run/recipe.toml", "--out", "run", "--json").json()["done"], [])

    def test_repairs_into_a_copy_bring_the_answers_nearer(self):
        document = self.mote("doctor", "run", "--apply", "--out", "repaired", "--json").json()
        trials = document["findings"]["trials"]
        kept = [trial for trial in trials if trial["kept"]]
        self.assertGreater(len(kept), 1)
        self.assertLess(kept[-1]["divergence"], 0.5 * trials[0]["divergence"])
        self.assertIn('method = "minmax"', (self.folder / "repaired/recipe.toml").read_text())
        self.assertNotEqual(self.sha256("repaired/model.tflite"), self.sha256("run/model.tflite"))
        self.assertIn("doctor", json.loads((self.folder / "repaired/report.json").read_text()))
        lost = {key: document[key]["fp32"]["accuracy"] - document[key]["int8"]["accuracy"] for key in ("before", "after")}
        self.assertLessEqual(lost["after"], lost["before"])

    def test_the_same_findings_on_any_number_of_threads(self):
        one = self.mote("doctor", "run", "--json", "--threads", 1).out
        self.assertEqual(self.mote("doctor", "run", "--json", "--threads", 3).out, one)

    def test_a_lone_model_shows_its_grids_and_says_what_it_cannot(self):
        findings = self.mote("doctor", "run/model.tflite", "--json").json()["findings"]
        self.assertTrue(all("whole_sqnr_db" not in layer for layer in findings["layers"]))
        self.assertIn("need the run directory", findings["notes"][0])

    def test_types_of_weights_are_chosen_within_a_budget(self):
        findings = self.mote("doctor", "run", "--weight-bytes", 400, "--json").json()["findings"]
        self.assertLessEqual(findings["types_bytes"], 400)
        self.assertGreater(len({layer["chosen"] for layer in findings["types"]}), 1)
        self.assert_fails("doctor", "run", "--weight-bytes", 1, says=["that is the nearest budget that can be met"])

    def test_what_it_cannot_do_is_an_error(self):
        self.assert_fails("doctor", "nowhere", says=["wanted a run directory or a .tflite file, got 'nowhere'"])
        self.assert_fails("doctor", "run/model.tflite", "--apply", says=["name the run directory"])
        self.assert_fails("doctor", "run", "--apply", "--out", "run", says=["'run' is there already"])
        (self.run_copy / "cache/float.graph").unlink()
        self.assert_fails("doctor", "run", says=["holds no finished training"])
        self.mote("doctor", "run", "--out", "elsewhere", code=support.USAGE)


if __name__ == "__main__":
    support.main()
