"""The rules of the house that a compiler does not check: arrows between libraries, what headers and libraries may hold."""

import os
import pathlib
import re
import unittest

SOURCE = pathlib.Path(os.environ.get("MOTE_SOURCE", pathlib.Path(__file__).parents[2]))

# Which libraries a library may include, as docs/architecture.md draws it. Downward only.
ARROWS = {
    "base": set(),
    "runtime": set(),
    "graph": {"base"},
    "data": {"base"},
    "evaluate": {"runtime", "base"},
    "quant": {"graph", "base", "runtime"},
    "tflite": {"graph", "base"},
    "dsp": {"runtime", "base"},
    "trainer": {"quant", "graph", "runtime", "base"},
    "plan": {"quant", "graph", "runtime", "base"},
    "codegen": {"plan", "quant", "graph", "runtime", "base"},
    "exporter": {"codegen", "plan", "quant", "tflite", "graph", "base", "runtime"},
    "device": {"exporter", "evaluate", "codegen", "plan", "quant", "dsp", "tflite", "graph", "base", "runtime"},
    "doctor": {"plan", "quant", "graph", "base", "runtime"},
    "pipeline": {"doctor", "device", "exporter", "codegen", "plan", "trainer", "dsp", "tflite", "quant", "evaluate", "data", "graph", "base", "runtime"},
}

PRIVATE_DEPENDENCIES = re.compile(r"#include\s*[<\"](Eigen|fftw3|hdf5|H5|sndfile|samplerate|soxr|flatbuffers|curl|toml\+\+|espeak|flite)")
INCLUDE = re.compile(r"^\s*#\s*include\s*[<\"]([^>\"]+)[>\"]", re.MULTILINE)
MOTE_INCLUDE = re.compile(r"^mote/([a-z]+)/")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
TEXT = re.compile(r'"(?:\\.|[^"\\\n])*"')

# Sound generators of other projects draw from the C library's stream; they are seeded in a child process of their own.
RAND_ALLOWED = {"libs/data/src/synth/engines.cpp"}
# A program that is built and run to take the time of a model; not part of the library.
CLOCK_ALLOWED = {"libs/device/firmware/host_main.c"}
FORBIDDEN_CALLS = re.compile(
    r"(?<![\w.>:])(?:std::)?(?:printf|puts|putchar|exit|_exit|quick_exit|abort|rand|srand|gettimeofday|clock_gettime)\s*\("
    r"|\bstd::(?:time|clock)\s*\(|\btime\s*\((?:NULL|nullptr|0)\)"
    r"|std::c(?:out|err|log)\b|fmt::print\b|(?:system|steady|high_resolution)_clock|std::random_device"
)
RUNTIME_ALLOWED = {"stdint.h", "stddef.h", "stdbool.h", "limits.h", "string.h", "float.h"}


