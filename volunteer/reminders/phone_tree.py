"""A phone tree: the call list in shares of at most eight calls, each caller's own, with a backup
caller who has a share when its caller hands it on, or has called nobody for two hours."""

from collections.abc import Sequence
from datetime import timedelta

from volunteer.accounts import personal_links
from volunteer.audit import trail
from volunteer.core import clock
from volunteer.core.database import lock, session, transaction
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, OutboxMessage
from volunteer.people.models import Person
from volunteer.reminders import queries
from volunteer.reminders.errors import (
    AlreadyDealtWith,
    BackupCallsAlready,
    NobodyToCall,
    TooFewCallers,
)
from volunteer.reminders.models import Call, CallShare
from volunteer.teams.models import Team

CALLS_TO_MAKE = "calls_to_make"
MOST_CALLS = 8
LASTS = timedelta(days=2)


def callers_needed(calls: int) -> int:
    return -(-calls // MOST_CALLS)


def split(team: Team, callers: Sequence[Person], backup: Person, *, by: Person) -> list[CallShare]:
    """Share out everybody who is still to be called, evenly; nobody is to call themselves. Calls
    that were shared out before are shared out anew.

    Raises NobodyToCall, TooFewCallers or BackupCallsAlready.
    """
    with transaction():
        lock(team)
        now = clock.now()
        waiting = [c.call for c in queries.list_calls(team, now) if not c.call.is_done]
        if not waiting:
            raise NobodyToCall
        if backup.id in {caller.id for caller in callers}:
            raise BackupCallsAlready
        shares = [
            CallShare(team=team, caller=caller, backup=backup, made_by_id=by.id, made_at=now)
            for caller in callers
        ]
        hand_out(waiting, shares)
        used = [share for share in shares if share.calls]
        session.add_all(used)
        session.flush()
        tell(used)
        trail.record("calls.shared_out", team, by=by, team=team, calls=len(waiting),
                     callers=len(used))  # fmt: skip
        return used


def hand_out(calls: Sequence[Call], shares: Sequence[CallShare]) -> None:
    """Each call goes to who has fewest and is not the person to be called."""
    with session.no_autoflush:
        for call in calls:
            able = [
                share
                for share in shares
                if len(share.calls) < MOST_CALLS and share.caller.id != call.person_id
            ]
            if not able:
                raise TooFewCallers(callers_needed(len(calls)))
            call.share = min(able, key=lambda share: len(share.calls))


def hand_on(share: CallShare, *, by: Person) -> None:
    """The caller can't: the backup caller has the share from now on, and is told.

    Raises AlreadyDealtWith.
    """
    with transaction():
        lock(share)
        if share.handed_on_at is not None:
            raise AlreadyDealtWith
        share.handed_on_at = clock.now()
        trail.record("calls.handed_on", share, by=by, person=share.backup, team=share.team)
        tell([share])


def tell(shares: Sequence[CallShare]) -> None:
    """Who has a share is told that there is one; no name or number stands in the message."""
    rows = []
    for share in shares:
        holder = share.backup if share.handed_on_at else share.caller
        if outbox.channel_for(holder) is not Channel.CALL:
            rows.append(
                outbox.row(
                    CALLS_TO_MAKE,
                    to=holder,
                    key=str(share.id),
                    team_id=share.team_id,
                    expires_at=clock.now() + LASTS,
                    about={"share_id": share.id},
                )
            )
    outbox.post_all(rows)


def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """Letters to callers, while they have the share and somebody in it is still to be called."""
    now = clock.now()
    shares = {s.id: s for s in queries.list_shares({m.about["share_id"] for m in messages})}
    waiting = queries.count_waiting_in(list(shares), now)
    letters = {}
    for message in messages:
        share = shares.get(message.about["share_id"])
        # Who has answered since, or has the date called off, needs no call.
        if share is None or not waiting.get(share.id):
            continue
        if message.person_id not in share.holders(now):
            continue
        here = f"/call-shares/{share.id}"
        # A caller may be anybody, with or without a password: the link lets them in.
        doors = personal_links.doors([message.person], here, lasts=LASTS)
        letters[message.id] = writing.letter(
            CALLS_TO_MAKE,
            message.person,
            team=share.team,
            share=share,
            count=waiting[share.id],
            path=doors[message.person_id],
        )
    return letters
