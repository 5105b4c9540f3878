"""Text messages are rationed by person and by team; what is over goes another way and says why."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

import config
from tests.conftest import DATABASES
from tests.factories.accounts import OperatorFactory
from tests.factories.notifications import OutboxMessageFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import TeamFactory
from tests.meeting import meeting
from tests.racing import processes
from tests.sending import KIND, write
from tests.servers import migrated
from tests.sinks import answering
from volunteer import create_app
from volunteer.accounts import personal_links
from volunteer.accounts.models import PersonalLink
from volunteer.activities import notices
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.notifications import claiming, delivery, explaining, letters, rationing, rations
from volunteer.notifications.channels import KeptHere, Refused
from volunteer.notifications.letters import Letter
from volunteer.notifications.models import Channel, MessageStatus, OutboxMessage
from volunteer.notifications.rations import Ration, Share
from volunteer.people.models import ToldBy
from volunteer.reminders import jobs

LEASE = timedelta(minutes=1)
# In Chengdu it is four in the afternoon, in Vancouver one at night of the same day.
NOON = datetime(2026, 10, 12, 8, tzinfo=UTC)
OVER = explaining.why(claiming.OF_THE_PERSON).what


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Letters of our own under names that the product knows."""
    for kind in (KIND, notices.DATE_CANCELLED, "visit_alarm", "one_time_code", "thanks"):
        monkeypatch.setitem(letters._writers, kind, write)
    # Three of the usual kind, and one more that is urgent.
    rations.use(Ration(person=4))
    yield
    rations.use(Ration())


@pytest.fixture
def afternoon(time_machine, database):
    time_machine.move_to(NOON, tick=False)
    return time_machine


alone = pytest.mark.usefixtures("afternoon")


def texts(person, count, *, kind=KIND, **more):
    """Their numbers: what is being sent is taken out of the session."""
    made = OutboxMessageFactory.create_batch(
        count, kind=kind, person=person, channel=Channel.SMS, **more
    )
    return [message.id for message in made]


def now_of(numbers):
    found = session.query(OutboxMessage).filter(OutboxMessage.id.in_(numbers))
    return found.order_by(OutboxMessage.id).populate_existing().all()


def problems(numbers):
    return [message.problem for message in now_of(numbers)]


def reader(**more):
    return PersonFactory(**{"phone": "13800138000", "told_by": ToldBy.SMS, **more})


def send():
    delivery.send_due(lambda _channel: KeptHere(), lease=LEASE, at_most=10)


def ends(numbers):
    """How many went by which channel, and how they ended."""
    return Counter((message.channel, message.status) for message in now_of(numbers))


BY_SMS, BY_MAIL = (Channel.SMS, MessageStatus.SENT), (Channel.EMAIL, MessageStatus.SENT)
TO_CALL = (Channel.CALL, MessageStatus.WAITING)
FAILED = (Channel.SMS, MessageStatus.FAILED)


@alone
def test_after_three_in_a_day_the_rest_goes_by_mail_and_says_why():
    messages = texts(reader(), 5)

    send()
    send()

    assert ends(messages) == {BY_SMS: 3, BY_MAIL: 2}
    # That each is one message goes without saying.
    assert not any(rations.PARTS in message.about for message in now_of(messages))
    assert problems(messages) == [None] * 3 + [claiming.OF_THE_PERSON] * 2


@alone
def test_who_has_no_mailbox_is_called_for_the_rest():
    messages = texts(reader(email=None), 5, team_id=TeamFactory().id)

    send()

    assert ends(messages) == {BY_SMS: 3, TO_CALL: 2}
    assert problems(messages)[-1] == claiming.OF_THE_PERSON


@alone
@pytest.mark.parametrize("kind", [KIND, "thanks"])
def test_where_nobody_would_call_the_rest_fails_and_says_why(kind):
    """Of a kind that nobody is called for; of no team, on whose list it would stand."""
    team_id = TeamFactory().id if kind == "thanks" else None
    messages = texts(reader(email=None), 4, kind=kind, team_id=team_id)

    send()

    assert ends(messages) == {BY_SMS: 3, FAILED: 1}
    assert problems(messages)[-1] == claiming.OF_THE_PERSON


