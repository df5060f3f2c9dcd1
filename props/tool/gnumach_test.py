"""The system `gnumach`: our CoreFoundation on a real GNU Mach kernel in QEMU. The first run builds its image."""

import re
import unittest

from command import HAS_FAULTS, SCRIPT, CommandTest

SUT = ("--sut", "gnumach")
# Building the image comes on top of what is run.
SECONDS = 900

# A thread waits in its run loop for what another sends, so that the schedule has something to choose.
THREADS = """portunus-script 1
main T0
P0 = CFMachPortCreate(observed, callout, null, flag)
S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)
N0 = CFMachPortGetPort(P0)
start T1 {
  CFRunLoopAddSource(L1, S0, M0)
  CFRunLoopRunInMode(M0, 100ms, true)
}
mach_msg_send(N0, COPY_SEND, 1, 24, 0ms)
join T1
end
"""

# The invalidation callback looks at the port's source.
SOURCE = """portunus-script 1
main T0
on invalidation {
  CFRunLoopSourceIsValid(S0)
}
P0 = CFMachPortCreate(observed, callout, null, flag)
S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)
CFMachPortSetInvalidationCallBack(P0, inv)
CFMachPortInvalidate(P0)
end
"""

# A message for a port without a callout: delivery calls NULL.
CRASH = """portunus-script 1
main T0
P0 = CFMachPortCreate(observed, null, null, flag)
N0 = CFMachPortGetPort(P0)
S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)
CFRunLoopAddSource(L0, S0, M0)
mach_msg_send(N0, COPY_SEND, 5, 24, 0ms)
CFRunLoopRunInMode(M0, 0ms, false)
end
"""

# Delivery retains the info under the port's lock, and the client waits there for a thread that wants the lock.
HANG = """portunus-script 1
main T0
P0 = CFMachPortCreate(observed, callout, (I0 retain release), flag)
N0 = CFMachPortGetPort(P0)
S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)
CFRunLoopAddSource(L0, S0, M0)
on retain(I0) {
  start T1 {
    CFMachPortInvalidate(P0)
  }
  join T1
}
mach_msg_send(N0, COPY_SEND, 5, 24, 0ms)
CFRunLoopRunInMode(M0, 0ms, false)
end
"""

# Each message sends the next.
FLOOD = """portunus-script 1
main T0
P0 = CFMachPortCreate(observed, callout, null, flag)
N0 = CFMachPortGetPort(P0)
S0 = CFMachPortCreateRunLoopSource(observed, P0, 0)
CFRunLoopAddSource(L0, S0, M0)
on message(P0) {
  mach_msg_send(N0, COPY_SEND, 5, 24, 0ms)
}
mach_msg_send(N0, COPY_SEND, 5, 24, 0ms)
CFRunLoopRunInMode(M0, 100ms, false)
end
"""


# What the command says where the machine has no way to Debian's packages. Nothing can be tested there.
NO_PACKAGES = "cannot be downloaded"


class Gnumach(CommandTest):
    def gnumach(self, *arguments: str):
        outcome = self.run_command(*arguments, seconds=SECONDS)
        if outcome.status == 3 and NO_PACKAGES in outcome.err:
            self.skipTest(outcome.err)
        return outcome

    def recorded(self, name: str, script: str, *arguments: str) -> str:
        self.write(f"{name}.script", script)
        self.assert_status(0, self.gnumach("record", f"{name}.script", *SUT, *arguments))
        return (self.folder / f"{name}.trace").read_text()

    def test_it_conforms_and_the_report_has_the_kernels_own_line(self):
        outcome = self.gnumach("check", *SUT, "--scripts", "100", "--exhaustive", "0")
        self.assert_status(0, outcome)
        self.assertRegex(outcome.out, r"system under test   gnumach: .* on GNU Mach 1\.8\S* in QEMU\n")
        self.assertIn("of which random 100\n", outcome.out)

    def test_what_is_recorded_is_the_same_each_time_and_names_the_kernel(self):
        for arguments in ((), ("--schedule", "3")):
            first, second = (self.recorded("threads", THREADS, *arguments) for _ in range(2))
            self.assertEqual(first, second)
            self.assertIn("# mach: gnumach\n", first)
            self.assertEqual(bool(arguments), "# schedule: 3\n" in first)
            self.assert_status(0, self.run_command("judge", "threads.trace"))

    def test_a_script_does_the_same_alone_and_behind_others(self):
        alone = self.recorded("plain", SCRIPT)
        (self.folder / "plain.trace").unlink()
        self.write("threads.script", THREADS)
        self.assert_status(0, self.gnumach("record", "threads.script", "plain.script", *SUT))
        self.assertEqual(alone, (self.folder / "plain.trace").read_text())

    def test_what_crashes_hangs_or_floods_has_its_verdict_and_the_rest_goes_on(self):
        alone = self.recorded("plain", SCRIPT)
        (self.folder / "plain.trace").unlink()
        # NULL as a callout is undefined, so that a crash is allowed there; the others are not.
        ends = (("crash", CRASH, "crash segv", 0), ("hang", HANG, "hang", 1), ("flood", FLOOD, "crash flood", 1))
        for name, script, _, _ in ends:
            self.write(f"{name}.script", script)
        scripts = [f"{name}.script" for name, _, _, _ in ends] + ["plain.script"]
        self.assert_status(0, self.gnumach("record", *scripts, *SUT))
        self.assertEqual(alone, (self.folder / "plain.trace").read_text())
        for name, _, end, status in ends:
            with self.subTest(name):
                events = (self.folder / f"{name}.trace").read_text().splitlines()
                self.assertEqual(f"T0 {end}", re.sub(" +", " ", events[-2]))
                outcome = self.run_command("judge", f"{name}.trace")
                self.assert_status(status, outcome)
                if status == 1:
                    self.assertIn(f"T0 {end}\n", outcome.out)

    def test_another_edition_does_not_conform_and_its_findings_come_again(self):
        outcome = self.gnumach(
            "check", "--sut", "gnumach:cf-1153", "--variant", "cf-2021", "--scripts", "0", "--exhaustive", "0"
        )
        self.assert_status(1, outcome)
        self.assertIn("info during the invalidation callback", outcome.out)
        self.assertNotIn("did not happen again", outcome.out)
        commands = re.findall(r"^  reproduce: (.*)$", outcome.out, re.MULTILINE)
        self.assertIn("--sut gnumach:cf-1153", commands[0])
        self.assert_status(1, self.run_printed(commands[0]))

    @unittest.skipUnless(HAS_FAULTS, "this build has no seeded faults")
    def test_a_seeded_fault_is_found_there_too(self):
        self.write("source.script", SOURCE)
        self.assert_status(0, self.gnumach("replay", "source.script", *SUT))
        outcome = self.gnumach("replay", "source.script", *SUT, "--fault", "source-before-callback")
        self.assert_status(1, outcome)
        self.assertIn("invalidate.source-after-callback", outcome.out)


if __name__ == "__main__":
    unittest.main()
