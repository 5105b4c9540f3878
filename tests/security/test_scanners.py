"""Programs that look for viruses open every link of every mail, before its reader does (S6)."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from tests.factories.activities import ActivityFactory, OccurrenceFactory, SignupFactory
from tests.factories.people import PersonFactory
from tests.factories.teams import CoordinatorFactory, TeamFactory
from tests.journeys.mail import Mailbox, open_mailbox
from volunteer import scheduler
from volunteer.accounts import links_by_mail, personal_links
from volunteer.activities import single_date, stand_ins
from volunteer.activities.excuses import Reason
from volunteer.activities.models import Coming, Confirmation
from volunteer.core import zones
from volunteer.core.database import session
from volunteer.people.models import Person

LINK = re.compile(r"http://127\.0\.0\.1:8000(/[^\s\"<>]*)")
SENDS = {"plan-reminders", "remind-of-duties", "send-outbox"}


@pytest.fixture
def mailbox(app, monkeypatch) -> Iterator[Mailbox]:
    with open_mailbox() as opened:
        mail = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": opened.port, "SMTP_SECURITY": "none",
                "MAIL_FROM": "linli@example.org"}  # fmt: skip
        for name, value in mail.items():
            monkeypatch.setitem(app.config, name, value)
        yield opened


@pytest.fixture
def wang(app, mailbox, time_machine) -> Person:
    """Somebody who gets the mails of a whole week, the evening before her date."""
    evening = zones.at(date(2026, 10, 18), time(19), "Asia/Shanghai")
    time_machine.move_to(evening, tick=False)
    team = TeamFactory(reminder_time=time(18, 30))
    CoordinatorFactory(team=team)
    activity = ActivityFactory(team=team, roles=[("帮厨", 1, 5)])
    tomorrow, later, off = (
        OccurrenceFactory(activity=activity, starts_at=evening + timedelta(hours=hours))
        for hours in (15, 15 + 48, 15 + 96)
    )
    signup = SignupFactory(occurrence=tomorrow)
    person = signup.person
    SignupFactory(occurrence=off, person=person)
    # She is asked to come instead of somebody, told of a date that is off, and sent a new link.
    ill = SignupFactory(occurrence=later)
    stand_ins.look(ill, Reason(), by=ill.person)
    single_date.cancel(off, reason="", by=ill.person)
    links_by_mail.ask(personal_links.make(person, by=None))
    for job in scheduler.JOBS:
        if job.name in SENDS:
            scheduler.run_inside(app, job)()
    return session.get_one(Person, person.id)


def links_in(mailbox: Mailbox, person: Person) -> set[str]:
    return {
        path.replace("&amp;", "&")
        for mail in mailbox.of(str(person.email))
        for text in (mail.text, mail.html)
        for path in LINK.findall(text)
    }


def test_whoever_opens_every_link_of_every_mail_changes_nothing(
    app, signed_in_as, contents, mailbox, wang
):
    links = links_in(mailbox, wang)
    kinds = {link.split("/")[1].partition("?")[0] for link in links}
    assert kinds == {"links", "answers", "stops", "activities"}
    other = signed_in_as(PersonFactory())
    before = contents()

    statuses = [
        getattr(browser, method)(link).status_code
        for link in links
        for browser in (app.test_client(), other)
        for method in ("head", "get", "get", "get")
    ]

    assert contents() == before
    assert max(statuses) < 500
    assert len(statuses) >= 8 * 8


def test_afterwards_her_own_press_works(app, mailbox, wang):
    links = links_in(mailbox, wang)
    for link in links:
        app.test_client().get(link)
    hers = app.test_client()

    def press(kind: str, **data: str) -> list[int]:
        paths = {link.partition("?")[0] for link in links if link.startswith(f"/{kind}/")}
        return [hers.post(path, data=data).status_code for path in paths]

    assert press("answers", said="on_time") == [302]
    assert set(press("stops")) == {200}
    # A new link ends the older ones; that one opens.
    assert 302 in press("links")

    session.expire_all()
    her = session.get_one(Person, wang.id)
    assert session.query(Confirmation).one().coming is Coming.ON_TIME
    assert (her.wants_week, her.wants_asks) == (False, False)
    assert hers.get("/my-week").status_code == 200
