"""The rooms include what the table allows, nothing banned stands anywhere, and every rule bites."""

import unittest
from pathlib import Path

import bans
import rooms

ROOT = Path(__file__).resolve().parents[2]
TEXT_SUFFIXES = {".h", ".cc", ".c", ".py", ".md", ".txt", ".cmake", ".json", ".script", ".trace", ".sh", ".dict", ""}
TOPS = ("model", "impl", "props", "fuzz", "corpus", "docs", "tool", "cmake", ".ci")


def text_files() -> list[str]:
    found = [path.name for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT_SUFFIXES]
    for top in TOPS:
        for path in sorted((ROOT / top).rglob("*")):
            if path.is_file() and path.suffix in TEXT_SUFFIXES and "__pycache__" not in path.parts:
                found.append(path.relative_to(ROOT).as_posix())
    return found


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")


class IncludeTable(unittest.TestCase):
    def test_every_include_of_the_tree_is_allowed(self):
        files = rooms.source_files(ROOT)
        self.assertGreater(len(files), 20)
        found = [message for path in files for message in rooms.violations(path, read(path))]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_every_own_header_that_is_included_exists(self):
        missing = []
        for path in rooms.source_files(ROOT):
            for line, header, angled in rooms.includes(read(path)):
                own = rooms.own_header(path, header, angled)
                if own and not (ROOT / own).is_file():
                    missing.append(f"{path}:{line}: {header}")
        self.assertEqual([], missing)

    def test_the_table_names_each_room_once_and_known_rooms_alone(self):
        folders = [room.folder for room in rooms.ROOMS]
        self.assertEqual(len(folders), len(set(folders)))
        for room in rooms.ROOMS:
            self.assertLessEqual(set(room.rooms), set(folders), room.folder)

    def test_the_table_bites(self):
        forbidden = (
            ("model/oracle/oracle.cc", '#include "impl/sut/sut.h"'),
            ("model/vocabulary/label.cc", '#include "model/clause/clause.h"'),
            ("model/state/state.h", '#include "model/step/step.h"'),
            ("model/state/state.h", "#include <unistd.h>"),
            ("impl/cf/port.cc", '#include "model/vocabulary/label.h"'),
            ("impl/cf/port.cc", '#include "impl/mach/hosted/kernel.h"'),
            ("impl/driver/driver.cc", '#include "impl/mach/gnumach/thread.h"'),
            ("impl/mach/gnumach/thread.cc", '#include "impl/mach/hosted/kernel.h"'),
            ("impl/mach/hosted/kernel.cc", '#include "impl/cf/portunus_cf.h"'),
            ("impl/driver/driver.cc", '#include "impl/cf/portunus_cf.h"'),
            ("impl/driver/driver.cc", '  #  include "impl/sut/sut.h"'),
            ("props/generate/script.cc", "#include <rapidcheck.h>"),
            ("fuzz/judge.cc", '#include "props/model/helper.h"'),
            ("fuzz/judge.cc", "#include <doctest/doctest.h>"),
            ("model/oracle/oracle.cc", "#include <nlohmann/json.hpp>"),
            ("elsewhere/file.cc", ""),
        )
        for path, line in forbidden:
            self.assertEqual(1, len(rooms.violations(path, line)), f"{path}: {line}")

    def test_the_table_lets_pass_what_it_allows(self):
        allowed = (
            ("model/step/die.cc", '#include "model/vocabulary/label.h"'),
            ("impl/cf/port.cc", "#include <mach/mach.h>"),
            ("impl/driver/calls.cc", "#include <CoreFoundation/CFMachPort.h>"),
            ("props/model/oracle_test.cc", '#include "model/oracle/oracle.h"'),
            ("tool/main.cc", "#include <CLI/CLI.hpp>"),
            ("model/state/state.cc", '// #include "impl/sut/sut.h"'),
        )
        for path, line in allowed:
            self.assertEqual([], rooms.violations(path, line), f"{path}: {line}")


class Bans(unittest.TestCase):
    def test_nothing_banned_stands_in_the_tree(self):
        found = [message for path in text_files() for message in bans.violations(path, read(path))]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_each_ban_bites_on_its_sample_and_on_nothing_else(self):
        for ban in bans.BANS:
            with self.subTest(ban.name):
                self.assertTrue(ban.bites(ban.trips))
                self.assertFalse(ban.bites(ban.passes))

    def test_each_ban_holds_somewhere(self):
        files = text_files()
        for ban in bans.BANS:
            self.assertTrue(any(map(ban.where, files)), ban.name)

    def test_a_long_file_and_a_header_without_guard_are_found(self):
        self.assertEqual(1, len(bans.violations("tool/long.cc", "\n" * (bans.LINES_MAX + 1))))
        self.assertEqual(1, len(bans.violations("tool/bare.h", "int x;\n")))
        self.assertEqual([], bans.violations("tool/good.h", "#pragma once\n"))


if __name__ == "__main__":
    unittest.main()
