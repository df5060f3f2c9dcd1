"""The exit codes and the command line: 0 conforms, 1 does not, 2 usage or malformed input, 3 not judged."""

import json
import unittest

from command import HAS_FAULTS, SCRIPT, CommandTest


class Usage(CommandTest):
    def test_help_and_version_are_done(self):
        self.assert_status(0, self.run_command("--help"))
        self.assert_status(0, self.run_command("check", "--help"))
        version = self.run_command("--version")
        self.assert_status(0, version)
        self.assertRegex(version.out, r"^portunus \d+\.\d+")

    def test_a_wrong_command_line_is_2(self):
        for arguments in (
            (),
            ("frobnicate",),
            ("check", "--frobnicate"),
            ("check", "--variant", "cf-9999"),
            ("check", "--sut", "hosted:cf-9999"),
            ("check", "--sut", "no-such-system"),
            ("check", "--sut", "gnumach:cf-9999"),
            ("check", "--schedules", "0"),
            ("check", "--schedule", "1"),
            ("mutants", "--sut", "no-such-system"),
            ("check", "--scripts", "many"),
            ("check", "--scripts", "-1"),
            ("check", "--time", "soon"),
            ("check", "--time", "10"),
            ("check", "--time", "1s", "--scripts", "5"),
            ("check", "--exhaustive", "99"),
            ("judge",),
            ("record",),
            ("replay",),
            ("replay", "a.script", "--seed", "1"),
            ("replay", "--seed", "1", "--schedule", "-1"),
            ("replay", "--seed", "1", "--schedule", "many"),
        ):
            with self.subTest(arguments):
                outcome = self.run_command(*arguments)
                self.assert_status(2, outcome)
                self.assertNotEqual("", outcome.err)

    def test_verbs_and_options_of_later_do_not_exist(self):
        for arguments in (("explore",), ("repro", "x.trace"), ("check", "--sarif", "x"), ("check", "--waivers", "x")):
            self.assert_status(2, self.run_command(*arguments))

    def test_a_fault_needs_a_build_with_faults(self):
        unknown = self.run_command("check", "--fault", "no-such-fault")
        self.assert_status(2, unknown)
        self.assertIn("no-such-fault" if HAS_FAULTS else "no seeded faults", unknown.err)


    def test_a_system_out_of_reach_is_3_and_the_message_names_the_package(self):
        for verb in (("check",), ("replay", "--seed", "1")):
            outcome = self.run_command(*verb, "--sut", "gnumach", path="/nowhere")
            self.assert_status(3, outcome)
            self.assertIn("Debian package qemu-system-x86", outcome.err)
            self.assertEqual("", outcome.out)


class SeveralFiles(CommandTest):
    """2 before 1 before 3 before 0."""

    def setUp(self):
        super().setUp()
        self.good = self.record("good").name
        self.bad = self.write("bad.trace", "portunus-trace 1\nmain T0\nT0 explode\nend 1\n").name
        trace = (self.folder / self.good).read_text()
        self.rejected = self.write("rejected.trace", trace.replace("enter invalidation(inv, P0, I0)", "enter invalidation(inv, P0, null)")).name

    def test_one_each(self):
        self.assert_status(0, self.run_command("judge", self.good))
        self.assert_status(1, self.run_command("judge", self.rejected))
        self.assert_status(2, self.run_command("judge", self.bad))

    def test_the_gravest_counts(self):
        self.assert_status(0, self.run_command("judge", self.good, self.good))
        self.assert_status(1, self.run_command("judge", self.good, self.rejected, self.good))
        outcome = self.run_command("judge", self.rejected, self.bad, self.good)
        self.assert_status(2, outcome)
        self.assertIn("good.trace: accepted", outcome.out)
        self.assertIn("rejected.trace: rejected", outcome.out)


class Verbs(CommandTest):
    def test_record_judge_explain_replay(self):
        trace = self.record().name
        judged = self.run_command("judge", trace)
        self.assert_status(0, judged)
        self.assertIn("accepted", judged.out)
        explained = self.run_command("explain", trace)
        self.assert_status(0, explained)
        self.assertIn("CFMachPortInvalidate", explained.out)
        for file in (trace, "plain.script"):
            replayed = self.run_command("replay", file)
            self.assert_status(0, replayed)
            self.assertIn("accepted", replayed.out)

    def test_replay_of_a_seed_is_the_same_each_time(self):
        first, second = self.run_command("replay", "--seed", "7"), self.run_command("replay", "--seed", "7")
        self.assert_status(0, first)
        self.assertEqual(first, second)

    def test_explain_tells_what_was_allowed_and_by_which_clause(self):
        trace = self.record().read_text()
        self.write("edited.trace", trace.replace("enter invalidation(inv, P0, I0)", "enter invalidation(inv, P0, null)"))
        outcome = self.run_command("explain", "edited.trace")
        self.assert_status(1, outcome)
        self.assertIn("T0 enter invalidation(inv, P0, null)", outcome.out)
        self.assertIn("T0 enter invalidation(inv, P0, I0)", outcome.out)
        self.assertRegex(outcome.out, r"by [a-z-]+\.[a-z-]+ \((promised|pinned|incidental)\): [A-Z]")

    def test_shrink_needs_a_trace_that_is_not_accepted(self):
        self.assert_status(2, self.run_command("shrink", self.record().name))

    def test_shrink_gives_a_smaller_script_that_fails_in_the_same_way(self):
        script = SCRIPT.replace("CFMachPortInvalidate(P0)\n", "CFMachPortIsValid(P0)\n" * 4 + "CFMachPortInvalidate(P0)\n")
        probing = script.replace("CFMachPortSet", "on invalidation {\n  CFMachPortGetContext(P0)\n}\nCFMachPortSet")
        trace = self.record("probing", probing, "--sut", "hosted:cf-1153").name
        judged = self.run_command("judge", trace, "--variant", "cf-2021")
        self.assert_status(1, judged)
        shrunk = self.run_command("shrink", trace, "--sut", "hosted:cf-1153", "--variant", "cf-2021")
        self.assert_status(0, shrunk)
        self.assertNotIn("CFMachPortIsValid", shrunk.out)
        self.write("shrunk.script", shrunk.out)
        again = self.run_command("replay", "shrunk.script", "--sut", "hosted:cf-1153", "--variant", "cf-2021")
        self.assert_status(1, again)
        self.assertIn("info during the invalidation callback", again.out)

    def test_a_schedule_is_in_the_trace_and_can_be_had_again(self):
        plain, other = self.record("plain").read_text(), self.record("other", SCRIPT, "--schedule", "3").read_text()
        self.assertNotIn("# schedule", plain)
        self.assertIn("# schedule: 3\n", other)
        self.assertEqual(other, self.record("other", SCRIPT, "--schedule", "3").read_text())
        self.assert_status(0, self.run_command("replay", "other.script", "--schedule", "3"))

    def test_clauses_are_listed(self):
        outcome = self.run_command("clauses")
        self.assert_status(0, outcome)
        self.assertGreater(len(outcome.out.splitlines()), 20)

    def test_every_clause_is_covered_by_the_corpus(self):
        outcome = self.run_command("clauses", "--coverage", "--json", "coverage.json")
        self.assert_status(0, outcome)
        self.assertNotIn("not covered", outcome.out)
        clauses = json.loads((self.folder / "coverage.json").read_text())["clauses"]
        self.assertTrue(all(clause["accepted"] and clause["rejected"] for clause in clauses))


if __name__ == "__main__":
    unittest.main()
