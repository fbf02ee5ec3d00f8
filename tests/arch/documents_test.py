"""What is written about mote is what mote does: references made by it, commands that READMEs name."""

import os
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(os.environ.get("MOTE_SOURCE", pathlib.Path(__file__).parents[2]))
BINARY = os.environ.get("MOTE_BINARY", "mote")


def mote(*arguments):
    return subprocess.run([BINARY, *arguments], capture_output=True, check=False, timeout=60)


def commands():
    return set(re.findall(r"^\.SS (\w+)$", mote("document", "man").stdout.decode(), re.MULTILINE))


def written_documents():
    documents = [*SOURCE.glob("*.md"), *(SOURCE / "docs").glob("*.md"), *(SOURCE / "libs").glob("*/README.md")]
    return sorted(path for path in documents if path.exists())


class Documents(unittest.TestCase):
    maxDiff = None

    def check_reference(self, kind):
        path = SOURCE / "docs" / f"{kind}.md"
        made = mote("document", kind).stdout.decode()
        self.assertEqual(path.read_text(), made, f"docs/{kind}.md is out of date: mote document {kind} > docs/{kind}.md")

    def test_the_recipe_reference_is_what_mote_prints(self):
        self.check_reference("recipes")

    def test_the_report_reference_is_what_mote_prints(self):
        self.check_reference("report")

    def test_every_command_that_a_document_names_is_there(self):
        known = commands()
        self.assertIn("run", known)
        found = []
        for path in written_documents():
            for command in re.findall(r"(?:^|`|\$ )(?:\S*/)?mote ([a-z]+)", path.read_text(), re.MULTILINE):
                if command not in known:
                    found.append(f"{path.relative_to(SOURCE)}: mote {command}")
        self.assertEqual(found, [])

    def test_every_option_that_a_document_names_is_there(self):
        page = mote("document", "man").stdout.decode().replace("\\-", "-")
        found = []
        for path in written_documents():
            for line in re.findall(r"(?:^|`|\$ )(?:\S*/)?mote ([a-z][^`\n|>#]*)", path.read_text(), re.MULTILINE):
                for option in re.findall(r"(?<!\S)--[a-z-]+", line):
                    if option not in page:
                        found.append(f"{path.relative_to(SOURCE)}: mote {line.strip()}")
        self.assertEqual(found, [])

    def test_every_file_that_a_readme_names_is_there(self):
        found = []
        for path in written_documents():
            for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", path.read_text()):
                if not (path.parent / target).exists():
                    found.append(f"{path.relative_to(SOURCE)}: {target}")
        self.assertEqual(found, [])


if __name__ == "__main__":
    unittest.main()
