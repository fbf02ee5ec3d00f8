"""The commands around a run: new, check, inspect, invoke, extract, eval, schema, document."""

import json
import shutil
import subprocess

import support

AUDIO = """
[project]
name = "tones"
[dataset]
layout = "folders"
path = "clips"
[features]
preset = "mlperf-tiny"
"""


class Project(support.CliTest):
    def test_every_template_makes_a_recipe_whose_keys_are_known(self):
        for template in ("kws", "speech-commands", "csv", "motion"):
            made = self.mote("new", f"my-{template}", "--template", template, "--json").json()
            recipe = (self.folder / made["recipe"]).read_text()
            self.assertIn(f'name = "my-{template}"', recipe)
            self.assertTrue((self.folder / f"my-{template}/README.md").exists())

    def test_the_motion_template_passes_the_check_and_runs(self):
        self.mote("new", "shaker", "--template", "motion")
        self.assertIn("the recipe is good", self.mote("check", "shaker/shaker.toml").out)
        self.mote("run", "shaker/shaker.toml", "--set", "train.epochs=1")
        self.assertTrue((self.folder / "runs/shaker/model.tflite").exists())

    def test_a_name_that_is_taken_and_an_unknown_template_are_refused(self):
        self.mote("new", "shaker", "--template", "motion")
        self.assert_fails("new", "shaker", says=["shaker", "another name"])
        self.assert_fails("new", "other", "--template", "motoin", says=["motoin", "motion"], code=support.USAGE)
        self.assertFalse((self.folder / "other").exists())

    def test_every_shipped_recipe_has_known_keys_only(self):
        for recipe in sorted((support.SOURCE / "recipes").glob("*.toml")):
            result = self.mote("check", recipe, "--set", "dataset.layout=motion", "--set", "features.preset=motion",
                               "--set", "model.time_padding=same", "--set", "quantize.int8_layers=[]",
                               "--set", "features.normalize=none", "--set", "model.architecture=mlp", "--set", "augment.preset=off")
            self.assertIn("the recipe is good", result.out, recipe)


