"""`check`: the diagonal of editions and variants, findings and their commands, reports, and the same bytes."""

import json
import re
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

from command import HAS_FAULTS, CommandTest, run

BRIEF = ("--exhaustive", "1")
EDITIONS = ("cf-1153", "cf-2021", "intended")


class Diagonal(CommandTest):
    def test_each_edition_conforms_to_its_own_variant(self):
        for edition in EDITIONS:
            with self.subTest(edition):
                outcome = self.run_command(
                    "check", "--sut", f"hosted:{edition}", "--variant", edition, "--scripts", "400", *BRIEF
                )
                self.assert_status(0, outcome)

    def test_cf_1153_is_not_cf_2021_and_the_report_says_why(self):
        outcome = self.run_command(
            "check", "--sut", "hosted:cf-1153", "--variant", "cf-2021", "--scripts", "400", *BRIEF
        )
        self.assert_status(1, outcome)
        self.assertIn("info during the invalidation callback", outcome.out)
        self.assertRegex(outcome.out, r"by [a-z-]+\.[a-z-]+ \((promised|pinned)\): [A-Z]")

    def test_any_names_the_variant_that_explains(self):
        outcome = self.run_command(
            "check", "--sut", "hosted:cf-1153", "--variant", "any", "--scripts", "400", "--exhaustive", "2"
        )
        self.assert_status(0, outcome)
        self.assertRegex(outcome.out, r"explained by +cf-1153\n")


class SameBytes(CommandTest):
    def test_the_same_seed_gives_the_same_output_and_report(self):
        def once(name: str):
            outcome = self.run_command("check", "--seed", "1", "--scripts", "1000", "--json", name)
            self.assert_status(0, outcome)
            return outcome, (self.folder / name).read_bytes()

        self.assertEqual(once("first.json"), once("second.json"))

    def test_findings_are_the_same_too(self):
        def once():
            return self.run_command(
                "check", "--sut", "hosted:cf-1153", "--variant", "cf-2021", "--scripts", "100", *BRIEF
            )

        self.assertEqual(once(), once())

    def test_a_pipe_gets_no_progress(self):
        self.assertEqual("", self.run_command("check", "--scripts", "50", *BRIEF).err)

    def test_the_speed_goes_to_stderr_where_it_is_asked_for(self):
        outcome = self.run_command("check", "--scripts", "50", *BRIEF, "--speed")
        self.assert_status(0, outcome)
        self.assertRegex(outcome.err, r"^portunus: \d+ scripts in \d+\.\d s, \d+ scripts/s\n$")
        self.assertEqual(self.run_command("check", "--scripts", "50", *BRIEF).out, outcome.out)

    def test_time_says_how_many_scripts_it_reached(self):
        outcome = self.run_command("check", "--time", "500ms", *BRIEF)
        self.assert_status(0, outcome)
        self.assertRegex(outcome.out, r"of which random \d+")


class Schedules(CommandTest):
    def counts(self, schedules: int) -> dict:
        outcome = self.run_command(
            "check", "--scripts", "20", *BRIEF, "--schedules", str(schedules), "--json", "counts.json"
        )
        self.assert_status(0, outcome)
        report = json.loads((self.folder / "counts.json").read_text())
        self.assertEqual(schedules, report["schedules"])
        self.assertEqual(schedules > 1, f"schedules           {schedules}\n" in outcome.out)
        return report["counts"]

    def test_all_scripts_are_repeated_under_each_schedule(self):
        once, thrice = self.counts(1), self.counts(3)
        self.assertEqual(3 * once["scripts"], thrice["scripts"])
        self.assertEqual(20, thrice["random_scripts"])
        self.assertEqual(once["traces"], thrice["traces"])


class MachOnly(CommandTest):
    def test_the_hosted_kernel_conforms_and_nothing_about_ports_of_core_foundation_is_exercised(self):
        outcome = self.run_command("check", "--mach-only", "--scripts", "400", *BRIEF, "--json", "mach.json")
        self.assert_status(0, outcome)
        report = json.loads((self.folder / "mach.json").read_text())
        self.assertTrue(report["mach_only"])
        self.assertEqual(400, report["counts"]["random_scripts"])
        families = {clause["name"].split(".")[0] for clause in report["clauses"] if clause["exercised"]}
        self.assertIn("mach", families)
        self.assertFalse(families & {"create", "wrap", "source", "deliver", "invalidate", "release", "set", "die"})

    def test_a_seed_gives_another_script_with_it(self):
        both = [self.run_command("replay", "--seed", "4294967297", *flags) for flags in ((), ("--mach-only",))]
        for outcome, only in zip(both, (False, True)):
            self.assert_status(0, outcome)
            script = outcome.out[: outcome.out.index("\nend ")]
            self.assertEqual(only, "CF" not in script)


