"""The examples of the documentation are real: scripts run, traces are what the format page says they are."""

import re
import unittest

from command import ROOT, CommandTest

PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"^```\n(portunus-(script|trace) 1\n.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    """Page, kind and text of every script and trace that stands in a page."""
    return [(page.name, match[2], match[1]) for page in PAGES for match in BLOCK.finditer(page.read_text())]


class Examples(CommandTest):
    def test_scripts_run_and_are_accepted(self):
        scripts = [(page, text) for page, kind, text in examples() if kind == "script"]
        self.assertGreater(len(scripts), 0)
        for number, (page, text) in enumerate(scripts):
            with self.subTest(page):
                name = self.write(f"{number}.script", text).name
                self.assert_status(0, self.run_command("replay", name))

    def test_traces_have_the_verdict_that_their_front_matter_says(self):
        traces = [(page, text) for page, kind, text in examples() if kind == "trace"]
        self.assertGreater(len(traces), 0)
        for number, (page, text) in enumerate(traces):
            with self.subTest(page):
                name = self.write(f"{number}.trace", text).name
                rejected = "# verdict: rejected\n" in text
                self.assert_status(1 if rejected else 0, self.run_command("judge", name))

    def test_the_trace_of_the_format_page_is_what_its_script_does_today(self):
        by_kind = {kind: text for page, kind, text in examples() if page == "format.md"}
        self.assertEqual(by_kind["trace"], self.record("example", by_kind["script"]).read_text())


    def test_the_counterexample_of_the_readme_is_what_check_says(self):
        shown = re.search(r"^```\n(finding 1: .*?)^```$", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)[1]
        outcome = self.run_command("check", "--sut", "hosted:cf-1153", "--variant", "cf-2021", "--scripts", "0")
        said = outcome.out[: outcome.out.index("\n\n") + 1]
        # Where it was found, and in how many events, follows the corpus; what it says does not.
        varying = re.compile(r"^  found in .*\n|event \d+ of \d+", re.MULTILINE)
        self.assertEqual(varying.sub("", said), varying.sub("", shown))


class Links(unittest.TestCase):
    def test_every_file_that_a_page_links_to_exists(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
                self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")


if __name__ == "__main__":
    unittest.main()