class Model(support.CliTest):
    """One model for all tests of this class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.shared_folder()
        support.run_in(cls.once, support.SMALL_MOTION)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.once / "run", self.folder / "run")

    def test_inspect_shows_layers_macs_and_memory_of_a_folder_a_file_and_a_graph(self):
        shown = [self.mote("inspect", name, "--json").json() for name in ("run", "run/model.tflite", "run/cache/int8.graph")]
        self.assertEqual(shown[0]["macs"], shown[1]["macs"])
        self.assertEqual(shown[0]["macs"], shown[2]["macs"])
        self.assertGreater(shown[0]["arena_bytes"], 0)
        self.assertEqual(shown[0]["layers"][-1]["op"], "softmax")
        text = self.mote("inspect", "run").out
        for word in ("softmax", "MACs", "arena"):
            self.assertIn(word, text)

    def test_inspect_names_what_is_no_model(self):
        self.assert_fails("inspect", "nowhere.tflite", says=["nowhere.tflite"])
        self.write("text.tflite", "this is no model, but it is long enough to look like one")
        self.assert_fails("inspect", "text.tflite", says=["text.tflite"])

    def test_invoke_answers_every_record_with_the_model_s_outputs(self):
        size = self.input_bytes()
        (self.folder / "inputs.bin").write_bytes(bytes(i * 37 % 256 for i in range(5 * size)))
        result = self.mote("invoke", "run", "--input", "inputs.bin", "--output", "outputs.bin", "--json").json()
        self.assertEqual(result["records"], 5)
        outputs = (self.folder / "outputs.bin").read_bytes()
        self.assertEqual(len(outputs), 5 * 4)
        self.mote("invoke", "run/model.tflite", "--input", "inputs.bin", "--output", "again.bin", "--layers", "layers.bin")
        self.assertEqual((self.folder / "again.bin").read_bytes(), outputs)
        self.assertTrue((self.folder / "layers.bin").read_bytes().endswith(outputs[-4:]))

    def input_bytes(self):
        report = self.mote("run", self.once / "small.toml", "--out", "run", "--json").json()["report"]
        size = 1
        for dimension in report["features"]["shape"]:
            size *= dimension
        return size

    def test_invoke_names_an_input_that_holds_no_whole_records(self):
        (self.folder / "inputs.bin").write_bytes(b"abc")
        self.assert_fails("invoke", "run", "--input", "inputs.bin", "--output", "outputs.bin", says=["inputs.bin", "3"])
        self.assert_fails("invoke", "run", "--input", "none.bin", "--output", "outputs.bin", says=["none.bin"])
        self.assertFalse((self.folder / "outputs.bin").exists())

    def test_eval_gives_the_figures_of_the_report(self):
        report = json.loads((self.folder / "run/report.json").read_text())["evaluation"]
        found = self.mote("eval", "run", "--json").json()
        self.assertEqual(found["int8"], report["int8"])
        self.assertEqual(found["fp32"], report["fp32"])
        self.assertIn("INT8", self.mote("eval", "run").out)

    def test_eval_judges_the_split_that_is_asked_for(self):
        self.assertEqual(self.mote("eval", "run", "--split", "validation", "--json").json()["split"], "validation")

    def test_eval_of_a_lone_model_wants_data(self):
        shutil.copy(self.folder / "run/model.tflite", self.folder / "lone.tflite")
        self.assert_fails("eval", "lone.tflite", says=["lone.tflite", "--data"])

    def test_eval_refuses_a_model_that_mote_did_not_export(self):
        models = sorted(support.SHARED.glob("conformance/*.tflite"))
        if not models:
            self.skipTest("no shared conformance models: set MOTE_SHARED")
        self.assert_fails("eval", models[0], "--data", ".", says=["mote.features"])


class Extract(support.CliTest):
    def setUp(self):
        super().setUp()
        self.write("tones.toml", AUDIO)
        support.write_wav(self.folder / "tone.wav", support.tone(440, seed=1))

    def features(self, *arguments):
        text = self.mote("extract", "tones.toml", "tone.wav", *arguments).out
        return [[float(value) for value in line.split(",")] for line in text.splitlines()]

    def test_one_row_a_frame(self):
        rows = self.features()
        self.assertEqual((len(rows), len(rows[0])), (49, 10))

    def test_the_fast_path_is_close_to_the_device_path(self):
        for fast, device in zip(self.features("--path", "fast"), self.features("--path", "device")):
            for a, b in zip(fast, device):
                self.assertLessEqual(abs(a - b), 1e-3 * max(1, abs(b)))

    def test_out_writes_the_same_rows_to_a_file(self):
        printed = self.mote("extract", "tones.toml", "tone.wav").out
        self.mote("extract", "tones.toml", "tone.wav", "--out", "rows.csv")
        self.assertEqual((self.folder / "rows.csv").read_text(), printed)

    def test_json_is_one_document(self):
        document = self.mote("extract", "tones.toml", "tone.wav", "--json").json()
        self.assertEqual((document["frames"], document["coefficients"]), (49, 10))
        for in_json, in_csv in zip(document["values"], self.features(), strict=True):
            for a, b in zip(in_json, in_csv, strict=True):
                self.assertAlmostEqual(a, b, delta=1e-6 * max(1, abs(b)))

    def test_a_file_that_is_no_audio_is_named(self):
        self.write("text.wav", "no audio")
        self.assert_fails("extract", "tones.toml", "text.wav", says=["text.wav"])
        self.assert_fails("extract", "tones.toml", "none.wav", says=["none.wav"])


class Documents(support.CliTest):
    def test_schema_lists_keys_with_default_type_and_help(self):
        keys = {key["key"]: key for key in self.mote("schema", "--json").json()}
        self.assertEqual(keys["train.epochs"]["type"], "integer")
        for key in keys.values():
            self.assertTrue(key["help"], key)
        self.assertEqual(len(keys), len(self.mote("schema", "--json").json()), "a key stands twice")
        self.assertTrue(all(line["key"].startswith("gates") for line in self.mote("schema", "gates", "--json").json()))
        self.assertIn("train.epochs = ", self.mote("schema", "train").out)

    def test_schema_names_the_nearest_key_when_there_is_none(self):
        self.assert_fails("schema", "trian", says=["trian", "train"])

    def test_the_man_page_and_the_references_hold_every_command(self):
        page = self.mote("document", "man").out
        for command in ("new", "check", "run", "data", "eval", "extract", "schema", "inspect", "invoke"):
            self.assertIn(f".SS {command}\n", page)
        self.assertIn("least_accuracy", self.mote("document", "recipes").out)
        self.assertIn("mote.report/1", self.mote("document", "report").out)

    def test_completions_are_good_shell(self):
        for shell in ("bash", "zsh", "fish"):
            text = self.mote("document", shell).out
            self.assertIn("invoke", text)
            if shutil.which(shell) is None:
                continue
            script = self.write(f"mote.{shell}", text)
            subprocess.run([shell, "-n", str(script)], check=True)

    def test_bash_completes_commands_and_options(self):
        self.write("mote.bash", self.mote("document", "bash").out)
        ask = 'source ./mote.bash; COMP_WORDS=({words}); COMP_CWORD={at}; _mote; echo "${{COMPREPLY[@]}}"'
        for words, at, wanted in (("mote ins", 1, "inspect"), ("mote run --o", 2, "--out"), ("mote run --thr", 2, "--threads")):
            answer = subprocess.run(["bash", "-c", ask.format(words=words, at=at)], cwd=self.folder, capture_output=True, check=True)
            self.assertEqual(answer.stdout.decode().split(), [wanted])


if __name__ == "__main__":
    support.main()