class Findings(CommandTest):
    """One campaign with findings, and everything that it leaves behind."""

    @classmethod
    def setUpClass(cls):
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        cls.outcome = run(
            cls.folder, "check", "--sut", "hosted:cf-1153", "--variant", "cf-2021", "--scripts", "50",
            "--exhaustive", "0", "--report", "out", "--junit", "out.xml", "--json", "out.json", "--html", "out.html",
            "--tap", "out.tap",
        )
        cls.report = json.loads((cls.folder / "out.json").read_text())

    def setUp(self):
        self.assert_status(1, self.outcome)

    def test_the_printed_command_reproduces_each_finding(self):
        commands = re.findall(r"^  reproduce: (.*)$", self.outcome.out, re.MULTILINE)
        self.assertEqual(len(self.report["findings"]), len(commands))
        for command in commands:
            with self.subTest(command):
                again = self.run_printed(command)
                self.assert_status(1, again)
                self.assertIn("rejected", again.out)

    def test_script_and_trace_are_on_disk_and_the_trace_is_rejected_again(self):
        for finding in self.report["findings"]:
            self.assertTrue((self.folder / finding["script"]).is_file())
            self.assert_status(1, self.run_command("judge", finding["trace"], "--variant", "cf-2021"))

    def test_json(self):
        report = self.report
        self.assertEqual(1, report["version"])
        self.assertEqual(("rejected", "cf-2021", 1), (report["verdict"], report["variant"], report["seed"]))
        blames = [finding["blame"] for finding in report["findings"]]
        self.assertIn("info during the invalidation callback", blames)
        exercised = [clause["name"] for clause in report["clauses"] if clause["exercised"]]
        self.assertIn(f"{len(exercised)} of {len(report['clauses'])}", self.outcome.out)

    def test_junit(self):
        suite = xml.parse(self.folder / "out.xml").getroot().find("testsuite")
        cases = suite.findall("testcase")
        self.assertEqual(int(suite.get("tests")), len(cases))
        self.assertEqual(int(suite.get("failures")), len(suite.findall("testcase/failure")))
        self.assertEqual(int(suite.get("skipped")), len(suite.findall("testcase/skipped")))
        names = {case.get("name") for case in cases if case.find("failure") is not None}
        self.assertIn("info during the invalidation callback", names)

    def test_tap(self):
        lines = (self.folder / "out.tap").read_text().splitlines()
        self.assertEqual("TAP version 13", lines[0])
        points = [line for line in lines if re.match(r"(not )?ok \d+ - ", line)]
        self.assertEqual(f"1..{len(points)}", lines[1])
        self.assertTrue(any(line.startswith("not ok") for line in points))

    def test_html_is_one_bounded_page(self):
        page = (self.folder / "out.html").read_text()
        self.assertLess(len(page), 2_000_000)
        self.assertNotRegex(page, r"(?i)<(script|link|img|iframe)\b|https?://|\burl\(")
        self.assertIn("info during the invalidation callback", page)
        self.assertNotIn("{{", page)


@unittest.skipUnless(HAS_FAULTS, "this build has no seeded faults")
class Mutants(CommandTest):
    def test_every_fault_is_killed_and_the_matrix_says_how(self):
        outcome = self.run_command("mutants", "--json", "kills.json", seconds=1200)
        self.assert_status(0, outcome)
        faults = json.loads((self.folder / "kills.json").read_text())["faults"]
        self.assertGreaterEqual(len(faults), 5)
        for fault in faults:
            self.assertEqual({"name", "clause", "killed_by", "scripts", "blame", "calls"}, set(fault))
            self.assertIsNotNone(fault["killed_by"], fault["name"])
            self.assertIn(fault["clause"], fault["blame"], fault["name"])

    def test_a_faults_finding_is_reproduced_by_its_command(self):
        outcome = self.run_command("check", "--fault", "source-before-callback", "--scripts", "2000", *BRIEF)
        self.assert_status(1, outcome)
        command = re.search(r"^  reproduce: (.*)$", outcome.out, re.MULTILINE)[1]
        self.assertIn("--fault source-before-callback", command)
        self.assert_status(1, self.run_printed(command))


if __name__ == "__main__":
    unittest.main()
