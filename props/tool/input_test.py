"""Bad input: an error with file, line and column, exit 2, and nothing written."""

import os
import resource
import unittest

from command import CommandTest, SCRIPT


class BadInput(CommandTest):
    def assert_refused(self, verb: str, name: str, position: str, *arguments: str):
        before = sorted(os.listdir(self.folder))
        outcome = self.run_command(verb, name, *arguments, seconds=20)
        self.assert_status(2, outcome)
        self.assertIn(f"{name}:{position}", outcome.err)
        self.assertEqual("", outcome.out)
        self.assertEqual(before, sorted(os.listdir(self.folder)))

    def test_malformed_scripts(self):
        for number, (text, position) in enumerate(
            (
                ("", "1:1:"),
                ("hello\n", "1:1:"),
                (SCRIPT.replace("settle", "sttle"), "7:1:"),
                (SCRIPT.replace("main T0", "main X0"), "2:"),
                (SCRIPT.replace("main T0", "main T9"), "2:"),
                (SCRIPT.replace("(P0, inv)", "(P0, N0)"), "4:39:"),
                (SCRIPT.replace("end\n", ""), "7:1:"),
                (SCRIPT.replace("settle", "on retain {"), "8:"),
                (SCRIPT.replace("settle\n", "on retain {\n" * 100), ""),
            )
        ):
            with self.subTest(number):
                name = self.write(f"bad{number}.script", text).name
                self.assert_refused("record", name, position)
                self.assert_refused("replay", name, position)

    def test_one_malformed_script_among_good_ones_leaves_nothing_written(self):
        self.write("good.script", SCRIPT)
        self.write("bad.script", "hello\n")
        outcome = self.run_command("record", "good.script", "bad.script")
        self.assert_status(2, outcome)
        self.assertFalse((self.folder / "good.trace").exists())

    def test_two_scripts_whose_traces_would_have_one_name(self):
        (self.folder / "other").mkdir()
        self.write("same.script", SCRIPT)
        self.write("other/same.script", SCRIPT)
        self.assert_status(2, self.run_command("record", "same.script", "other/same.script"))
        self.assertFalse((self.folder / "same.trace").exists())

    def test_truncated_and_edited_traces(self):
        lines = self.record().read_text().splitlines(keepends=True)
        for cut in (1, len(lines) // 2, len(lines) - 1):
            name = self.write(f"cut{cut}.trace", "".join(lines[:cut])).name
            self.assert_refused("judge", name, f"{cut}:")
        name = self.write("within.trace", "".join(lines)[:-4]).name
        self.assert_refused("judge", name, f"{len(lines)}:")
        name = self.write("missing.trace", "".join(lines[:-3] + lines[-1:])).name
        self.assert_refused("judge", name, f"{len(lines) - 2}:5:")
        name = self.write("more.trace", "".join(lines + ["T0 quiescent\n"])).name
        self.assert_refused("judge", name, f"{len(lines) + 1}:1:")

    def test_binary_files(self):
        name = self.write("binary.trace", bytes(range(256)) * 40).name
        for verb in ("judge", "explain", "replay", "shrink"):
            self.assert_refused(verb, name, "1:1:")
        late = self.write("late.script", SCRIPT.encode().replace(b"settle", b"set\0tle")).name
        self.assert_refused("record", late, "7:4:")

    def test_a_line_of_100_megabytes_is_not_read_to_its_end(self):
        path = self.folder / "long.trace"
        with path.open("wb") as file:
            file.write(b"portunus-trace 1\n")
            for _ in range(100):
                file.write(b"x" * (1 << 20))
        self.assert_refused("judge", path.name, "2:")
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        self.assertLess(used, 600_000, "kilobytes")

    def test_a_huge_file_of_short_lines(self):
        path = self.folder / "tall.script"
        with path.open("wb") as file:
            file.write(b"portunus-script 1\n")
            for _ in range(100):
                file.write(b"-- comment\n" * 100_000)
        self.assert_refused("record", path.name, "")

    def test_missing_files_and_folders(self):
        for verb in ("judge", "explain", "replay", "shrink", "record"):
            outcome = self.run_command(verb, "nowhere.trace")
            self.assert_status(2, outcome)
            self.assertIn("nowhere.trace: No such file or directory", outcome.err)
        (self.folder / "folder.trace").mkdir()
        self.assert_refused("judge", "folder.trace", " Is a directory")

    def test_a_trace_of_an_unknown_variant(self):
        trace = self.record().read_text()
        renamed = "\n".join("# variant: cf-9999" if line.startswith("# variant:") else line for line in trace.split("\n"))
        self.write("renamed.trace", renamed)
        outcome = self.run_command("judge", "renamed.trace")
        self.assert_status(2, outcome)
        self.assertIn("cf-9999", outcome.err)

    def test_a_trace_of_an_unknown_kernel(self):
        trace = self.record().read_text()
        self.write("renamed.trace", trace.replace("main T0", "# mach: mach-o\nmain T0"))
        outcome = self.run_command("judge", "renamed.trace")
        self.assert_status(2, outcome)
        self.assertIn("mach-o", outcome.err)

    def test_reports_that_cannot_be_written(self):
        outcome = self.run_command("check", "--scripts", "5", "--exhaustive", "0", "--json", "no/such/folder.json")
        self.assert_status(2, outcome)
        self.assertIn("no/such/folder.json", outcome.err)


if __name__ == "__main__":
    unittest.main()
