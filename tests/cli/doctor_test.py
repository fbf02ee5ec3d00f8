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
        verdict = document["findings"]["verdict"]
        self.assertEqual(verdict["split"], "test")
        self.assertGreaterEqual(verdict["int8_after"], verdict["int8_before"])

    def test_int16_activations_are_measured_with_what_they_cost_and_not_taken(self):
        findings = self.mote("doctor", "run", "--apply", "--json").json()["findings"]
        last = findings["trials"][-1]
        best = [trial for trial in findings["trials"] if trial["kept"]][-1]
        self.assertTrue(last["remedies"].endswith("wide_activations"))
        self.assertFalse(last["kept"])
        self.assertGreater(last["arena_bytes"], best["arena_bytes"])
        self.assertLess(last["divergence"], best["divergence"])
        self.assertIn('quantize.activations = "int16" takes them', " ".join(findings["notes"]))
        self.assertIn('activations = "int8"', (self.run_copy / "recipe.toml").read_text())

    def test_proposals_say_what_to_write_into_the_recipe(self):
        findings = self.mote("doctor", "run", "--json").json()["findings"]
        changes = {proposal["remedy"]: proposal["change"] for proposal in findings["proposals"]}
        self.assertEqual(changes["whole_ranges"], 'quantize.method = "minmax"')
        self.assertEqual(changes["train_quantized"], 'compress.steps = ["train", "qat"]')

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


class DoctorWithoutATestSplit(support.CliTest):
    RECIPE = """
[dataset]
layout = "folders"
path = "clips"
group = "regex:([0-9]+)_"
validation_share = 0.4
test_share = 0

[model]
architecture = "ds-cnn"
width = 0.25
depth = 1

[quantize]
method = "percentile"
percentile = 0.6

[train]
epochs = 2
batch = 12
"""

    @classmethod
    def setUpClass(cls):
        cls.shared = cls.shared_folder()
        for word, frequency_hz in (("low", 300), ("high", 2500)):
            for speaker in range(16):
                samples = support.tone(frequency_hz, seed=frequency_hz + speaker, seconds=0.3)
                support.write_wav(cls.shared / "clips" / word / f"{speaker}_a.wav", samples)
        support.run_in(cls.shared, cls.RECIPE)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.shared / "run", self.folder / "run")

    def test_one_half_of_the_speakers_chooses_and_the_other_judges(self):
        document = self.mote("doctor", "run", "--apply", "--json").json()
        findings = document["findings"]
        self.assertEqual(findings["split"], "validation, first half by group")
        self.assertEqual(findings["verdict"]["split"], "validation, second half by group")
        judges = {clip.split("/")[-1].split("_")[0] for clip in document["judged_clips"]}
        self.assertEqual(len(document["judged_clips"]), 2 * len(judges), "a speaker said two words, and judges by both")
        evaluation = json.loads((self.folder / "run/report.json").read_text())["evaluation"]
        self.assertEqual(findings["clips"] + len(document["judged_clips"]), evaluation["comparison"]["clips"])

    def test_other_clips_are_halved_as_well(self):
        document = self.mote("doctor", "run", "--data", self.shared / "clips", "--apply", "--json").json()
        self.assertEqual(document["findings"]["verdict"]["split"], "all, second half by group")
        self.assertEqual(len(document["judged_clips"]), 16)
        self.assertEqual(document["findings"]["clips"], 16)


class DoctorOfATrainedInt8Graph(support.CliTest):
    @classmethod
    def setUpClass(cls):
        cls.shared = cls.shared_folder()
        support.run_in(cls.shared, CLIPPED + '\n[compress]\nsteps = ["train", "qat"]\n\n[qat]\nepochs = 3\n')

    def setUp(self):
        super().setUp()
        shutil.copytree(self.shared / "run", self.folder / "run")

    def test_examines_the_grids_that_were_exported(self):
        of_run = self.mote("doctor", "run", "--json").json()["findings"]
        of_file = self.mote("doctor", "run/model.tflite", "--json").json()["findings"]
        grids = {layer["name"]: (layer["kept_low"], layer["kept_high"]) for layer in of_file["layers"]}
        compared = [layer for layer in of_run["layers"] if layer["name"] in grids]
        self.assertGreater(len(compared), 2)
        for layer in compared:
            self.assertEqual((layer["kept_low"], layer["kept_high"]), grids[layer["name"]], layer["name"])
        evaluation = self.mote("eval", "run", "--split", "validation", "--json").json()
        self.assertAlmostEqual(of_run["int8_accuracy"], evaluation["int8"]["accuracy"])

    def test_proposes_other_training_and_applies_no_repair(self):
        before = self.sha256("run/model.tflite")
        findings = self.mote("doctor", "run", "--apply", "--json").json()["findings"]
        remedies = {proposal["remedy"] for proposal in findings["proposals"]}
        self.assertLessEqual(remedies, {"wide_activations", "train_quantized"})
        self.assertNotIn("trials", findings)
        self.assertIn("the step qat trained it", findings["notes"][0])
        self.assertEqual(self.sha256("run/model.tflite"), before)


if __name__ == "__main__":
    support.main()
