"""What a process and all its children use, from /proc; Linux only."""

import os
from pathlib import Path


def tree(number: int) -> list[int]:
    """This process and all its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                said = (folder / "stat").read_text()
            except OSError:
                continue
            parent = int(said[said.rindex(")") + 2 :].split()[1])
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = [], [number]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def pss_mib(number: int) -> float:
    """Memory of the tree; what processes share is counted once."""
    total = 0
    for one in tree(number):
        for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def cpu_seconds(number: int) -> float:
    """Processor time of the tree so far: a figure that holds on a busy machine."""
    total = 0
    for one in tree(number):
        said = Path(f"/proc/{one}/stat").read_text()
        fields = said[said.rindex(")") + 2 :].split()
        total += sum(int(ticks) for ticks in fields[11:15])
    return total / os.sysconf("SC_CLK_TCK")
