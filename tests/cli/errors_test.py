"""Wrong recipes and wrong command lines: one clear line, the right exit code, nothing half-written."""

import json

import support

FAKE = """
[project]
name = "wrong"
[dataset]
layout = "motion"
[features]
preset = "motion"
[model]
architecture = "mlp"
[train]
epochs = 2
"""


class RecipeErrors(support.CliTest):
    def check(self, text, says, code=support.FAILED):
        self.write("wrong.toml", text)
        for command in (("check", "wrong.toml"), ("run", "wrong.toml", "--out", "run")):
            self.assert_fails(*command, says=says, code=code)
        self.assertFalse((self.folder / "run/model.tflite").exists())

    def test_an_unknown_key_is_named_with_its_line_and_the_nearest_key(self):
        self.check(FAKE + "epoch = 3\n", ["wrong.toml:12", "unknown key 'train.epoch'", "train.epochs"])

    def test_an_unknown_table_is_named_with_its_line(self):
        self.check(FAKE + "[trian]\nepochs = 3\n", ["wrong.toml:13", "unknown key 'trian.epochs'", "train.epochs"])

    def test_a_wrong_type_says_which_type_is_wanted(self):
        self.check(FAKE.replace("epochs = 2", 'epochs = "many"'), ["wrong.toml:11", "train.epochs", "integer", "many"])

    def test_an_unknown_name_is_answered_with_the_nearest_one(self):
        self.check(FAKE.replace('"motion"\n[features]', '"motoin"\n[features]'), ["wrong.toml:5", "dataset.layout", "motion"])
        self.check(FAKE.replace('"mlp"', '"mpl"'), ["architecture", "mpl", "mlp"])

    def test_a_negative_size_is_refused(self):
        self.check(FAKE.replace("epochs = 2", "epochs = -2"), ["epochs", "-2"])
        self.check(FAKE.replace("epochs = 2", "batch = -1"), ["batch", "-1"])
        self.check(FAKE + "[quantize]\nsamples = -5\n", ["samples", "-5"])
        self.check(FAKE.replace('"mlp"', '"mlp"\nhidden = -4'), ["hidden", "-4"])
        self.check(FAKE.replace('layout = "motion"', 'layout = "motion"\nclip_ms = -10'), ["clip_ms", "-10"])
        self.check(FAKE.replace('preset = "motion"', 'preset = "motion"\nfft_size = -64'), ["fft_size", "-64"])

    def test_a_number_that_is_none_is_refused(self):
        self.check(FAKE.replace("epochs = 2", "learning_rate = nan"), ["learning_rate", "nan"])

    def test_text_that_is_no_toml_is_named_with_its_line(self):
        self.check(FAKE + "epochs 3\n", ["wrong.toml:12", "not TOML"])

    def test_a_missing_data_path_is_named(self):
        text = FAKE.replace('layout = "motion"', 'layout = "folders"\npath = "nowhere"')
        self.check(text, ["nowhere"])

    def test_a_layout_on_disk_without_a_path_says_how_to_give_one(self):
        self.check(FAKE.replace('layout = "motion"', 'layout = "folders"'), ["dataset.path", "--set dataset.path="])

    def test_a_model_whose_shapes_do_not_fit_is_refused_before_training(self):
        self.check(FAKE + "[[model.layers]]\nop = \"conv2d\"\nfilters = 4\nkernel = [500, 500]\npadding = \"valid\"\n",
                   ["wrong.toml:12", "conv2d"])
        self.check(FAKE + "[[model.layers]]\nop = \"flatten\"\n[[model.layers]]\nop = \"dense\"\nfilters = 9\n", ["9", "4 classes"])

    def test_calibration_clips_without_a_class_are_refused_before_any_work_and_what_is_enough_is_named(self):
        self.write("small.toml", support.SMALL_MOTION)
        few = ("--set", "quantize.samples=3")
        for command in (("check", "small.toml"), ("run", "small.toml", "--out", "run")):
            refused = self.assert_fails(*command, *few, says=["[quantize] wanted clips of every class", "among the 3 of"])
        self.assertFalse((self.folder / "run/cache/dataset.json").exists())
        enough = refused.err.split("quantize.samples = ")[1].split(" ")[0]
        self.mote("check", "small.toml", "--set", f"quantize.samples={enough}")

    def test_an_unknown_layer_and_an_unknown_key_of_a_layer_are_named_with_their_line(self):
        self.check(FAKE + "[[model.layers]]\nop = \"conv2\"\n", ["wrong.toml:12", "conv2", "conv2d"])
        self.check(FAKE + "[[model.layers]]\nop = \"conv2d\"\nfilter = 4\n", ["wrong.toml:12", "filter", "filters"])

    def test_a_missing_recipe_is_named(self):
        self.assert_fails("run", "nowhere.toml", says=["nowhere.toml"])

    def test_a_recipe_that_asks_for_more_macs_than_its_gate_fails_the_check_with_exit_code_3(self):
        self.write("wrong.toml", FAKE + "[gates]\ngreatest_macs = 10\n")
        self.assert_fails("check", "wrong.toml", says=["greatest_macs", "10"], code=support.GATE_MISSED)


