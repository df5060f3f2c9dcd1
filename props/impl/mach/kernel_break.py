"""A defect to put into the hosted kernel: it breaks a row of what XNU is known to do."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Break:
    row: str  # section and row of facts mach-xnu; a 9 in brackets where its section 9 changes the row
    file: str  # in impl/mach/hosted
    old: str  # occurs there exactly once
    new: str  # takes its place
