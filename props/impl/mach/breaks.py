"""Breaks the hosted kernel in one place after the other, and sees that its tests notice each.

  breaks.py               every break of the tables beside this file: one line each with the test cases that failed
  breaks.py TEXT…         only those whose row or file has the text in it
  breaks.py --check       builds nothing: the table still fits the kernel

The tree is copied to a temporary folder, so that nobody's files are touched. Exit status 1 if a break survives or does not
build, or if the table does not fit.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from breaks_of_messages import OF_MESSAGES
from breaks_of_names import OF_NAMES
from kernel_break import Break

BREAKS = OF_NAMES + OF_MESSAGES
ROOT = Path(__file__).resolve().parents[3]
KERNEL = "impl/mach/hosted"
TARGET = "mach_hosted_test"
SECTIONS = range(1, 9)  # of facts mach-xnu; what section 9 says is in the rows that it changes
TIME_LIMIT = 90  # seconds for the tests, which take a few: some breaks make a wait last for ever
OPTIONS = {
    "CMAKE_BUILD_TYPE": "Debug",
    "CMAKE_CXX_FLAGS_DEBUG": "-O0",
    "PORTUNUS_TOOL": "OFF",
    "PORTUNUS_RAPIDCHECK": "OFF",
    "CMAKE_CXX_COMPILER": os.environ.get("CXX", "clang++-19"),
    "CMAKE_C_COMPILER": os.environ.get("CC", "clang-19"),
}


def misfits(root: Path) -> list[str]:
    """What of the table does not fit the kernel in that tree."""
    found = []
    for item in BREAKS:
        count = (root / KERNEL / item.file).read_text().count(item.old)
        if count != 1:
            found.append(f"{item.row}: its text occurs {count} times in {item.file}, not once")
        if item.old == item.new:
            found.append(f"{item.row}: changes nothing")
    if len({item.row for item in BREAKS}) != len(BREAKS):
        found.append("two breaks have the same name")
    for section in SECTIONS:
        if not any(item.row.startswith(f"{section} ") for item in BREAKS):
            found.append(f"no break of section {section}")
    return found


class Copy:
    """A copy of the tree, with the kernel's tests built in it."""

    def __init__(self, folder: Path):
        self.root = folder / "tree"
        self.build_folder = folder / "build"
        left_out = shutil.ignore_patterns(".git", "build", "__pycache__")
        shutil.copytree(ROOT, self.root, ignore=left_out)
        options = [f"-D{name}={value}" for name, value in OPTIONS.items()]
        subprocess.run(
            ["cmake", "-S", self.root, "-B", self.build_folder, "-G", "Ninja", *options], check=True, stdout=subprocess.DEVNULL
        )

    def build(self) -> str:
        """Empty, or what the compiler said."""
        done = subprocess.run(
            ["ninja", "-j2", "-C", self.build_folder, TARGET], capture_output=True, text=True, check=False
        )
        return "" if done.returncode == 0 else done.stdout

    def test(self) -> list[str]:
        """The test cases that fail; none if all pass."""
        program = self.build_folder / "props/impl/mach" / TARGET
        try:
            done = subprocess.run(
                [program, "--no-colors=true"], capture_output=True, timeout=TIME_LIMIT, check=False
            )
            output, ended = done.stdout, f"exit status {done.returncode}" if done.returncode != 0 else ""
        except subprocess.TimeoutExpired as late:
            output, ended = late.stdout or b"", f"no end within {TIME_LIMIT} s"
        names = re.findall(r"^TEST CASE:\s+(.*)$", output.decode(errors="replace"), re.MULTILINE)
        return list(dict.fromkeys(names)) or ([ended] if ended else [])

    def try_break(self, item: Break) -> tuple[str, list[str]]:
        """What the compiler said, and which tests failed."""
        path = self.root / KERNEL / item.file
        text = path.read_text()
        path.write_text(text.replace(item.old, item.new))
        try:
            said = self.build()
            return said, [] if said else self.test()
        finally:
            path.write_text(text)


def run(breaks: list[Break]) -> int:
    """Tries each; the number of those that nobody notices."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(Path(folder))
        said = copy.build()
        failing = [] if said else copy.test()
        if said or failing:
            print("the tests fail without any break:", said, *failing)
            return 1
        # By files, so that each is compiled once more and not twice.
        for item in sorted(breaks, key=lambda item: item.file):
            said, failed = copy.try_break(item)
            noticed = bool(failed) and not said
            unnoticed += not noticed
            what = "; ".join(failed) if noticed else "DOES NOT BUILD\n" + said if said else "SURVIVED"
            print(f"{item.row} [{item.file}]: {what}", flush=True)
    print(f"{len(breaks) - unnoticed} of {len(breaks)} breaks were noticed")
    return unnoticed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="*")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    wrong = misfits(ROOT)
    print("\n".join(wrong), end="\n" if wrong else "")
    if wrong or arguments.check:
        return 1 if wrong else 0
    chosen = [
        item
        for item in BREAKS
        if not arguments.text or any(text in item.row or text in item.file for text in arguments.text)
    ]
    return 1 if run(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
