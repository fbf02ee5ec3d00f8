"""quantize.weights and quantize.activations: each format from a recipe to a folder of C that tests itself."""

import subprocess

import support

FORMATS = {
    "int4": 'weights = "int4"',
    "ternary": 'weights = "ternary"',
    "binary": 'weights = "binary"',
    "int16": 'activations = "int16"',
}


class NumberFormats(support.CliTest):
    def run_format(self, name):
        (self.folder / name).mkdir()
        support.run_in(self.folder / name, support.SMALL_MOTION + f"\n[quantize]\n{FORMATS[name]}\n")
        return f"{name}/run"

    def assert_selftest(self, folder):
        done = subprocess.run(["make", "-s", "-C", self.folder / folder, "selftest", "CFLAGS=-O0"],
                              capture_output=True, check=False, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("self-test passed", done.stdout)

    def test_each_format_becomes_a_bundle_that_gives_the_desktop_s_bytes(self):
        for name in FORMATS:
            with self.subTest(name):
                run = self.run_format(name)
                for form in ("calls", "tables"):
                    self.mote("export", run, "--format", "c", "--form", form, "--out", f"{name}/{form}")
                    self.assert_selftest(f"{name}/{form}")

    def test_weights_are_stored_packed(self):
        bits = {"int4": 4, "ternary": 2, "binary": 1}
        for name, count in bits.items():
            with self.subTest(name):
                plan = self.mote("inspect", self.run_format(name), "--json").json()
                self.assertLess(plan["weight_bytes"], plan["parameters"] * count / 8 * 1.5 + 4 * 64)

    def test_named_layers_stay_int8(self):
        self.write("recipe.toml", support.SMALL_MOTION + '\n[quantize]\nweights = "ternary"\nint8_layers = ["dense1"]\n')
        self.mote("run", "recipe.toml", "--out", "run")
        layers = {layer["name"]: layer for layer in self.mote("inspect", "run", "--json").json()["layers"]}
        self.assertGreaterEqual(layers["dense1"]["weight_bytes"], layers["dense1"]["parameters"])
        self.assertLess(layers["dense2"]["weight_bytes"], layers["dense2"]["parameters"])

    def test_a_layer_that_is_to_stay_int8_but_is_not_there_is_named_before_any_work(self):
        self.write("recipe.toml", support.SMALL_MOTION + '\n[quantize]\nint8_layers = ["dense7"]\n')
        for command in (("check", "recipe.toml"), ("run", "recipe.toml", "--out", "run")):
            self.assert_fails(*command, says=["quantize.int8_layers", "dense7", "dense1"])

    def test_a_tflite_file_keeps_what_it_has_no_type_for(self):
        run = self.run_format("ternary")
        self.mote("compile", f"{run}/model.tflite", "--out", "c")
        self.assertIn("ternary in", (self.folder / "c/model.c").read_text())

    def test_int16_activations_want_int8_weights(self):
        self.write("recipe.toml", support.SMALL_MOTION + '\n[quantize]\nactivations = "int16"\nweights = "int4"\n')
        self.assert_fails("check", "recipe.toml",
                          says=['quantize.activations = "int16" wants quantize.weights = "int8", got "int4"'])


if __name__ == "__main__":
    support.main()
