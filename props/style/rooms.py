"""The rooms of the house: which folder is which room, and what each room may include.

The table is the one of docs/architecture.md. A room may also include what the rooms it names may include.
"""

import re
from dataclasses import dataclass
from pathlib import Path

SOURCE_SUFFIXES = {".h", ".cc", ".c"}


@dataclass(frozen=True)
class Room:
    folder: str  # from the project's root; the longest folder that fits a file is its room
    rooms: tuple[str, ...] = ()  # the rooms that it may include, beside itself
    libraries: tuple[str, ...] = ("std",)  # what it may include from outside the project
    freestanding: bool = False  # must also compile without a libc, exceptions, threads


MODEL = ("model/vocabulary", "model/clause", "model/state", "model/step", "model/oracle", "model/explore")
IMPLEMENTATION = ("impl/mach", "impl/cf", "impl/fault", "impl/driver", "impl/sut")
ENGINES = ("props/generate", "props/shrink", "props/campaign")  # what of props is no test
TESTS = ("std", "posix", "doctest", "rapidcheck")

ROOMS = (
    Room("model/vocabulary", freestanding=True),
    Room("model/clause", ("model/vocabulary",)),
    Room("model/state", ("model/vocabulary",)),
    Room("model/step", ("model/state", "model/clause")),
    Room("model/oracle", MODEL),
    Room("model/explore", MODEL),
    Room("impl/mach", ("impl/mach/include", "impl/fault")),
    Room("impl/mach/hosted", ("impl/mach", "impl/fault"), ("std", "posix", "sanitizer")),
    Room("impl/mach/gnumach", ("impl/mach", "impl/mach/gnumach/kernel")),
    # Against that kernel's own headers, which have the names of Darwin's.
    Room("impl/mach/gnumach/kernel", libraries=("std", "gnumach")),
    Room("impl/cf", ("impl/cf/include", "impl/mach", "impl/fault"), freestanding=True),
    Room("impl/fault"),
    # The public headers of a CoreFoundation and of Mach: ours, or those of the system that is judged.
    Room(
        "impl/driver",
        ("model/vocabulary", "impl/cf/include", "impl/mach/include"),
        ("std", "sanitizer"),
        freestanding=True,
    ),
    Room("impl/cf/include", ("impl/mach/include",)),
    Room("impl/mach/include"),
    # The hosted SUT is our CoreFoundation on our kernel, so this room reaches all of impl.
    Room("impl/sut", ("model/vocabulary",) + IMPLEMENTATION + ("impl/mach/hosted",), ("std", "posix")),
    # The program that the SUT gnumach boots: our CoreFoundation and the driver on that kernel.
    Room(
        "impl/sut/gnumach/guest",
        ("model/vocabulary", "impl/cf", "impl/driver", "impl/fault", "impl/mach/gnumach", "impl/sut"),
    ),
    Room("props/generate", MODEL + IMPLEMENTATION),
    Room("props/shrink", MODEL + IMPLEMENTATION + ENGINES),
    Room("props/campaign", MODEL + IMPLEMENTATION + ENGINES, ("std", "posix")),
    Room(
        "props",
        MODEL + IMPLEMENTATION + ENGINES + ("impl/mach/hosted", "impl/mach/gnumach", "impl/sut/gnumach/guest", "tool", "fuzz"),
        TESTS,
    ),
    Room("props/bench", MODEL + IMPLEMENTATION + ENGINES + ("impl/mach/hosted",), ("std", "posix", "benchmark")),
    Room("fuzz", MODEL + IMPLEMENTATION + ENGINES + ("impl/mach/hosted",), ("std", "posix", "sanitizer")),
    Room("tool", MODEL + IMPLEMENTATION + ENGINES, ("std", "posix", "cli11", "json", "pugixml", "mustache")),
)
BY_FOLDER = {room.folder: room for room in ROOMS}

# Headers in angle brackets that are the project's own.
OWN_ANGLE = (
    ("mach/", "impl/mach/include"),
    ("mach_debug/", "impl/mach/include"),
    ("CoreFoundation/", "impl/cf/include"),
    ("CoreFoundation.h", "impl/cf/include"),
)

LIBRARIES = (
    ("std", re.compile(r"[a-z_0-9]+")),
    ("std", re.compile(r"(assert|errno|limits|math|signal|stdarg|stddef|stdint|stdio|stdlib|string|time)\.h")),
    ("posix", re.compile(r"(sys|linux|arpa|net|netinet)/[a-z_]+\.h")),
    ("posix", re.compile(r"(fcntl|poll|pthread|sched|spawn|unistd|dirent|dlfcn|execinfo|ucontext|semaphore)\.h")),
    ("sanitizer", re.compile(r"sanitizer/[a-z_]+\.h")),
    ("gnumach", re.compile(r"(mach|mach/machine|stubs)/[a-z0-9_]+\.h")),
    ("doctest", re.compile(r"doctest/.*")),
    ("rapidcheck", re.compile(r"rapidcheck(/.*|\.h)")),
    ("benchmark", re.compile(r"benchmark/benchmark\.h")),
    ("cli11", re.compile(r"CLI/.*")),
    ("json", re.compile(r"nlohmann/.*")),
    ("pugixml", re.compile(r"pugixml\.hpp")),
    ("mustache", re.compile(r"kainjow/.*")),
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')


def room_of(path: str) -> Room | None:
    """The room that a file or a folder, named from the project's root, belongs to."""
    folders = [path, *map(str, Path(path).parents)]
    return next((BY_FOLDER[folder] for folder in folders if folder in BY_FOLDER), None)


def reach(room: Room) -> set[str]:
    """The folders that a room may include: itself, what it names, and what those may include."""
    reached, open_rooms = set(), [room.folder]
    while open_rooms:
        folder = open_rooms.pop()
        if folder not in reached:
            reached.add(folder)
            open_rooms.extend(BY_FOLDER[folder].rooms)
    return reached


def library_of(header: str) -> str:
    """The name of the library that a header in angle brackets is from, or an empty string."""
    return next((name for name, pattern in LIBRARIES if pattern.fullmatch(header)), "")


def includes(text: str) -> list[tuple[int, str, bool]]:
    """Every #include of a file: line, header, and whether it stands in angle brackets."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if match := INCLUDE.match(line):
            found.append((number, match[2], match[1] == "<"))
    return found


def own_header(path: str, header: str, angled: bool) -> str:
    """The project's path of an included header, or an empty string if it is from outside."""
    room = room_of(path)
    if angled and room is not None and "gnumach" in room.libraries:
        return ""
    if angled:
        for prefix, folder in OWN_ANGLE:
            if header.startswith(prefix):
                return f"{folder}/{header}"
        return ""
    return header


def violations(path: str, text: str) -> list[str]:
    """What a file includes against the table, one message each."""
    room = room_of(path)
    if room is None:
        return [f"{path}: is in no room of the table"]
    allowed, messages = reach(room), []
    for line, header, angled in includes(text):
        own = own_header(path, header, angled)
        target = room_of(own) if own else None
        if own and (target is None or target.folder not in allowed):
            messages.append(f'{path}:{line}: {room.folder} may not include "{header}"')
        if not own and library_of(header) not in room.libraries:
            messages.append(f"{path}:{line}: {room.folder} may not include <{header}>")
    return messages


def source_files(root: Path) -> list[str]:
    """The C and C++ files of every room, named from the root, in order."""
    found = []
    for top in sorted({room.folder.split("/")[0] for room in ROOMS}):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCE_SUFFIXES and path.is_file():
                found.append(path.relative_to(root).as_posix())
    return found