def sources(*roots, suffixes=(".h", ".hpp", ".c", ".cc", ".cpp", ".def")):
    for root in roots:
        for path in sorted((SOURCE / root).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path


def name(path):
    return path.relative_to(SOURCE).as_posix()


def code_of(path):
    """Without comments and texts."""
    return TEXT.sub('""', COMMENT.sub("", path.read_text()))


class House(unittest.TestCase):
    maxDiff = None

    def check(self, found):
        self.assertEqual(found, [], "\n" + "\n".join(found))

    def test_every_library_is_known_and_has_a_readme(self):
        libraries = sorted(path.parent.name for path in (SOURCE / "libs").glob("*/CMakeLists.txt"))
        self.check([library for library in libraries if library not in ARROWS])
        self.check([library for library in libraries if not (SOURCE / "libs" / library / "README.md").exists()])

    def test_arrows_between_libraries_point_downward(self):
        found = []
        for path in sources("libs"):
            library = path.relative_to(SOURCE / "libs").parts[0]
            for include in INCLUDE.findall(path.read_text()):
                match = MOTE_INCLUDE.match(include)
                if match and match.group(1) != library and match.group(1) not in ARROWS[library]:
                    found.append(f"{name(path)}: {library} may not include {include}")
        self.check(found)

    def test_public_headers_lie_under_their_library_s_name(self):
        found = [name(path) for path in sources("libs", suffixes=(".h", ".def"))
                 if "/include/" in name(path) and f"/include/mote/{path.relative_to(SOURCE / 'libs').parts[0]}/" not in name(path)]
        self.check(found)

    def test_no_public_header_names_a_private_dependency(self):
        found = [name(path) for path in sources("libs") if "/include/" in name(path) and PRIVATE_DEPENDENCIES.search(path.read_text())]
        self.check(found)

    def test_public_headers_open_with_what_they_are_and_are_guarded(self):
        found = []
        for path in sources("libs", suffixes=(".h",)):
            text = path.read_text()
            if "/include/" not in name(path):
                continue
            if not text.startswith(("//", "/*")):
                found.append(f"{name(path)}: opens without saying what it is")
            if "#pragma once" not in text and not re.search(r"#ifndef (\w+)\s*\n#define \1", text):
                found.append(f"{name(path)}: no guard")
        self.check(found)

    def test_the_runtime_includes_itself_and_the_freestanding_part_of_c_only(self):
        found = []
        for path in sources("libs/runtime"):
            if path.suffix in (".cpp", ".hpp", ".cc"):
                found.append(f"{name(path)}: C++")
            for include in INCLUDE.findall(path.read_text()):
                own = include.startswith("mote/runtime/") or (path.parent / include).exists() or (SOURCE / "libs/runtime/src" / include).exists()
                if not own and include not in RUNTIME_ALLOWED:
                    found.append(f"{name(path)}: {include}")
            if re.search(r"\b(malloc|calloc|realloc|free|printf)\s*\(", code_of(path)):
                found.append(f"{name(path)}: memory or output")
        self.check(found)

    def test_libraries_never_print_exit_draw_from_c_or_read_the_clock(self):
        found = []
        for path in sources("libs"):
            for match in FORBIDDEN_CALLS.finditer(code_of(path)):
                if name(path) not in RAND_ALLOWED | CLOCK_ALLOWED:
                    found.append(f"{name(path)}: {match.group(0)}")
        self.check(found)

    def test_each_dependency_is_named_by_the_libraries_it_was_taken_for(self):
        owners = {"Eigen/": {"trainer"}, "fftw3": {"dsp", "data"}, "hdf5": {"data"}, "sndfile": {"data"},
                  "flatbuffers/": {"tflite"}, "toml++": {"pipeline", "data", "device"}}
        found = []
        for path in sources("libs"):
            library = path.relative_to(SOURCE / "libs").parts[0]
            for include in INCLUDE.findall(path.read_text()):
                found += [f"{name(path)}: {include}" for begin, users in owners.items()
                          if include.startswith(begin) and library not in users]
        self.check(found)

    def test_no_file_names_a_folder_of_somebody_s_machine(self):
        machine_path = re.compile(r"(?<![\w.])/(?:home|root|work|Users)/\w")
        found = []
        folders = ("apps", "libs", "tests", "scripts", "cmake", "recipes", "datasets", "configs", "export", "docs", "benchmarks")
        for path in sources(*folders, suffixes=(".h", ".c", ".cc", ".cpp", ".py", ".sh", ".txt", ".cmake", ".toml", ".md", ".def")):
            if path != pathlib.Path(__file__).resolve() and machine_path.search(path.read_text(errors="replace")):
                found.append(name(path))
        self.check(found)

    def test_files_keep_the_house_s_sizes(self):
        found = []
        for path in sources("libs", "apps"):
            lines = path.read_text().count("\n")
            most = 200 if path.suffix == ".h" and "/include/" in name(path) else 400
            if lines > most:
                found.append(f"{name(path)}: {lines} lines, wanted at most {most}")
        self.check(found)


if __name__ == "__main__":
    unittest.main()
