"""What is said about being forgotten: to who answers, and the answer to who asked.

No name and no word of theirs stands in what goes to others.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from volunteer.core import clock
from volunteer.core.database import all_of, session
from volunteer.notifications import outbox, writing
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.rights import queries
from volunteer.rights.models import ForgettingRequest, ForgettingStatus

ASKED, DUE, ANSWERED = "forgetting_asked", "forgetting_due", "forgetting_answered"
# Who was told yes is forgotten after this time, whether it has reached them or not.
TOLD_WITHIN = timedelta(days=3)
SAID_YES = (ForgettingStatus.GRANTED, ForgettingStatus.ERASED, ForgettingStatus.RESTRICTED)


def tell_who_answers(kind: str, request: ForgettingRequest, now: datetime) -> int:
    """Once for each kind; answers how many messages were new. Who can only be called sees it on
    their first page."""
    session.flush()  # its number stands in the message
    return outbox.post_all(
        outbox.row(
            kind,
            to=person,
            key=str(request.id),
            expires_at=now + TOLD_WITHIN,
            about={"request_id": request.id},
        )
        for person in queries.list_who_answer(request.person)
        if outbox.channel_for(person) is not Channel.CALL
    )


def tell_answer(request: ForgettingRequest, team_id: int | None) -> None:
    """`team_id`: whose call list it stands on, when they are told by a call."""
    outbox.post(
        ANSWERED,
        to=request.person,
        key=str(request.id),
        expires_at=clock.now() + TOLD_WITHIN,
        team_id=team_id,
        request_id=request.id,
    )


def is_told(request: ForgettingRequest, now: datetime) -> bool:
    """Whether the answer has gone, or will not go any more. Where it could not be delivered, there
    is time to call them, or to send it once more."""
    if request.answered_at is None or request.answered_at <= now - TOLD_WITHIN:
        return True
    key = f"{ANSWERED}:{request.id}:{request.person_id}"
    waits = select(OutboxMessage.id).where(
        OutboxMessage.key == key,
        OutboxMessage.status.in_((MessageStatus.WAITING, MessageStatus.FAILED)),
    )
    return session.scalar(waits) is None


def write_to_who_answers(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    """While it waits for an answer, and to who may still give it."""
    requests = load(messages)
    answering = {
        request.id: {one.id for one in queries.list_who_answer(request.person)}
        for request in requests.values()
        if request.is_open
    }
    return {
        message.id: writing.letter(
            message.kind,
            message.person,
            forgetting=requests[number],
            today=clock.today(),
            path=f"/forgetting-requests/{number}",
        )
        for message in messages
        if message.person_id in answering.get(number := message.about["request_id"], ())
    }


def write_answers(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    requests = load(messages)
    return {
        message.id: writing.letter(
            ANSWERED,
            message.person,
            forgetting=request,
            today=clock.today(),
            says_yes=request.status in SAID_YES,
            # Who is forgotten has no door any more.
            path="/settings/forgetting" if request.is_refused else "",
        )
        for message in messages
        if (request := requests.get(message.about["request_id"]))
    }


def load(messages: Sequence[OutboxMessage]) -> dict[int, ForgettingRequest]:
    numbers = {message.about["request_id"] for message in messages}
    found = all_of(select(ForgettingRequest).where(ForgettingRequest.id.in_(numbers)))
    return {request.id: request for request in found}
