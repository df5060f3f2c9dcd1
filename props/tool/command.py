"""Runs the `portunus` command for the tests beside this file. PORTUNUS names the binary."""

import os
import shlex
import subprocess
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ["PORTUNUS"]
HAS_FAULTS = os.environ.get("PORTUNUS_FAULTS") == "ON"

# A short script: a port is made and released, with a callback that looks at it.
SCRIPT = """portunus-script 1
main T0
P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)
CFMachPortSetInvalidationCallBack(P0, inv)
CFMachPortInvalidate(P0)
CFRelease(P0)
settle
end
"""


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


def run(folder: Path, *arguments: str, seconds: int = 300, path: str | None = None) -> Outcome:
    """What the command does in a folder, with nothing to read and both streams in pipes. `path` is its PATH."""
    done = subprocess.run(
        [BINARY, *map(str, arguments)],
        cwd=folder,
        env=os.environ | ({"PATH": path} if path else {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=seconds,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


class CommandTest(unittest.TestCase):
    """A test with a folder of its own, in which the command runs."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name)

    def run_command(self, *arguments: str, seconds: int = 300, path: str | None = None) -> Outcome:
        return run(self.folder, *arguments, seconds=seconds, path=path)

    def run_printed(self, line: str) -> Outcome:
        """Runs a command as it was printed, `./run VERB …`, with this binary."""
        words = shlex.split(line)
        self.assertEqual("./run", words[0], line)
        return self.run_command(*words[1:])

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def record(self, name: str = "plain", script: str = SCRIPT, *arguments: str) -> Path:
        """The trace of a script."""
        self.write(f"{name}.script", script)
        done = self.run_command("record", f"{name}.script", *arguments)
        self.assertEqual(0, done.status, done.err)
        return self.folder / f"{name}.trace"

    def assert_status(self, status: int, outcome: Outcome):
        self.assertEqual(status, outcome.status, f"\nstdout:\n{outcome.out}\nstderr:\n{outcome.err}")
