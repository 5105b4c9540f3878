"""Money as people write it, in yuan; kept as whole fen."""

import re

from volunteer.core import chinese

AMOUNT = re.compile(r"(\d{1,6})(?:[.点](\d{1,2}))?")


def in_fen(text: str) -> int | None:
    """100 → 10000, 36.5 → 3650, ￥12.80元 → 1280: what somebody wrote as whole fen, or None."""
    text = chinese.narrow(text).strip().strip("¥￥元块 ")
    match = AMOUNT.fullmatch(text)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else None


def in_yuan(fen: int) -> str:
    """3650 → 36.50; -80 → -0.80."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