@alone
def test_the_next_day_begins_by_the_teams_clock(afternoon):
    chengdu, vancouver = TeamFactory(), TeamFactory(zone="America/Vancouver")
    rations.use(Ration(person=1))
    here, there = reader(), reader()
    # An hour and a half ago it was the day before in Vancouver.
    for person, team in ((here, chengdu), (there, vancouver)):
        texts(person, 1, team_id=team.id, status=MessageStatus.SENT,
              ended_at=NOON - timedelta(minutes=90))  # fmt: skip
    messages = [*texts(here, 1, team_id=chengdu.id), *texts(there, 1, team_id=vancouver.id)]

    send()

    assert [message.channel for message in now_of(messages)] == [Channel.EMAIL, Channel.SMS]
    afternoon.shift(timedelta(hours=9))
    tomorrow = texts(session.merge(here), 1, team_id=chengdu.id)
    send()
    assert ends(tomorrow) == {BY_SMS: 1}


@alone
def test_one_person_in_two_zones_has_one_ration():
    person = reader()
    teams = [TeamFactory(), TeamFactory(zone="America/Vancouver")]
    messages = [one for team in teams for one in texts(person, 3, team_id=team.id)]

    send()
    send()

    assert ends(messages) == {BY_SMS: 3, BY_MAIL: 3}


@alone
def test_a_team_has_one_budget_for_all_its_people_and_no_other_team_pays():
    rations.use(Ration(team=4))
    team, other = TeamFactory(), TeamFactory()
    messages = [one for _n in range(3) for one in texts(reader(), 2, team_id=team.id)]
    others = texts(reader(), 2, team_id=other.id)

    send()
    send()

    assert ends(messages) == {BY_SMS: 4, BY_MAIL: 2}
    assert set(problems(messages)) == {None, claiming.OF_THE_TEAM}
    assert ends(others) == {BY_SMS: 2}


@alone
def test_what_has_changed_for_today_goes_first():
    person, now = reader(), clock.now()
    usual = texts(person, 3, due_at=now - timedelta(hours=1))
    (cancelled,) = texts(
        person, 1, kind=notices.DATE_CANCELLED, expires_at=now + timedelta(hours=5)
    )
    (later,) = texts(person, 1, kind=notices.DATE_CANCELLED, expires_at=now + timedelta(days=9))

    assert rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=10) == [
        cancelled, usual[0], usual[1],
    ]  # fmt: skip
    assert [one.channel for one in now_of([usual[2], later])] == [Channel.EMAIL] * 2


def of_parts(number, monkeypatch):
    """Letters of a kind that costs so many parts each."""
    monkeypatch.setitem(
        letters._writers,
        "long",
        lambda messages: {m.id: Letter("", "长" * (67 * number)) for m in messages},
    )


@alone
def test_a_long_message_counts_as_its_parts(monkeypatch):
    rations.use(Ration(person=9, team=5))
    of_parts(2, monkeypatch)
    team = TeamFactory()
    messages = [texts(reader(), 1, kind="long", team_id=team.id)[0] for _n in range(3)]

    send()

    assert ends(messages) == {BY_SMS: 2, (Channel.EMAIL, MessageStatus.WAITING): 1}
    assert rations.of_team_today(team.id, team.zone).gone == 4


@alone
def test_the_name_of_who_signs_is_a_part_of_what_it_costs(monkeypatch):
    rations.use(Ration(person=9, team=3, signature="邻里互助社区志愿服务中心"))
    monkeypatch.setitem(
        letters._writers, "long", lambda ms: {m.id: Letter("", "长" * 60) for m in ms}
    )
    messages = texts(reader(), 2, kind="long", team_id=TeamFactory().id)

    send()

    assert ends(messages)[BY_SMS] == 1


@alone
def test_a_long_message_is_one_for_who_reads_it(monkeypatch):
    rations.use(Ration(person=3))
    of_parts(6, monkeypatch)
    messages = texts(reader(), 3, kind="long")

    send()

    assert ends(messages)[BY_SMS] == 2


@alone
def test_the_last_of_a_persons_day_is_for_what_is_urgent():
    rations.use(Ration())
    person, soon = reader(), clock.now() + timedelta(hours=5)
    usual = texts(person, 3)
    send()
    cancelled = texts(session.merge(person), 2, kind=notices.DATE_CANCELLED, expires_at=soon)

    send()

    assert ends(usual) == {BY_SMS: 2, BY_MAIL: 1}
    assert ends(cancelled)[BY_SMS] == 1


