"""Recipes of several steps: each leaves a row, a graph and a log; what one step does holds in those behind it."""

import csv
import json

import support

STEPS = support.SMALL_MOTION + """
[compress]
steps = ["train", "teacher", "distill", "prune"]

[teacher]
architecture = "mlp"
hidden = 32

[distill]
epochs = 3

[prune]
epochs = 4
sparsity = 0.6
"""
STUDENT = support.SMALL_MOTION + """
[compress]
steps = ["distill"]

[distill]
epochs = 3
teachers = ["teacher"]
"""


class Steps(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("steps.toml", STEPS)

    def test_each_step_has_a_row_a_graph_and_a_log(self):
        self.mote("run", "steps.toml", "--out", "run")
        names = ["train", "teacher", "distill", "prune"]
        report = json.loads((self.folder / "run/report.json").read_text())
        self.assertEqual([row["step"] for row in report["steps"]], names)
        for name in names:
            self.assertTrue((self.folder / f"run/checkpoints/{name}.graph").exists())
        self.assertEqual(len((self.folder / "run/log-prune.jsonl").read_text().splitlines()), 4)
        self.assertEqual(report["steps"][-1]["int8_accuracy"], report["evaluation"]["int8"]["accuracy"])
        self.assertNotEqual(report["steps"][1]["weight_bytes"], report["steps"][2]["weight_bytes"])

    def test_predictions_agree_with_the_accuracies_of_the_rows(self):
        self.mote("run", "steps.toml", "--out", "run")
        report = json.loads((self.folder / "run/report.json").read_text())
        with open(self.folder / "run/predictions.csv", newline="") as file:
            clips = list(csv.DictReader(file))
        for row in report["steps"]:
            right = sum(clip["label"] == clip[row["step"] + ".int8"] for clip in clips)
            self.assertAlmostEqual(right / len(clips), row["int8_accuracy"])

    def test_a_changed_step_repeats_itself_and_those_behind_it_only(self):
        self.mote("run", "steps.toml", "--out", "run")
        again = self.mote("--json", "run", "steps.toml", "--out", "run", "--set", "prune.sparsity=0.5").json()
        self.assertEqual(again["done"], ["compress", "quantize", "export", "verify", "evaluate"])
        self.assertEqual(self.mote("--json", "run", "steps.toml", "--out", "run", "--set", "prune.sparsity=0.5").json()["done"], [])

    def test_dropout_of_a_step_holds_from_that_step_on(self):
        self.mote("run", "steps.toml", "--out", "run", "--set", "prune.dropout=0.25")
        rates = {}
        for step in ("distill", "prune"):
            rates[step] = "rate=0.25" in (self.folder / f"run/checkpoints/{step}.graph").read_text()
        self.assertEqual(rates, {"distill": False, "prune": True})

    def test_mixup_of_a_step_is_that_step_s_alone(self):
        taught = ["--set", "compress.steps=[\"teacher\", \"distill\"]"]
        self.mote("run", "steps.toml", "--out", "plain", *taught)
        self.mote("run", "steps.toml", "--out", "mixed", *taught, "--set", "distill.mixup_alpha=1.0")
        equal = {}
        for step in ("teacher", "distill"):
            plain, mixed = (self.folder / f"{run}/checkpoints/{step}.graph" for run in ("plain", "mixed"))
            equal[step] = plain.read_bytes() == mixed.read_bytes()
        self.assertEqual(equal, {"teacher": True, "distill": False})

    def test_the_bytes_of_a_recipe_of_every_step_do_not_depend_on_threads(self):
        self.write("all.toml", support.ALL_STEPS)
        self.mote("--threads", "1", "run", "all.toml", "--out", "one")
        self.mote("--threads", "3", "run", "all.toml", "--out", "three")
        self.assertEqual((self.folder / "one/model.tflite").read_bytes(), (self.folder / "three/model.tflite").read_bytes())

    def test_a_student_learns_from_another_run(self):
        self.write("teacher.toml", support.SMALL_MOTION)
        self.mote("run", "teacher.toml", "--out", "teacher")
        self.write("student.toml", STUDENT)
        self.mote("run", "student.toml", "--out", "student")
        self.assertTrue((self.folder / "student/model.tflite").exists())

    def test_several_teachers_start_apart_and_teach_as_one(self):
        taught = ["--set", "compress.steps=[\"teacher\", \"distill\"]"]
        self.mote("run", "steps.toml", "--out", "one", *taught)
        self.mote("run", "steps.toml", "--out", "three", *taught, "--set", "teacher.members=3")
        names = ("one/checkpoints/teacher.graph", *(f"three/checkpoints/teacher{end}.graph" for end in ("", "-2", "-3")))
        first, *members = ((self.folder / name).read_bytes() for name in names)
        self.assertEqual(members[0], first)
        self.assertEqual(len(set(members)), 3)
        self.assertNotEqual(*((self.folder / run / "model.tflite").read_bytes() for run in ("one", "three")))

    def test_the_number_of_teachers_has_bounds(self):
        for members in (0, 17):
            self.assert_fails("check", "steps.toml", "--set", f"teacher.members={members}",
                              says=["teacher.members", "1..16", f"got {members}"])

    def test_a_hint_of_the_teacher_changes_what_a_student_learns_and_leaves_nothing_in_it(self):
        hint = ["--set", "compress.steps=[\"teacher\", \"distill\"]"]
        self.mote("run", "steps.toml", "--out", "plain", *hint)
        for name in ("student", "teacher"):
            hint += ["--set", f"distill.hint_{name}=\"dense2\""]
        self.mote("run", "steps.toml", "--out", "hinted", *hint)
        plain, hinted = (json.loads((self.folder / run / "report.json").read_text()) for run in ("plain", "hinted"))
        self.assertEqual(hinted["sizes"]["parameters"], plain["sizes"]["parameters"])
        self.assertNotEqual(*((self.folder / run / "model.tflite").read_bytes() for run in ("plain", "hinted")))

    def test_a_hint_that_is_not_there_is_refused_before_any_work(self):
        hint = ["--set", "distill.hint_student=\"dense2\"", "--set", "distill.hint_teacher=\"dense9\""]
        self.assert_fails("check", "steps.toml", *hint, says=["hint_teacher", "dense9"])
        self.assert_fails("run", "steps.toml", "--out", "run", *hint, says=["hint_teacher", "dense9"])
        self.assertFalse((self.folder / "run/cache/train.h5").exists())

    def test_a_teacher_of_other_features_or_labels_is_refused_before_any_work(self):
        self.write("teacher.toml", support.SMALL_MOTION.replace("standardize = true", "standardize = false"))
        self.mote("run", "teacher.toml", "--out", "teacher")
        self.write("student.toml", STUDENT)
        for command in (("check", "student.toml"), ("run", "student.toml", "--out", "student")):
            self.assert_fails(*command, says=["teacher", "features.standardize"])
        self.write("teacher.toml", support.SMALL_MOTION.replace("persons = 10", 'persons = 10\nclasses = ["still", "shake", "tap"]'))
        self.mote("run", "teacher.toml", "--out", "teacher")
        self.assert_fails("check", "student.toml", says=["teacher", "label"])
        self.assertFalse((self.folder / "student/cache/train.h5").exists())

    def test_a_teacher_that_is_not_there_is_named(self):
        self.write("student.toml", STUDENT)
        self.assert_fails("check", "student.toml", says=["distill.teachers", "teacher", "recipe.toml"])

    def test_a_schedule_past_the_last_epoch_is_refused_before_any_work(self):
        self.write("late.toml", STEPS + "end_epoch = 9\n")
        self.assert_fails("check", "late.toml", says=["prune", "end_epoch", "9"])
        self.assert_fails("run", "late.toml", "--out", "run", says=["prune", "end_epoch", "9"])
        self.assertFalse((self.folder / "run/cache/train.h5").exists())


if __name__ == "__main__":
    support.main()
