"""A mail does not go: the coordinator reads why in plain words, and sends it again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.journeys import crews
from tests.journeys.crews import RolePlan
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from volunteer.activities import signups, single_date
from volunteer.activities.queries import get_occurrence
from volunteer.people.queries import get_person

pytestmark = pytest.mark.journey

CHINA = ZoneInfo("Asia/Shanghai")
STATES = "SELECT status FROM outbox_messages WHERE kind = 'date_cancelled' AND person_id = :who"


def test_a_coordinator_reads_why_a_mail_did_not_go_and_sends_it_again(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, ["蒋桂芳", "王秀英"])
    wang = crew.named("王秀英")
    lunch = crew.plan("爱心午饭", datetime.now(CHINA).date() + timedelta(days=3),
                      [RolePlan("帮厨", 1, 4)])  # fmt: skip
    on_sqlite.mailbox.refuses.add(wang.email)
    with on_sqlite.inside():
        person, occurrence = get_person(wang.id), get_occurrence(lunch)
        signups.sign_up(occurrence, occurrence.roles[0].id, person, by=person)
        single_date.cancel(occurrence, reason="", by=get_person(crew.coordinator.id))
    wait_until(lambda: on_sqlite.ask(STATES, who=wang.id) == [("failed",)], "it still waits")
    phone = phones(on_sqlite)

    phone.sign_in(crew.login, crews.PASSWORD)
    phone.open(f"/teams/{crew.id}/messages")
    assert_looks_right(phone.page)
    phone.follow(phone.words("Every message, one by one"))
    assert_looks_right(phone.page)
    phone.follow(f"{phone.words('Look')} 王秀英, {phone.words('A date was cancelled')}")
    phone.heading(phone.words("Did %(name)s hear of it?", name="王秀英"))
    phone.reads(phone.words("The other side does not take messages from us."))
    phone.does_not_read("554")
    assert_looks_right(phone.page)

    on_sqlite.mailbox.refuses.clear()
    phone.press(phone.words("Send it again"))
    wait_until(lambda: bool(on_sqlite.mailbox.of(wang.email)), "it did not go again")

    (mail,) = on_sqlite.mailbox.of(wang.email)
    assert "爱心午饭" in mail.subject
    wait_until(lambda: on_sqlite.ask(STATES, who=wang.id) == [("sent",)], "it is not noted")
    phone.page.reload()
    phone.reads(phone.words("It went out. Whether it was read we can't know."))