@alone
def test_a_tenth_of_a_teams_day_is_for_what_is_urgent():
    rations.use(Ration(person=30, team=20))
    team, soon = TeamFactory(), clock.now() + timedelta(hours=5)
    usual = [*texts(reader(), 10, team_id=team.id), *texts(reader(), 10, team_id=team.id)]
    for _turn in range(3):
        send()
    later, cancelled = (
        texts(reader(), 3, kind=notices.DATE_CANCELLED, expires_at=at, team_id=team.id)
        for at in (soon + timedelta(days=3), soon)
    )

    for _turn in range(3):
        send()

    assert ends(usual) == {BY_SMS: 18, BY_MAIL: 2}
    assert ends(later) == {BY_MAIL: 3}
    assert ends(cancelled) == {BY_SMS: 2, BY_MAIL: 1}


@alone
def test_what_is_urgent_is_the_same_here_and_in_the_database():
    for kind in (KIND, notices.DATE_CANCELLED):
        for hours in (5, 24, 25):
            texts(reader(), 1, kind=kind, expires_at=clock.now() + timedelta(hours=hours))

    found = session.execute(select(OutboxMessage, rations.urgency(clock.now()))).all()

    assert [order < 2 for _message, order in found] == [
        rations.is_urgent(message, clock.now()) for message, _order in found
    ]
    assert sum(order < 2 for _message, order in found) == 2


@alone
def test_alarms_and_codes_always_go_and_codes_take_nothing_away():
    person = reader()
    codes = texts(person, 4, kind="one_time_code")
    alarms = texts(person, 4, kind="visit_alarm")
    usual = texts(person, 1)

    send()
    send()

    assert ends(codes) == ends(alarms) == {BY_SMS: 4}
    assert ends(usual) == {BY_MAIL: 1}


@alone
def test_codes_take_nothing_away_beside_them_nor_when_they_have_gone():
    person = reader()
    beside = [*texts(person, 4, kind="one_time_code"), *texts(person, 2)]
    send()
    (later,) = texts(session.merge(person), 1)

    send()

    assert ends([*beside, later]) == {BY_SMS: 7}


@alone
def test_an_alarm_goes_before_what_was_due_earlier():
    person, now = reader(), clock.now()
    texts(person, 1, due_at=now - timedelta(hours=1))
    texts(person, 1, kind=notices.DATE_CANCELLED, expires_at=now + timedelta(hours=5))
    alarm = texts(person, 1, kind="visit_alarm")

    assert rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=1) == alarm


@alone
def test_the_budget_of_a_team_is_not_that_of_messages_of_no_team():
    rations.use(Ration(team=1))
    messages = [*texts(reader(), 1), *texts(reader(), 1)]

    send()

    assert ends(messages) == {BY_SMS: 2}


@alone
def test_what_went_at_midnight_belongs_to_the_day_that_begins():
    rations.use(Ration(person=1))
    person, midnight = reader(), datetime(2026, 10, 11, 16, tzinfo=UTC)
    texts(person, 1, status=MessageStatus.SENT, ended_at=midnight)
    over = texts(person, 1)

    send()
    send()

    assert ends(over) == {BY_MAIL: 1}


@alone
def test_what_a_dead_sender_had_taken_counts_against_nobody(afternoon):
    person = reader()
    texts(person, 3, due_at=clock.now() - timedelta(hours=1))
    rationing.claim("dead", Channel.SMS, lease=LEASE, at_most=10)
    before = texts(session.merge(person), 1, due_at=clock.now() - timedelta(hours=2))

    afternoon.shift(LEASE)

    assert rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=1) == before


@alone
def test_what_the_gateway_did_not_take_counts_against_nobody():
    class Strict(KeptHere):
        def send(self, *_args, **_kwargs):
            raise Refused("HTTP 400")

    person = reader()
    refused = texts(person, 3)
    delivery.send_due(lambda _channel: Strict(), lease=LEASE, at_most=10)
    messages = texts(session.merge(person), 3)

    send()

    assert ends(refused) == {FAILED: 3}
    assert ends(messages) == {BY_SMS: 3}


