"""Money as people write it, in yuan; kept as whole fen."""

import re

from volunteer.core import chinese, saying

# A comma parts thousands: 86,5 is no sum, for one reader would take it for 865.
WHOLE = r"(?P<yuan>\d{1,7}|\d{1,3}(?:,\d{3})+)"
# 86.5, ¥1,200, 12.5元, 100块钱.
WRITTEN = re.compile(rf"¥?{WHOLE}(?:[.点](?P<rest>\d{{1,2}}))?(?:元|块|块钱)?")
# 12块5, 12元5角, 3毛, 12块5毛5分: as people say it.
SAID = re.compile(
    rf"(?:¥?{WHOLE}[元块])?(?:(?P<rest>\d{{1,2}})|(?:(?P<jiao>\d)[角毛])?(?:(?P<fen>\d)分)?)"
)


def in_fen(text: str) -> int | None:
    """100 → 10000, 36.5 → 3650, 12块5 → 1250, 3毛 → 30: what somebody wrote as fen, or None."""
    text = saying.with_digits(chinese.narrow(text).replace(" ", ""))
    match = (WRITTEN.fullmatch(text) or SAID.fullmatch(text)) if text else None
    if match is None:
        return None
    said = match.groupdict()
    fen = int(said["yuan"].replace(",", "")) * 100 if said["yuan"] else 0
    if said["rest"]:
        return fen + int(said["rest"].ljust(2, "0"))
    return fen + int(said.get("jiao") or 0) * 10 + int(said.get("fen") or 0)


def in_yuan(fen: int) -> str:
    """3650 → 36.50; -80 → -0.80."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