class Overrides(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("small.toml", FAKE)

    def test_an_override_changes_the_recipe(self):
        self.mote("check", "small.toml", "--set", "train.epochs=5", "--set", "project.name=7", "--set", "dataset.path=a b")

    def test_an_override_of_an_unknown_key_names_the_nearest_one(self):
        self.assert_fails("check", "small.toml", "--set", "train.epoch=5", says=["--set train.epoch=5", "train.epochs"])

    def test_an_override_of_a_wrong_type_is_refused(self):
        self.assert_fails("check", "small.toml", "--set", "train.epochs=five", says=["train.epochs", "integer", "five"])

    def test_an_override_without_a_value_is_a_usage_error(self):
        self.assert_fails("check", "small.toml", "--set", "train.epochs", says=["key=value"], code=support.USAGE)


class Usage(support.CliTest):
    def test_wrong_command_lines_end_in_exit_code_2(self):
        for arguments in ([], ["walk"], ["run"], ["run", "a.toml", "--fast"], ["run", "a.toml", "--threads", "many"],
                          ["run", "a.toml", "--threads", "-1"], ["extract", "a.toml", "b.wav", "--path", "slow"],
                          ["eval", "run", "--split", "other"], ["invoke", "m.tflite"], ["document", "html"], ["data"]):
            result = self.mote(*arguments, code=support.USAGE)
            self.assertEqual(result.out, "", str(result))
            self.assertNotEqual(result.err, "")

    def test_help_and_version_are_good(self):
        self.assertIn("mote 0.", self.mote("--version").out)
        self.assertIn("run", self.mote("--help").out)
        self.assertIn("--set", self.mote("run", "--help").out)

    def test_a_layout_that_is_none_is_named(self):
        result = self.mote("eval", ".", "--data", ".", "--layout", "zip", code=support.USAGE)
        self.assertIn("zip", result.err)
        self.assertIn("speech-commands", result.err)


class Json(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("small.toml", support.SMALL_MOTION)

    def test_every_command_prints_exactly_one_document(self):
        run = self.mote("run", "small.toml", "--out", "run", "--json").json()
        self.assertTrue(run["gates_passed"])
        self.assertEqual(run["report"]["schema"], "mote.report/1")
        self.assertTrue(self.mote("check", "small.toml", "--json").json()["good"])
        self.assertEqual(len(self.mote("data", "small.toml", "--json").json()["classes"]), 4)
        self.assertIn("int8", self.mote("eval", "run", "--json").json())
        self.assertIn("layers", self.mote("inspect", "run", "--json").json())
        self.assertIn("train.epochs", [key["key"] for key in self.mote("schema", "--json").json()])
        self.assertIn("recipe", self.mote("new", "project", "--json").json())

    def test_an_error_is_one_document_with_code_and_message(self):
        for arguments, code, exit_code in (
            (("run", "nowhere.toml"), "not_found", support.FAILED),
            (("run", "small.toml", "--set", "train.epoch=1"), "invalid", support.FAILED),
            (("run", "small.toml", "--set", "train"), "usage", support.USAGE),
            (("eval", "nowhere"), "not_found", support.FAILED),
            (("inspect", "small.toml"), "corrupt", support.FAILED),
            (("run",), "usage", support.USAGE),
            (("walk",), "usage", support.USAGE),
        ):
            error = self.mote(*arguments, "--json", code=exit_code).json()["error"]
            self.assertEqual(error["code"], code, arguments)
            self.assertGreater(len(error["message"]), 10)

    def test_messages_go_to_standard_error(self):
        result = self.mote("run", "small.toml", "--out", "run", "--json")
        self.assertIn("train", result.err)
        json.loads(result.out)


class Quiet(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("small.toml", support.SMALL_MOTION)

    def test_quiet_prints_no_messages_and_no_progress(self):
        result = self.mote("run", "small.toml", "--out", "run", "--quiet")
        self.assertEqual((result.out, result.err), ("", ""))

    def test_quiet_still_names_an_error(self):
        self.assert_fails("run", "nowhere.toml", "--quiet", says=["nowhere.toml"])


if __name__ == "__main__":
    support.main()