@alone
def test_what_is_no_longer_true_takes_nothing_away(monkeypatch):
    """A date that moved there and back three times: the letter that holds still goes."""
    monkeypatch.setitem(letters._writers, "moved back", lambda _messages: {})
    person, before = reader(), clock.now() - timedelta(hours=1)
    untrue = texts(person, 3, kind="moved back", due_at=before)
    (true,) = texts(person, 1)

    send()

    assert ends(untrue) == {(Channel.SMS, MessageStatus.DROPPED): 3}
    assert ends([true]) == {BY_SMS: 1}


@alone
def test_what_is_over_the_limit_and_no_longer_true_makes_nobody_call(monkeypatch):
    monkeypatch.setitem(letters._writers, "moved back", lambda _messages: {})
    person = reader(email=None)
    usual = texts(person, 3, due_at=clock.now() - timedelta(hours=1), team_id=TeamFactory().id)
    untrue = texts(person, 1, kind="moved back", team_id=TeamFactory().id)

    send()

    assert ends(usual) == {BY_SMS: 3}
    assert ends(untrue) == {(Channel.SMS, MessageStatus.DROPPED): 1}


@alone
def test_looking_whether_it_is_true_makes_no_link_that_nobody_gets(monkeypatch):
    def write_with_links(messages):
        personal_links.doors([message.person for message in messages], "/", lasts=LEASE)
        return write(messages)

    monkeypatch.setitem(letters._writers, "with a link", write_with_links)
    texts(reader(), 4, kind="with a link")

    granted = rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=10)

    assert len(granted) == 3
    assert session.query(PersonalLink).count() == 0


@alone
def test_a_letter_that_the_database_refuses_stops_no_text_message(monkeypatch):
    def ask_nonsense(_messages):
        session.execute(text("SELECT no_such_column FROM people"))

    monkeypatch.setitem(letters._writers, "faulty", ask_nonsense)
    person = reader()
    texts(person, 1, kind="faulty", due_at=clock.now() - timedelta(hours=1))
    texts(person, 3)

    assert len(rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=10)) == 3


@alone
def test_a_letter_that_cannot_be_written_keeps_no_other_from_its_ration(monkeypatch):
    def fail(_messages):
        raise ValueError

    monkeypatch.setitem(letters._writers, "faulty", fail)
    person = reader()
    texts(person, 1, kind="faulty", due_at=clock.now() - timedelta(hours=1))
    usual = texts(person, 4)

    send()
    send()

    assert ends(usual) == {BY_SMS: 2, BY_MAIL: 2}


@alone
def test_one_that_cannot_be_put_into_words_counts_as_one_part(monkeypatch):
    def fail():
        raise ValueError

    rations.use(Ration(person=9, team=3))
    monkeypatch.setattr(letters, "drafts", lambda messages: {m.id: fail for m in messages})
    team_id = TeamFactory().id
    messages = [texts(reader(), 1, team_id=team_id)[0] for _n in range(4)]

    assert rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=10) == messages[:3]


@alone
def test_a_team_reads_of_its_own_messages_of_today_and_which_of_them_became_calls():
    rations.use(Ration(team=20))
    team, other = TeamFactory(), TeamFactory()
    midnight = datetime(2026, 10, 11, 16, tzinfo=UTC)
    to_call = {"channel": Channel.CALL, "problem": claiming.OF_THE_TEAM}
    for one, count in ((team, 2), (other, 3)):
        sent = {"status": MessageStatus.SENT, "ended_at": midnight}
        texts(reader(), count, team_id=one.id, **sent)
        OutboxMessageFactory.create_batch(count, team_id=one.id, next_try_at=midnight, **to_call)
    for otherwise in (
        {"next_try_at": midnight - timedelta(seconds=1)},
        {"next_try_at": midnight, "status": MessageStatus.SENT},
        {"next_try_at": midnight, "problem": claiming.OF_THE_PERSON},
        {"next_try_at": midnight, "channel": Channel.EMAIL},
    ):
        OutboxMessageFactory(**{"team_id": team.id, **to_call, **otherwise})

    used = rations.of_team_today(team.id, team.zone)

    assert (used.gone, used.to_call, used.most, used.kept) == (2, 2, 20, 2)
    assert used.is_worth_saying


