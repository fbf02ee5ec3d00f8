"""export --project: from a run directory or a .tflite to a project of an ecosystem."""

import shutil

import support

SMALL_BOARD = """
name = "a small board"
core = "cortex-m0"
timing = "cortex-m0plus"
clock_mhz = 16
flash_kb = 32
ram_kb = 9
firmware_flash_kb = 8
firmware_ram_kb = 8
flash_wait_states = 0
fetch = "none"
"""


class Project(support.CliTest):
    """One model for all tests of this class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.once = cls.shared_folder()
        support.run_in(cls.once, support.SMALL_MOTION)

    def setUp(self):
        super().setUp()
        shutil.copytree(self.once / "run", self.folder / "run")

    def test_every_project_is_written_with_both_runtimes(self):
        for project in ("arduino", "platformio", "esp-idf", "zephyr", "pico-sdk", "stm32cube", "cmake-arm", "makefile"):
            for runtime in ("bundle", "tflm"):
                made = self.mote("export", "run", "--project", project, "--runtime", runtime, "--out",
                                 f"{project}-{runtime}", "--json").json()
                self.assertEqual(made["project"], project)
                self.assertTrue((self.folder / made["folder"] / "README.md").exists())

    def test_the_default_folder_is_in_the_run_directory(self):
        self.assertIn("ESP-IDF for ESP32-S3", self.mote("export", "run", "--project", "esp-idf").out)
        self.assertTrue((self.folder / "run/esp-idf/sdkconfig.defaults").exists())

    def test_a_lone_model_becomes_a_project_of_the_chosen_name(self):
        self.mote("export", "run/model.tflite", "--project", "pico-sdk", "--out", "p", "--name", "shaker")
        self.assertTrue((self.folder / "p/shaker/shaker_detector.h").exists())

    def test_the_same_model_gives_the_same_bytes(self):
        self.mote("export", "run", "--project", "zephyr", "--out", "a")
        self.mote("export", "run", "--project", "zephyr", "--out", "b")
        self.assertEqual(self.sha256("a/MANIFEST.txt"), self.sha256("b/MANIFEST.txt"))

    def test_files_of_others_are_kept(self):
        self.mote("export", "run", "--project", "zephyr", "--out", "p")
        self.mote("export", "run", "--project", "zephyr", "--out", "p")
        self.write("p/src/sensor.c", "mine")
        self.assert_fails("export", "run", "--project", "zephyr", "--out", "p", says=["src/sensor.c", "--out"])
        self.assertEqual((self.folder / "p/src/sensor.c").read_text(), "mine")

    def test_what_is_unknown_names_the_nearest(self):
        self.assert_fails("export", "run", "--project", "zepyr", says=["zepyr", "zephyr"], code=support.USAGE)
        self.assert_fails("export", "run", "--project", "zephyr", "--target", "stm32f44", says=["stm32f44", "stm32f4"])

    def test_a_board_that_does_not_fit_the_project_says_which_do(self):
        self.assert_fails("export", "run", "--project", "pico-sdk", "--target", "esp32", says=["rp2040", "esp-idf"])

    def test_a_model_that_does_not_fit_the_board_is_refused(self):
        self.write("stm32g0.toml", SMALL_BOARD)
        failed = ("a small board has 1024 bytes of RAM", "arena", "samples and features")
        self.assert_fails("export", "run", "--project", "makefile", "--target", "stm32g0.toml", says=failed)
        self.assertFalse((self.folder / "run/makefile").exists())

    def test_options_of_other_formats_are_refused(self):
        for words in (("--set", "train.epochs=1"), ("--single-file",)):
            self.assert_fails("export", "run", "--project", "zephyr", *words, says=[words[0]], code=support.USAGE)
        self.assert_fails("export", "run/model.tflite", "--project", "zephyr", says=["--out"], code=support.USAGE)
        self.assert_fails("export", "run", "--runtime", "tflm", says=["--runtime", "--project"], code=support.USAGE)


if __name__ == "__main__":
    support.main()
