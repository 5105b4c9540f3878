"""A figure beside its limit: what must hold, and what we should like to reach."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Limit:
    """At least, or at most, so much."""

    value: float
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"

    def holds(self, figure: float) -> bool:
        return figure >= self.value if self.at_least else figure <= self.value


def at_least(value: float) -> Limit:
    return Limit(value, at_least=True)


def at_most(value: float) -> Limit:
    return Limit(value)


@dataclass(frozen=True)
class Figure:
    """What was measured, of us and of the floor, in the same run and in turn.

    `judged` is what the limits speak of: the ratio, unless it says something else.
    """

    bench: str
    database: str
    ours: float
    floor: float | None
    must: Limit | None
    reach: Limit | None = None
    unit: str = ""
    judged: float | None = None
    # What else helps to read it: the body's size, the load of the machine, how many of what.
    beside: dict[str, Any] = field(default_factory=dict)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 1))

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.floor else None

    @property
    def weighed(self) -> float:
        if self.judged is not None:
            return self.judged
        return self.ours if self.ratio is None else self.ratio

    def holds(self, limit: Limit | None) -> bool | None:
        return limit.holds(self.weighed) if limit else None

    def for_machines(self) -> str:
        return json.dumps(
            {
                "bench": self.bench,
                "database": self.database,
                "ours": round(self.ours, 3),
                "floor": None if self.floor is None else round(self.floor, 3),
                "ratio": None if self.ratio is None else round(self.ratio, 3),
                "must": str(self.must) if self.must else None,
                "must_held": self.holds(self.must),
                "reach": str(self.reach) if self.reach else None,
                "reach_held": self.holds(self.reach),
                "unit": self.unit,
                "load": self.load,
                **self.beside,
            },
            ensure_ascii=False,
        )

    def for_people(self) -> Sequence[str]:
        verdict = {True: "held", False: "NOT HELD", None: ""}
        return (
            self.bench,
            self.database,
            f"{self.ours:.4g} {self.unit}".strip(),
            "" if self.floor is None else f"{self.floor:.4g}",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            f"{self.must or ''} {verdict[self.holds(self.must)]}".strip(),
            f"{self.reach or ''} {verdict[self.holds(self.reach)]}".strip(),
            ", ".join(
                f"{name} {value}" for name, value in {**self.beside, "load": self.load}.items()
            ),
        )


HEADINGS = ("what", "database", "ours", "floor", "ratio", "must", "reach", "beside it")


def table(figures: Sequence[Figure]) -> str:
    rows = [HEADINGS, *(figure.for_people() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def keep(figure: Figure) -> None:
    """Add it to the file that BENCH_JSON names, if it names one."""
    if path := os.environ.get("BENCH_JSON"):
        with Path(path).open("a") as file:
            file.write(f"{figure.for_machines()}\n")
