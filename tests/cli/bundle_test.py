"""export --format c and compile: from a run directory or a .tflite to a folder of C that tests itself."""

import re
import shutil
import subprocess

import support


class Bundle(support.CliTest):
    """One model for all tests of this class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.shared_folder()
        support.run_in(cls.once, support.SMALL_MOTION)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.once / "run", self.folder / "run")

    def selftest(self, folder):
        return subprocess.run(["make", "-s", "-C", self.folder / folder, "selftest", "CFLAGS=-O0"],
                              capture_output=True, check=False, text=True)

    def assert_selftest(self, folder):
        done = self.selftest(folder)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("self-test passed", done.stdout)

    def test_a_run_directory_becomes_a_bundle_with_front_end_labels_and_test_clips(self):
        made = self.mote("export", "run", "--format", "c", "--json").json()
        self.assertTrue(made["front_end"])
        folder = self.folder / made["folder"]
        self.assertIn("_LABEL_COUNT", (folder / f"{made['name']}.h").read_text())
        self.assertIn("motion/", (folder / "golden.c").read_text())
        self.assert_selftest("run/bundle")

    def test_the_recipe_s_post_processing_comes_along(self):
        (self.folder / "fires").mkdir()
        support.run_in(self.folder / "fires",
                       support.SMALL_MOTION + "[postprocess]\nthreshold = 0.75\nsmoothing_frames = 2\n")
        self.mote("compile", "fires/run/model.tflite", "--out", "c")
        text = (self.folder / "c/postprocess.c").read_text()
        self.assertIn(".smoothing = 2,", text)
        self.assertIn("16384, /* ", text)

    def test_a_lone_model_becomes_a_bundle_of_the_chosen_name(self):
        self.mote("compile", "run/model.tflite", "--out", "c", "--name", "shaker", "--form", "tables")
        self.assertTrue((self.folder / "c/shaker.h").exists())
        self.assert_selftest("c")

    def test_a_target_sets_limits_and_kernels(self):
        self.mote("export", "run", "--format", "c", "--out", "c", "--target", "stm32f4", "--optimize", "speed")
        header = next(path for path in (self.folder / "c").glob("*.h") if "_ARENA_BYTES " in path.read_text())
        self.assertRegex(header.read_text(), r"_RAM_LIMIT_BYTES \d{5,}")
        self.assert_selftest("c")

    def test_one_file_compiles_and_tests_itself(self):
        made = self.mote("export", "run", "--format", "c", "--single-file", "--out", "c", "--json").json()
        built = subprocess.run(["cc", "-std=c99", "-ffp-contract=off", "-DMOTE_SELFTEST", "example_main.c",
                                f"{made['name']}_all.c", "-o", "selftest"], cwd=self.folder / "c", check=False)
        self.assertEqual(built.returncode, 0)
        self.assertEqual(subprocess.run([self.folder / "c/selftest"], check=False).returncode, 0)

    def test_a_network_over_a_whole_window_does_not_stream(self):
        self.assert_fails("export", "run", "--format", "c", "--stream", says=["streaming"])

    def test_the_same_model_gives_the_same_bytes(self):
        self.mote("export", "run", "--format", "c", "--out", "a")
        self.mote("export", "run", "--format", "c", "--out", "b")
        self.assertEqual(self.sha256("a/MANIFEST.txt"), self.sha256("b/MANIFEST.txt"))

    def test_files_of_others_are_kept(self):
        self.mote("export", "run", "--format", "c", "--out", "c")
        self.mote("export", "run", "--format", "c", "--out", "c")
        self.write("c/notes.txt", "mine")
        self.assert_fails("export", "run", "--format", "c", "--out", "c", says=["notes.txt", "--out"])
        self.assertEqual((self.folder / "c/notes.txt").read_text(), "mine")

    def test_what_cannot_be_made_is_said(self):
        self.assert_fails("export", "nowhere", "--format", "c", says=["nowhere"])
        self.assert_fails("export", "run", "--format", "c", "--name", "2go", says=["2go", "name"])
        self.assert_fails("export", "run", "--format", "c", "--target", "stm32f44", says=["stm32f44", "stm32f4"])
        self.assert_fails("export", "run", "--format", "c", "--set", "train.epochs=1", says=["--set"], code=support.USAGE)
        self.assert_fails("export", "run/model.tflite", "--format", "c", says=["--out"], code=support.USAGE)
        self.mote("compile", "run/model.tflite", code=support.USAGE)
        self.assertFalse((self.folder / "run/bundle").exists())


class FolderVerified(support.CliTest):
    """One bundle for all tests of this class."""

    COMPILERS = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.shared_folder()
        support.run_in(cls.once, support.SMALL_MOTION)

    def setUp(self):
        super().setUp()
        self.mote("export", self.once / "run", "--format", "c", "--out", "c")

    def test_a_folder_verifies_itself(self):
        table = self.mote("verify", "c", "--json").json()
        self.assertTrue(table["equal"])
        self.assertEqual(table["targets"][0]["records"], 3)

    def test_a_broken_multiplier_in_a_folder_is_found(self):
        model = self.folder / "c/model.c"
        broken = re.sub(r"multipliers\[\d+\] = \{[^}]*", lambda table: re.sub(r"\b\d{9,}\b", "1073741824", table[0]),
                        model.read_text(), count=1)
        model.write_text(broken)
        out = self.mote("verify", "c", code=support.FAILED).out
        for part in ("layer of ", "model.c, layer '", "changed since the export: model.c"):
            self.assertIn(part, out)

    def test_a_damaged_folder_says_what_is_wrong(self):
        support.cut_in_half(self.folder / "c/golden.c")
        self.assert_fails("verify", "c", says=["golden.c", "export again"])
        (self.folder / "c/golden.c").unlink()
        self.assert_fails("verify", "c", says=["golden.c", "MANIFEST.txt"])
        (self.folder / "c/MANIFEST.txt").unlink()
        self.assert_fails("verify", "c", says=["MANIFEST.txt", "export again"])
        self.assert_fails("verify", "c", "--clips", "5", says=["--clips"], code=support.USAGE)


if __name__ == "__main__":
    support.main()