@pytest.mark.parametrize(("gone", "is_said"), [(0, False), (15, False), (16, True), (20, True)])
def test_that_a_ration_is_near_its_end_is_said_from_twice_what_is_kept(gone, is_said):
    assert Share(20, kept=2).is_near_its_end(gone) is is_said
    assert [Share(1, kept=0).is_near_its_end(gone) for gone in (0, 1)] == [False, True]


def test_whatever_tells_of_a_change_of_something_to_go_to_is_urgent(app):
    changed = {kind for kind in letters._writers if re.search("(cancelled|moved|off)$", kind)}
    and_these = {
        "activity_changed",
        "activity_ended",
        "activity_paused",
        "date_restored",
        "dates_back_on",
        "meal_changed",
    }

    assert changed | and_these == rations.CHANGES


@alone
def test_mails_are_not_rationed():
    person = reader(told_by=None)
    messages = OutboxMessageFactory.create_batch(9, kind=KIND, person=person)
    numbers = [message.id for message in messages]

    send()

    assert ends(numbers) == {BY_MAIL: 9}


@alone
def test_a_full_batch_over_the_limit_does_not_hide_what_waits_behind_it():
    texts(reader(), 14)
    behind = texts(reader(), 1, due_at=clock.now())

    send()
    send()

    assert ends(behind) == {BY_SMS: 1}


@alone
def test_a_batch_of_which_nothing_may_go_is_no_end_of_the_work():
    person = reader()
    texts(person, 3, status=MessageStatus.SENT, ended_at=clock.now())
    texts(person, 2, due_at=clock.now() - timedelta(hours=1))
    behind = texts(reader(), 1)

    assert rationing.claim("ours", Channel.SMS, lease=LEASE, at_most=2) == behind


@alone
@pytest.mark.parametrize("place", ["/outbox", "/outbox/{}"])
def test_operators_read_why_it_went_another_way(signed_in_as, place):
    *_three, over = texts(reader(), 4)
    send()
    send()

    page = signed_in_as(OperatorFactory().person).get(place.format(over)).text

    assert ends([over]) == {BY_MAIL: 1}
    assert OVER in page


# --- several senders ----------------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.usefixtures("two_can_meet")
def test_two_senders_that_count_at_the_same_moment_find_room_once():
    texts(reader(), 6)

    def claim(token, at_most):
        return rationing.claim(token, Channel.SMS, lease=LEASE, at_most=at_most)

    with meeting(lambda: claim("b", 100)) as other:
        mine = claim("a", 2)
        other.begin()

    assert (len(mine), len(other.result())) == (2, 1)


PEOPLE = 6


def waits() -> bool:
    waiting = session.query(OutboxMessage.id).filter_by(status=MessageStatus.WAITING)
    return waiting.filter_by(channel=Channel.SMS).count() > 0


def keep_sending(url: str, port: int) -> None:
    """A sender's process: goes on until nothing waits."""
    app = create_app(
        config.Testing(
            {
                "DATABASE_URL": url,
                "SMS_URL": f"http://127.0.0.1:{port}/",
                "SMS_TOKEN": "t",
                "BATCH_SIZE": "2",
                "SMS_A_DAY": "4",
                # The last one is kept for what is urgent.
                "SMS_A_DAY_OF_TEAM": "15",
                "LOG_LEVEL": "ERROR",
            }
        )
    )
    letters.written_by(KIND, write)
    with app.app_context():
        while waits():
            jobs.send_here(batches=1)
            session.remove()


@pytest.mark.processes
@pytest.mark.parametrize("kind", DATABASES)
def test_the_limits_hold_over_four_senders(kind, tmp_path):
    with migrated(kind, tmp_path, "rations") as url, answering(200) as gateway:
        team_id = TeamFactory().id
        people = [reader(phone=f"1380013800{n}", email=None) for n in range(PEOPLE)]
        for _time in range(6):
            for person in people:
                texts(person, 1, team_id=team_id)
        session.commit()
        session.remove()
        senders = [processes.Process(target=keep_sending, args=(url, gateway.port))
                   for _n in range(4)]  # fmt: skip
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(120)
        found = ends(session.scalars(select(OutboxMessage.id)))

    by_phone = Counter(post.body["to"] for post in gateway.got)
    assert max(by_phone.values()) <= 3
    assert len(gateway.got) == 14
    assert found == {BY_SMS: 14, TO_CALL: 6 * PEOPLE - 14}
