"""What must not stand in the project's files. Each ban carries a line that trips it and one that does not."""

import re
from dataclasses import dataclass
from typing import Callable

from rooms import room_of

HOSTED_ONLY = (
    "iostream|istream|ostream|sstream|fstream|iomanip|format|print|thread|mutex|shared_mutex|condition_variable|"
    "future|semaphore|barrier|latch|stop_token|filesystem|chrono|regex|random|locale|exception|stdexcept|functional"
)


def everywhere(path: str) -> bool:
    return True


def code(path: str) -> bool:
    return path.endswith((".h", ".cc", ".c"))


def headers(path: str) -> bool:
    return path.endswith(".h")


def freestanding(path: str) -> bool:
    room = room_of(path)
    return code(path) and room is not None and room.freestanding


@dataclass(frozen=True)
class Ban:
    name: str
    why: str
    where: Callable[[str], bool]
    pattern: str  # of a line
    trips: str
    passes: str

    def bites(self, line: str) -> bool:
        return re.search(self.pattern, line) is not None


def any_kernel(path: str) -> bool:
    return code(path) and path.startswith(("model/vocabulary/", "impl/cf/", "impl/driver/"))


# Built from halves, so that this file and its tests do not trip the bans themselves.
LEFT_OVER = "TO" + "DO"
MACHINE_PATH = "/ho" + "me/"

BANS = (
    Ban(
        "hosted headers",
        "the room also compiles without a libc and without threads",
        freestanding,
        rf"^\s*#\s*include\s*<({HOSTED_ONLY})>",
        "#include <iostream>",
        "#include <cstdint>",
    ),
    Ban(
        "threads",
        "the room reaches threads through the seam or the host",
        freestanding,
        r"\bstd::j?thread\b|\bthread_local\b|\bpthread_",
        "std::thread worker(run);",
        "host.start_thread(1, run, nullptr);",
    ),
    Ban(
        "exceptions",
        "the room compiles with -fno-exceptions",
        freestanding,
        r"\bthrow\b(?!\w)[^;]*;|\btry\s*\{|\bcatch\s*\(",
        "throw std::bad_alloc();",
        "seam::trap();",
    ),
    Ban(
        "run-time type information",
        "the room compiles with -fno-rtti",
        freestanding,
        r"\bdynamic_cast\b|\btypeid\b",
        "auto* port = dynamic_cast<Port*>(object);",
        "auto* port = static_cast<Port*>(object);",
    ),
    Ban(
        "kernels",
        "the room does not know which kernel is beneath it",
        any_kernel,
        r"\b(hosted|gnumach|linux|PORTUNUS_GUEST|__(linux|APPLE|MACH|gnu_hurd|i386|x86_64|LP64)__)\b(?! [0-9])",
        "if (hosted::World::current() != nullptr) return;",
        "// The name is gone by then (facts gnumach 7).",
    ),
    Ban(
        "left-overs",
        "what is not done is an issue, not a comment",
        everywhere,
        rf"\b({LEFT_OVER}|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b",
        f"// {LEFT_OVER}: later",
        "// The sweep comes later.",
    ),
    Ban(
        "paths of one machine",
        "a checkout works in any folder",
        everywhere,
        r"(?<![\w.])/(ho" + r"me|wor" + r"k|ro" + r"ot|Use" + r"rs)/\w",
        f'open("{MACHINE_PATH}someone/port.trace");',
        'open("corpus/accept/port.trace");',
    ),
    Ban(
        "using namespace in a header",
        "it reaches everyone who includes the header",
        headers,
        r"^\s*using\s+namespace\b",
        "using namespace std;",
        "using std::size_t;",
    ),
    Ban(
        "C random and clock",
        "a run depends on its seed alone",
        lambda path: code(path) and path.startswith(("model/", "props/generate/", "props/shrink/")),
        r"\b(s?rand|time|clock)\s*\(|\bstd::(random_device|chrono)\b",
        "const int choice = rand();",
        "const auto choice = entropy.below(4);",
    ),
)

LINES_MAX = 600


def violations(path: str, text: str) -> list[str]:
    """What stands in a file against the bans, one message each."""
    messages, lines = [], text.splitlines()
    for ban in BANS:
        if ban.where(path):
            for number, line in enumerate(lines, 1):
                if ban.bites(line):
                    messages.append(f"{path}:{number}: {ban.name}: {ban.why}")
    if code(path) and len(lines) > LINES_MAX:
        messages.append(f"{path}: {len(lines)} lines, more than {LINES_MAX}; is there a second noun in it?")
    if headers(path) and not path.startswith("impl/cf/include/") and not path.startswith("impl/mach/include/"):
        if "#pragma once" not in lines:
            messages.append(f"{path}: a header begins with #pragma once")
    return messages
