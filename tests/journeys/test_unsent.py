"""At an elder's door without network: what was written down waits, and goes once."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Dialog, expect

from tests.journeys import crews
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service, wait_until
from tests.journeys.test_elders import press_card
from volunteer.core import clock
from volunteer.core.database import session
from volunteer.core.homes import Home
from volunteer.elders import care, queries, visits
from volunteer.elders.details import ElderDetails
from volunteer.elders.models import Check, Finding, VisitStatus
from volunteer.help_requests.models import HelpRequest
from volunteer.people import queries as people_queries
from volunteer.people.consents import ConsentDetails
from volunteer.teams import queries as team_queries

pytestmark = pytest.mark.journey

NAMES = ["蒋桂芳", "何素芳", "李玉珍"]
WAITING = (
    "A visit that you wrote down is still on this phone, not sent yet. "
    "It goes by itself once there is network."
)
LEAVING = (
    "A visit that you wrote down has not been sent yet. If you sign out, it is lost. "
    "Sign out all the same?"
)
# Nothing of what the server said of the elder stays on the phone.
SECRETS = ["王淑华", "王婆婆", "锦绣东方", "501室", '"501"', "13900001111", "楼梯灯暗", "说四川话"]


def test_without_network_it_waits_and_then_goes_exactly_once(
    on_both: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_both, NAMES)
    visit = a_visit_that_has_begun(crew)
    hers = phones(on_both)
    say = hers.words
    hers.come_in_by(crew.link_of(crew.members[1]), crew.members[1].name)
    hers.open(f"/visits/{visit}/record")
    hers.reads("楼梯灯暗")

    cut_off(hers, offline=True)
    at_home = hers.section(say("At home"))
    press_card(at_home, say("To be done"))
    at_home.get_by_label(say("What is it?")).fill("厨房灯不亮")
    hers.press(say("Save"))
    hers.reads(say(WAITING))
    assert_looks_right(hers.page)

    (kept,) = kept_on(hers).values()
    assert set(kept) == {"key", "at", "values"}
    assert ["home-words", "厨房灯不亮"] in kept["values"]
    everything = json.dumps(kept_on(hers), ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in everything]
    assert status_of(on_both, visit) is VisitStatus.PLANNED

    hers.faults.clear()  # That nothing could be loaded is what this is about.
    cut_off(hers, offline=False)
    hers.is_told(say("Saved. Thank you!"))

    assert kept_on(hers) == {}
    hers.does_not_read(say(WAITING))
    with on_both.inside():
        found = queries.get_visit(visit)
        assert found.status is VisitStatus.DONE
        assert found.findings[Check.HOME.value] == [Finding.ACT.value, "厨房灯不亮"]
        assert session.query(HelpRequest).filter_by(visit_id=visit).count() == 1


def test_what_is_not_sent_yet_is_said_on_every_page_and_gone_at_sign_out(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    visit = a_visit_that_has_begun(crew)
    hers = phones(on_sqlite)
    say = hers.words
    hers.come_in_by(crew.link_of(crew.members[1]), crew.members[1].name)
    hers.open(f"/visits/{visit}/record")
    # The phone has network again for pages, and what is sent is lost on the way.
    hers.page.route("**/records", lambda route: route.abort())

    hers.press(say("Seen, and all five are fine"))
    hers.reads(say(WAITING))
    hers.open("/help")
    hers.reads(say(WAITING))
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        # First no, then yes.
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    hers.page.on("dialog", answer)
    out = say("Sign out (%(name)s)", name=crew.members[1].name)
    hers.press(out)
    assert list(kept_on(hers)) == [f"linli.unsent.{visit}"]
    hers.press(out)
    expect(hers.page.get_by_role("link", name=say("Sign in")).first).to_be_visible()

    assert asked == [say(LEAVING)] * 2
    assert kept_on(hers) == {}
    assert status_of(on_sqlite, visit) is VisitStatus.PLANNED
    hers.faults.clear()


def test_what_another_has_recorded_meanwhile_is_said_and_can_be_put_away(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, NAMES)
    visit = a_visit_that_has_begun(crew)
    hers, theirs = phones(on_sqlite), phones(on_sqlite)
    for phone, member in zip((hers, theirs), crew.members[1:], strict=True):
        phone.come_in_by(crew.link_of(member), member.name)
        phone.open(f"/visits/{visit}/record")
    say = hers.words
    cut_off(hers, offline=True)
    hers.press(say("Seen, and all five are fine"))
    hers.reads(say(WAITING))
    theirs.press(say("Seen, and all five are fine"))
    theirs.is_told(say("Saved. Thank you!"))

    cut_off(hers, offline=False)
    hers.reads(say("This visit has been recorded or cancelled already."))
    hers.press(say("Forget what I wrote"))

    wait_until(lambda: kept_on(hers) == {}, "the phone still keeps it")
    hers.faults.clear()


def a_visit_that_has_begun(crew: crews.Crew) -> int:
    """Of two members, half an hour ago; planned two hours ago."""
    with crew.service.inside(), clock.pretend(clock.now() - timedelta(hours=2)):
        coordinator, *people = [people_queries.get_person(one.id) for one in crew.members]
        elder = care.take_in(
            team_queries.get_team(crew.id),
            ElderDetails(
                name="王淑华", preferred_name="王婆婆", phone="13900001111",
                home=Home("锦绣东方小区", "3", "2", "501"), caution_note="楼梯灯暗",
                communication_note="说四川话",
            ),
            by=coordinator,
            consent=ConsentDetails(),
        )  # fmt: skip
        begins = elder.team.wall(clock.now() + timedelta(minutes=90)).replace(microsecond=0)
        return int(visits.plan(elder, people, begins, by=coordinator).id)


def cut_off(phone: Phone, *, offline: bool) -> None:
    phone.page.context.set_offline(offline)


def kept_on(phone: Phone) -> dict[str, dict[str, object]]:
    """What this phone keeps unsent, by the name it has there."""
    kept = phone.page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('linli.unsent.'))"
    )
    return {name: json.loads(text) for name, text in kept}


def status_of(service: Service, visit: int) -> VisitStatus:
    with service.inside():
        return queries.get_visit(visit).status
