"""Where somebody lives, as it is written in China: 小区, 栋, 单元, 室."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Self

from volunteer.core import chinese, saying

BUILDING = r"(?P<building>[0-9A-Za-z]{1,6})\s*(?:栋|幢|号楼|座)"
UNIT = r"(?P<unit>[0-9A-Za-z]{1,4})\s*单元"
ROOM = r"(?P<room>[0-9A-Za-z]{1,6}(?:-[0-9A-Za-z]{1,4})?)\s*(?:室|号房|号|户)?"
# 锦绣东方小区3栋2单元501室
IN_WORDS = re.compile(
    rf"(?P<estate>.*?)\s*{BUILDING}\s*(?:{UNIT})?\s*(?:{ROOM})?(?:[\s,，]+(?P<extra>.+))?"
)
# 小税巷5号院 2-1-3, 3-501
BY_DASHES = re.compile(
    r"(?P<estate>[^栋幢座]*?)\s*(?<![0-9])(?P<building>[0-9A-Za-z]{1,4})-(?:(?P<unit>[0-9A-Za-z]{1,4})-)?"
    r"(?P<room>[0-9A-Za-z]{1,6})(?:[\s,，]+(?P<extra>.+))?"
)
# 三栋二单元; 二仙桥小区 keeps its name.
SPOKEN = re.compile(r"[〇零一二三四五六七八九十]+(?=\s*(?:栋|幢|号楼|单元|室|号房))")
# Nobody's address is longer; what is would take the square of its length to read.
LONGEST = 200


@dataclass(frozen=True)
class Home:
    """One home; every part may be empty."""

    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    extra: str = ""

    @classmethod
    def of(cls, stored: dict[str, Any] | None) -> Self:
        """The home that as_stored() has put away."""
        return cls(**(stored or {}))

    def as_stored(self) -> dict[str, str]:
        return {key: value for key, value in asdict(self).items() if value}

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def __str__(self) -> str:
        """锦绣东方小区3栋2单元501室"""
        parts = [
            self.estate,
            f"{self.building}栋" if self.building else "",
            f"{self.unit}单元" if self.unit else "",
            f"{self.room}室" if self.room else "",
        ]
        words = "".join(parts)
        return f"{words}（{self.extra}）" if words and self.extra else words or self.extra

    @property
    def to_the_building(self) -> str:
        """As much of it as a list needs: 锦绣东方小区3栋."""
        return str(Home(self.estate, self.building))

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """The order in which one walks: 2栋 before 10栋."""
        return (self.estate, *map(natural, (self.building, self.unit, self.room)))

    @property
    def key(self) -> tuple[str, ...]:
        """Equal for the same home, however it was written."""
        return tuple(part.casefold() for part in (self.estate, self.building, self.unit, self.room))


def natural(part: str) -> tuple[int, str]:
    """A part of an address, so that 2 stands before 10; an empty one stands first."""
    digits = re.match(r"[0-9]+", part)
    return (int(digits[0]) if digits else -1 if not part else 10**6, part)


def read(text: str) -> Home:
    """The home that this address names; what can't be told apart stands in `extra`."""
    text = re.sub(r"\s+", " ", chinese.narrow(text)).strip()
    if len(text) > LONGEST:
        return Home(extra=text)
    text = SPOKEN.sub(lambda found: saying.digits_of(found[0]), text)
    if inside := re.fullmatch(r"(.*?)[(（](.+)[)）]", text):
        rest = read(inside[1])
        return Home(rest.estate, rest.building, rest.unit, rest.room, inside[2].strip())
    for pattern in (IN_WORDS, BY_DASHES):
        if match := pattern.fullmatch(text):
            parts = {key: (value or "").strip(" ,，") for key, value in match.groupdict().items()}
            return Home(**parts)
    # Without a building it is an estate or a courtyard, or words that only a neighbour understands.
    if re.fullmatch(r"\S{2,30}(?:小区|院|院子|大院|宿舍|花园|公寓|村|里|苑|园)", text):
        return Home(estate=text)
    return Home(extra=text)
