"""Kill the sender many times: `python -m bench.chaos [KILLS] [MESSAGES]`. One JSON line each."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests import racing, sending
from tests.servers import migrated
from volunteer.notifications.models import MessageStatus


def kill(kind: str, folder: Path, *, kills: int, messages: int) -> dict[str, object]:
    seed = racing.new_seed()
    with migrated(kind, folder, "chaos") as url:
        sending.post(messages)
        began = time.perf_counter()
        with sending.open_mailbox(delay=0.002) as mailbox:
            hits = sending.kill_again_and_again(url, mailbox, times=kills, seed=seed)
            sending.finish(url, mailbox)
        seconds = time.perf_counter() - began
        lost = len(sending.expected() - set(mailbox.got))
        sent = sending.counts()[MessageStatus.SENT]
        is_right = lost == 0 and mailbox.repeats <= kills and sent == messages and hits == kills
        return {
            "chaos": "kill", "db": kind, "seed": seed, "messages": messages, "kills": hits,
            "lost": lost, "repeats": mailbox.repeats, "most_for_one": mailbox.most_for_one,
            "sent": sent, "seconds": round(seconds, 1), "result": "pass" if is_right else "fail",
        }  # fmt: skip


def main(kills: int = 60, messages: int = 3000) -> int:
    kinds = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRES_URL") else [])]
    with tempfile.TemporaryDirectory() as name:
        lines = []
        for kind in kinds:
            lines.append(kill(kind, Path(name), kills=kills, messages=messages))
            print(json.dumps(lines[-1]), flush=True)
    return int(any(line["result"] == "fail" for line in lines))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
