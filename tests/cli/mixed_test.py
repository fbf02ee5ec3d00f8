"""The step mixed: each layer's type of weights by what the network loses with it, under budgets, from a recipe to C."""

import json
import signal
import subprocess

import support

MIXED = support.SMALL_MOTION + """
[compress]
steps = ["train", "mixed", "qat"]

[mixed]
weight_share = 0.8
clips = 100

[qat]
epochs = 4
"""
WITHOUT_TUNING = MIXED.replace(', "qat"]', "]")


class Mixed(support.CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.shared_folder()
        support.run_in(cls.once, MIXED)
        cls.report = json.loads((cls.once / "run/report.json").read_text())

    def setUp(self):
        super().setUp()
        self.write("small.toml", MIXED)

    def chosen(self, folder):
        return [layer["chosen"] for layer in json.loads((self.folder / folder / "report.json").read_text())["mixed"]["layers"]]

    def test_the_report_holds_what_each_type_costs_and_which_is_chosen(self):
        mixed = self.report["mixed"]
        self.assertEqual({layer["chosen"] for layer in mixed["layers"]}, {"int8", "int4"})
        for layer in mixed["layers"]:
            wide, narrow = layer["choices"]
            self.assertEqual((wide["type"], wide["bytes"]), ("int8", layer["weights"]))
            self.assertLess(narrow["bytes"], wide["bytes"])
            self.assertLess(wide["divergence"], narrow["divergence"])
            self.assertGreater(narrow["instructions"], 0)
        self.assertIn("Mixed precision", (self.once / "run/report.html").read_text())

    def test_the_budget_holds_in_the_finished_model(self):
        weights = self.report["mixed"]["costs"][0]
        self.assertEqual(weights["greatest"], int(0.8 * weights["int8"]))
        rows = {row["step"]: row["weight_bytes"] for row in self.report["steps"]}
        self.assertEqual(rows["train"], weights["int8"])
        self.assertEqual(rows["mixed"], weights["chosen"])
        self.assertEqual(rows["qat"], weights["chosen"])
        self.assertLessEqual(rows["qat"], weights["greatest"])

    def test_the_exported_model_has_the_chosen_types(self):
        planned = {layer["name"]: layer for layer in self.mote("inspect", self.once / "run", "--json").json()["layers"]}
        for layer in self.report["mixed"]["layers"]:
            stored = planned[layer["layer"]]
            halved = stored["weight_bytes"] < stored["parameters"]
            self.assertEqual("int4" if halved else "int8", layer["chosen"], layer["layer"])

    def test_without_tuning_the_network_of_the_step_before_is_exported_with_the_types(self):
        self.write("small.toml", WITHOUT_TUNING)
        self.mote("run", "small.toml", "--out", "run")
        self.assertEqual(self.chosen("run"), [layer["chosen"] for layer in self.report["mixed"]["layers"]])
        report = json.loads((self.folder / "run/report.json").read_text())
        self.assertEqual(report["steps"][-1]["weight_bytes"], self.report["steps"][-1]["weight_bytes"])
        self.assertEqual(report["steps"][0]["fp32_accuracy"], report["steps"][1]["fp32_accuracy"])

    def test_instructions_have_a_budget_too(self):
        greatest = self.report["mixed"]["costs"][2]["int8"]
        self.mote("run", "small.toml", "--out", "run", "--set", "mixed.weight_share=0", "--set",
                  f"mixed.greatest_instructions={greatest}")
        self.assertEqual(set(self.chosen("run")), {"int8"})

    def test_a_budget_that_cannot_be_met_is_refused_before_any_work_with_the_nearest(self):
        for command in (("check", "small.toml"), ("run", "small.toml", "--out", "run")):
            result = self.assert_fails(*command, "--set", "mixed.weight_share=0.2", says=["[mixed", "nearest budget that can be met"])
        self.assertFalse((self.folder / "run/cache/train.h5").exists())
        nearest = result.err.split("got ")[1].split(" ")[0]
        budget = ("--set", "mixed.weight_share=0", "--set", f"mixed.greatest_weight_bytes={nearest}")
        self.mote("check", "small.toml", *budget)
        self.mote("run", "small.toml", "--out", "run", *budget)
        self.assertEqual(set(self.chosen("run")), {"int4"})

    def test_a_budget_of_what_training_decides_is_refused_with_the_nearest(self):
        self.assert_fails("run", "small.toml", "--out", "run", "--set", "mixed.greatest_instructions=100",
                          says=["stage mixed", "wanted instructions, with", "bytes of weights, within 100", "nearest budget"])

    def test_a_changed_budget_repeats_the_choice_and_what_is_behind_it_only(self):
        self.mote("run", "small.toml", "--out", "run")
        again = ("run", "small.toml", "--out", "run", "--json", "--set", "mixed.weight_share=0.9")
        self.assertEqual(self.mote(*again).json()["done"], ["compress", "quantize", "export", "verify", "evaluate"])
        self.assertEqual(self.mote(*again).json()["done"], [])

    def test_the_bytes_do_not_depend_on_threads(self):
        for threads in ("1", "3"):
            self.mote("--threads", threads, "run", "small.toml", "--out", threads)
            for name in ("model.tflite", "report.json"):
                self.assertEqual((self.folder / threads / name).read_bytes(), (self.once / "run" / name).read_bytes(), name)

    def test_killed_in_the_step_behind_it_and_resumed_it_ends_in_the_same_bytes(self):
        process = self.start("run", "small.toml", "--out", "run")
        for line in process.stderr:
            if b"qat" in line:
                break
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=support.TIMEOUT_S)
        self.mote("run", "small.toml", "--out", "run")
        for name in ("model.tflite", "report.json", "checkpoints/mixed.json"):
            self.assertEqual((self.folder / "run" / name).read_bytes(), (self.once / "run" / name).read_bytes(), name)

    def test_the_c_bundle_gives_the_desktop_s_bytes(self):
        self.mote("export", self.once / "run", "--format", "c", "--out", "c")
        done = subprocess.run(["make", "-s", "-C", self.folder / "c", "selftest", "CFLAGS=-O0"], capture_output=True,
                              check=False, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_doctor_examines_the_network_with_its_types(self):
        findings = self.mote("doctor", self.once / "run", "--json").json()["findings"]
        self.assertGreater(findings["divergence"], 0)


if __name__ == "__main__":
    support.main()
