"""Send what is due: claim with a lease, send outside any transaction, note how it ended."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.factories.notifications import OutboxMessageFactory
from volunteer.core import clock
from volunteer.core.database import session, transaction
from volunteer.notifications import claiming, delivery, letters
from volunteer.notifications.channels import KeptHere, Refused, Unreachable
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import (
    JITTER,
    RETRY_AFTER,
    Channel,
    MessageStatus,
    OutboxMessage,
)
from volunteer.notifications.pauses import Pauses

pytestmark = pytest.mark.usefixtures("database")

NOON = datetime(2026, 10, 18, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)


@dataclass
class Postman:
    """Takes letters as a mail server would, and does with each what `trouble` says."""

    trouble: Callable[[OutboxMessage], None] = lambda _message: None
    sent: list[int] = field(default_factory=list)
    keeps: bool = False

    def __enter__(self) -> "Postman":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send(self, message: OutboxMessage, letter: Letter, pauses: Pauses) -> None:
        pauses.before()
        self.trouble(message)
        self.sent.append(message.id)
        pauses.after()


def write_notes(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
    return {
        message.id: Letter("A note", f"Dear {message.person.name}")
        for message in messages
        if not message.about.get("is_untrue")
    }


@pytest.fixture(autouse=True)
def noon(time_machine, database, monkeypatch):
    monkeypatch.setitem(letters._writers, "note", write_notes)
    time_machine.move_to(NOON, tick=False)


def send(postman: Postman | None = None, *, at_most: int = 20) -> list[int]:
    """What this sender handed over in one go."""
    postman = postman or Postman()
    delivery.send_due(lambda _channel: postman, lease=LEASE, at_most=at_most)
    return postman.sent


def now_of(message: OutboxMessage) -> OutboxMessage:
    return now_of_number(message.id)


def now_of_number(number: int) -> OutboxMessage:
    session.expire_all()
    return session.get_one(OutboxMessage, number)


def fail_with(error: Exception) -> Callable[[OutboxMessage], None]:
    def trouble(_message: OutboxMessage) -> None:
        raise error

    return trouble


def test_what_is_due_goes_oldest_first_and_only_once():
    newer = OutboxMessageFactory(due_at=NOON - timedelta(minutes=1)).id
    older = OutboxMessageFactory(due_at=NOON - timedelta(minutes=2)).id

    assert [send(), send()] == [[older, newer], []]


def test_a_message_that_went_says_so():
    message = OutboxMessageFactory()

    send()

    after = now_of(message)
    assert (after.status, after.ended_at) == (MessageStatus.SENT, NOON)
    assert (after.lease, after.lease_until, after.problem) == (None, None, None)


def test_many_go_batch_by_batch():
    for _number in range(7):
        OutboxMessageFactory()

    assert len(send(at_most=3)) == 7


def test_no_more_are_claimed_than_asked_for_whichever_way_the_planner_goes(setting):
    OutboxMessageFactory.create_batch(5)
    if setting.engine.dialect.name == "postgresql":
        # What is left to it is to look for each message whether it is one of those.
        session.commit()
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            session.get_bind().execute(text(f"SET LOCAL enable_{way} = off"))

    claimed = claiming.claim("ours", Channel.EMAIL, lease=LEASE, at_most=3)

    assert len(claimed) == 3


def test_where_letters_go_quickly_the_next_batch_is_larger_up_to_five_times():
    OutboxMessageFactory.create_batch(14)
    batches: list[str | None] = []

    send(Postman(trouble=lambda message: batches.append(message.lease)), at_most=1)

    assert [batches.count(batch) for batch in dict.fromkeys(batches)] == [1, 2, 4, 5, 2]


def test_where_they_go_slowly_batches_stay_as_they_are_set(time_machine):
    OutboxMessageFactory.create_batch(6)
    batches: list[str | None] = []

    def take_long(message: OutboxMessage) -> None:
        batches.append(message.lease)
        time_machine.shift(timedelta(seconds=1))

    send(Postman(trouble=take_long), at_most=2)

    assert [batches.count(batch) for batch in dict.fromkeys(batches)] == [2, 2, 2]


@pytest.mark.parametrize(
    ("channel", "forms"),
    [
        (Channel.EMAIL, {"subject.txt", "body.txt", "body.html"}),
        (Channel.SMS, {"subject.txt", "body.txt", "sms.txt"}),
        (Channel.GROUP, set(letters.FORMS)),
    ],
)
def test_only_the_forms_that_a_channel_carries_are_drawn(monkeypatch, channel, forms):
    drawn: list[str] = []

    def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
        drawn.extend(letters.forms())
        return write_notes(messages)

    monkeypatch.setitem(letters._writers, "note", write)
    OutboxMessageFactory(channel=channel)

    send()

    assert set(drawn) == forms
    assert set(letters.forms()) == set(letters.FORMS)


def test_what_is_not_due_yet_waits():
    OutboxMessageFactory(due_at=NOON + timedelta(seconds=1))

    assert send() == []


def test_calls_are_made_by_people():
    call = OutboxMessageFactory(channel=Channel.CALL)

    assert send() == []
    assert now_of(call).status is MessageStatus.WAITING


def test_each_failure_means_a_longer_pause_until_the_last_one(time_machine):
    message = OutboxMessageFactory(expires_at=NOON + timedelta(days=2))
    postman = Postman(fail_with(Unreachable("busy")))

    for pause in RETRY_AFTER:
        send(postman)
        assert pause <= now_of(message).next_try_at - clock.now() <= pause * (1 + JITTER)
        time_machine.move_to(now_of(message).next_try_at, tick=False)
    assert now_of(message).status is MessageStatus.WAITING
    send(postman)

    assert (now_of(message).status, now_of(message).problem) == (MessageStatus.FAILED, "busy")
    assert send() == []


def test_a_message_waits_out_its_pause(time_machine):
    OutboxMessageFactory()
    send(Postman(fail_with(Unreachable("busy"))))

    time_machine.shift(29)
    assert send() == []
    time_machine.shift(1 + 30 * JITTER)
    assert len(send()) == 1


def test_those_that_failed_together_do_not_come_back_together():
    messages = [OutboxMessageFactory() for _number in range(3)]
    send(Postman(fail_with(Unreachable("busy"))))

    assert len({now_of(message).next_try_at for message in messages}) == 3


def test_a_message_keeps_its_name_at_every_attempt(time_machine):
    names = []
    message = OutboxMessageFactory()

    for _attempt in range(3):
        send(
            Postman(lambda sent: names.append(sent.message_id) or fail_with(Unreachable("?"))(sent))
        )
        time_machine.move_to(now_of(message).next_try_at, tick=False)

    assert names == [message.message_id] * 3


def test_a_refusal_is_final():
    message = OutboxMessageFactory()

    send(Postman(fail_with(Refused("SMTPRecipientsRefused 550"))))

    after = now_of(message)
    assert (after.status, after.problem) == (MessageStatus.FAILED, "SMTPRecipientsRefused 550")


def test_the_log_says_why_a_mail_did_not_go_and_which_setting_to_look_at(caplog):
    name = OutboxMessageFactory().message_id

    send(Postman(fail_with(Unreachable("gaierror"))))

    (said,) = caplog.messages
    assert said.startswith(f"message {name} was not sent: ")
    assert said.endswith(", gaierror: there is no machine of the name in SMTP_HOST")


@pytest.mark.parametrize("error", [Refused("550"), Unreachable("busy")])
def test_one_bad_letter_does_not_hold_back_the_others(error):
    bad = OutboxMessageFactory(due_at=NOON - timedelta(minutes=1)).id
    good = [OutboxMessageFactory().id for _number in range(3)]

    def trouble(message: OutboxMessage) -> None:
        if message.id == bad:
            raise error

    assert send(Postman(trouble)) == good


def test_a_letter_that_cannot_be_written_stops_itself_and_no_other(time_machine, monkeypatch):
    def stumble(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
        return {message.id: Letter(message.about["subject"], "") for message in messages}

    monkeypatch.setitem(letters._writers, "note", stumble)
    bad = OutboxMessageFactory(due_at=NOON - timedelta(minutes=1)).id
    good = [OutboxMessageFactory(about={"subject": "A note"}).id for _number in range(3)]
    postman = Postman()

    for _tick in range(3):
        with suppress(KeyError):
            send(postman)
        time_machine.shift(LEASE)

    assert postman.sent == good
    assert session.get_one(OutboxMessage, bad).status is MessageStatus.WAITING


def drawn_by(draw: Callable[[int], None]) -> letters.Writer:
    """A writer whose letters are drafts: `draw` is called when one is put into words."""

    def write(messages: Sequence[OutboxMessage]) -> letters.Letters:
        def letter(number: int) -> Letter:
            draw(number)
            return Letter("A note", "Dear neighbour")

        return {message.id: partial(letter, message.id) for message in messages}

    return write


def test_a_letter_is_put_into_words_while_the_one_before_it_is_taken(monkeypatch):
    one, other = OutboxMessageFactory().id, OutboxMessageFactory().id
    happened: list[tuple[str, int]] = []
    monkeypatch.setitem(
        letters._writers, "note", drawn_by(lambda number: happened.append(("drawn", number)))
    )

    def take(message: OutboxMessage) -> None:
        happened.append(("taken", message.id))
        if message.id == other:
            happened.append((now_of_number(one).status, one))

    send(Postman(trouble=take))

    assert happened == [
        ("drawn", one),
        ("taken", one),
        ("drawn", other),
        ("taken", other),
        # Before the second went it was written down that the first one did.
        (MessageStatus.SENT, one),
    ]


def test_before_a_refusal_is_noted_the_others_are_put_into_words(monkeypatch):
    """Noting it makes the session forget what they are made of: all would be read anew."""
    bad, *others = [message.id for message in OutboxMessageFactory.create_batch(3)]
    drawn: dict[int, str] = {}
    monkeypatch.setitem(
        letters._writers,
        "note",
        drawn_by(lambda number: drawn.update({number: now_of_number(bad).status})),
    )
    faults = {bad: Refused("550")}

    def refuse(message: OutboxMessage) -> None:
        if message.id in faults:
            raise faults[message.id]

    assert send(Postman(trouble=refuse)) == others
    assert drawn == dict.fromkeys([bad, *others], MessageStatus.WAITING)


def test_a_draft_that_cannot_be_put_into_words_stops_itself_and_no_other(monkeypatch):
    first, bad, last = OutboxMessageFactory.create_batch(3)
    faults = {bad.id: ZeroDivisionError("a fault of ours")}

    def draw(number: int) -> None:
        if number in faults:
            raise faults[number]

    monkeypatch.setitem(letters._writers, "note", drawn_by(draw))

    assert send() == [first.id, last.id]
    assert (now_of(bad).status, now_of(bad).problem) == (MessageStatus.WAITING, "not written")


def test_a_letter_that_never_can_be_written_comes_to_an_end_with_a_name(time_machine, monkeypatch):
    def stumble(_messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
        raise KeyError("subject")

    monkeypatch.setitem(letters._writers, "note", stumble)
    message = OutboxMessageFactory(expires_at=NOON + timedelta(days=2))

    for _attempt in range(len(RETRY_AFTER) + 1):
        send()
        time_machine.move_to(now_of(message).next_try_at, tick=False)

    after = now_of(message)
    assert (after.status, after.problem) == (MessageStatus.FAILED, "not written")


def test_what_is_cancelled_while_the_batch_is_going_out_does_not_go(time_machine):
    numbers = [OutboxMessageFactory(about={"number": n}).id for n in range(3)]

    def cancel_the_last(message: OutboxMessage) -> None:
        if message.id == numbers[0]:
            with transaction():
                session.get_one(OutboxMessage, numbers[2]).about = {"is_untrue": True}
            # The mail server takes its time.
            time_machine.shift(1)

    assert send(Postman(cancel_the_last)) == numbers[:2]
    assert session.get_one(OutboxMessage, numbers[2]).status is MessageStatus.DROPPED


def test_what_somebody_else_has_ended_meanwhile_stays_as_they_left_it(time_machine):
    first, second = (OutboxMessageFactory().id for _number in range(2))

    def end_the_other(message: OutboxMessage) -> None:
        with transaction():
            session.get_one(OutboxMessage, second).end(MessageStatus.DROPPED, clock.now())
        time_machine.shift(1)

    assert send(Postman(end_the_other)) == [first]
    assert session.get_one(OutboxMessage, second).status is MessageStatus.DROPPED


def test_letters_are_written_anew_for_a_slow_server_and_no_more_of_them_than_go(
    time_machine, monkeypatch
):
    written = []

    def write(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
        written.append(len(messages))
        return write_notes(messages)

    monkeypatch.setitem(letters._writers, "note", write)
    numbers = [OutboxMessageFactory().id for _number in range(5)]

    assert send(Postman(lambda _message: time_machine.shift(1))) == numbers
    assert written == [5, 1, 1, 1, 1]


def test_a_channel_that_takes_nothing_rests_and_the_others_go_on():
    mails = [OutboxMessageFactory().id for _number in range(5)]
    texts = [OutboxMessageFactory(channel=Channel.SMS).id for _number in range(2)]
    postmen = {
        Channel.EMAIL: Postman(fail_with(Unreachable("busy"))),
        Channel.SMS: Postman(),
    }

    delivery.send_due(postmen.__getitem__, lease=LEASE, at_most=1)

    assert postmen[Channel.SMS].sent == texts
    after = [session.get_one(OutboxMessage, number) for number in mails]
    assert [mail.attempts for mail in after] == [1, 1, 1, 0, 0]
    assert {mail.lease for mail in after} == {None}


def test_a_server_that_hangs_is_asked_once_in_a_run(time_machine):
    mails = [OutboxMessageFactory() for _number in range(3)]

    def hang(_message: OutboxMessage) -> None:
        time_machine.shift(15)
        raise Unreachable("TimeoutError")

    send(Postman(hang))

    assert [now_of(mail).attempts for mail in mails] == [1, 0, 0]
    assert [now_of(mail).lease for mail in mails] == [None] * 3


def test_a_long_run_pauses_so_that_the_clock_is_seen_to_tick(time_machine):
    for _number in range(5):
        OutboxMessageFactory()
    postman = Postman(lambda _message: time_machine.shift(25))

    assert len(send(postman, at_most=1)) == 3
    assert len(send(at_most=1)) == 2


def test_what_is_no_longer_true_is_dropped():
    message = OutboxMessageFactory(about={"is_untrue": True})

    assert send() == []
    assert now_of(message).status is MessageStatus.DROPPED


def test_what_expired_is_marked_and_not_sent():
    message = OutboxMessageFactory(due_at=NOON - timedelta(days=1), expires_at=NOON)
    call = OutboxMessageFactory(channel=Channel.CALL, expires_at=NOON)

    assert send() == []
    assert [now_of(m).status for m in (message, call)] == [MessageStatus.EXPIRED] * 2


def test_what_another_sender_holds_is_not_sent_until_its_lease_runs_out(time_machine):
    message = OutboxMessageFactory().id
    claiming.claim("another", Channel.EMAIL, lease=LEASE, at_most=20)

    assert send() == []
    time_machine.shift(59)
    assert send() == []
    time_machine.shift(1)
    assert send() == [message]


def test_two_senders_never_claim_the_same():
    numbers = [OutboxMessageFactory().id for _number in range(5)]

    first = claiming.claim("first", Channel.EMAIL, lease=LEASE, at_most=3)
    second = claiming.claim("second", Channel.EMAIL, lease=LEASE, at_most=3)

    assert (first, second) == (numbers[:3], numbers[3:])


def test_what_is_being_sent_does_not_expire_meanwhile():
    message = OutboxMessageFactory(expires_at=NOON)
    claiming.claim("another", Channel.EMAIL, lease=LEASE, at_most=20)

    assert claiming.expire(NOON) == 0
    assert now_of(message).status is MessageStatus.WAITING


@pytest.mark.parametrize(
    "end", ["note", "note_sent", "drop", "postpone", "give_back", "send_otherwise"]
)
def test_a_late_word_of_a_sender_that_lost_its_lease_changes_nothing(time_machine, end):
    message = OutboxMessageFactory()
    claiming.claim("late", Channel.EMAIL, lease=LEASE, at_most=20)
    time_machine.shift(61)
    claiming.claim("new", Channel.EMAIL, lease=LEASE, at_most=20)

    def write(statement, values):
        with transaction():
            session.execute(statement, values)

    late = {
        "note": lambda: claiming.note(message, "late", MessageStatus.FAILED, problem="late"),
        "note_sent": lambda: claiming.note_sent(message, "late", write),
        "drop": lambda: claiming.drop([message.id], "late"),
        "postpone": lambda: claiming.postpone(message.id, "late", "late"),
        "give_back": lambda: claiming.give_back([message.id], "late"),
        "send_otherwise": lambda: claiming.send_otherwise(message, "late", Channel.SMS),
    }
    late[end]()

    after = now_of(message)
    assert (after.status, after.lease, after.attempts) == (MessageStatus.WAITING, "new", 0)
    assert after.channel is Channel.EMAIL


def test_a_note_that_meets_a_server_started_again_is_written_once_more():
    message = OutboxMessageFactory()
    claiming.claim("ours", Channel.EMAIL, lease=LEASE, at_most=1)

    def write(_statement: object, _values: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("gone"), connection_invalidated=True)

    claiming.note_sent(message, "ours", write)

    assert now_of(message).status is MessageStatus.SENT


def test_nothing_is_sent_when_the_lease_may_run_out_on_the_way(time_machine):
    first, second = (OutboxMessageFactory() for _number in range(2))
    postman = Postman(lambda message: message.id == first.id and time_machine.shift(50))

    delivery.send_due(lambda _channel: postman, lease=LEASE, at_most=20, batches=1)

    assert postman.sent == [first.id]
    assert (now_of(second).status, now_of(second).lease) == (MessageStatus.WAITING, None)


def test_time_spent_on_writing_counts_against_the_lease(time_machine, monkeypatch):
    def slowly(messages: Sequence[OutboxMessage]) -> dict[int, Letter]:
        time_machine.shift(61)
        return write_notes(messages)

    OutboxMessageFactory()
    monkeypatch.setitem(letters._writers, "note", slowly)
    postman = Postman()

    delivery.send_due(lambda _channel: postman, lease=LEASE, at_most=20, batches=1)

    assert postman.sent == []


def test_nothing_of_the_database_is_held_while_a_letter_is_on_its_way():
    for _number in range(2):
        OutboxMessageFactory()
    held = []

    def look(message: OutboxMessage) -> None:
        assert message.person.name
        held.append(session().in_transaction())

    send(Postman(look))

    assert held == [False, False]


def test_the_demo_keeps_what_it_would_have_sent():
    message = OutboxMessageFactory()
    name = message.person.name

    delivery.send_due(lambda _channel: KeptHere(), lease=LEASE, at_most=20)

    after = now_of(message)
    assert after.status is MessageStatus.SENT
    assert (after.kept_subject, after.kept_text) == ("A note", f"Dear {name}")


def test_what_really_goes_out_is_not_kept():
    message = OutboxMessageFactory()

    send()

    assert (now_of(message).kept_subject, now_of(message).kept_text) == (None, None)
