"""Every page that links lead to, as each kind of reader: it works, fits, is read and pressed."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, Request, Response
from sqlalchemy import select
from werkzeug.routing import MapAdapter

import config
from tests.journeys.looks import (
    COLOURS_ONLY,
    LOOKS_ONLY,
    against_html,
    axe_faults,
    gaps_in_outline,
    leave_few_of_rows_alike,
    sideways,
    small_targets,
)
from tests.journeys.service import Service
from tests.servers import speaking_to
from volunteer import create_app
from volunteer.accounts import personal_links
from volunteer.core.database import session
from volunteer.demo import PASSWORD, active_members
from volunteer.elders.models import Visit, VisitStatus
from volunteer.teams.models import Team

pytestmark = pytest.mark.journey

SWITCHES = {"lang", "mode", "theme"}
DESKTOP, SMALL_PHONE = 1280, 320
# What a first visit may load, compressed as by the reverse proxy of docs/operations.md: half of
# what design.md allows.
MOST_ON_THE_WIRE = 50 * 1024

EVERYBODYS = {
    "home.show_home", "home.show_help", "home.show_privacy",
    "teams.show_team", "teams.show_teams", "activities.show_occurrence",
    "help_requests.ask_for_help", "help_requests.find_help_request",
    "hours.check_certificate",
}  # fmt: skip
# What each must be able to reach by links alone, from the first page and what was handed to them.
REACHED = {
    "visitor": {
        *EVERYBODYS, "accounts.show_sign_in", "accounts.register", "accounts.show_link",
        "accounts.ask_for_code", "accounts.enter_card", "teams.join", "activities.show_dates",
    },
    "volunteer": {
        *EVERYBODYS, "home.show_community", "accounts.show_settings", "privacy.show_held",
        "accounts.fill_in_safety_card",
        "rights.ask_to_be_forgotten", "activities.tell_away",
        "hours.show_own_certificates", "hours.ask_for_certificate",
        "accounts.choose_password",
        "activities.show_week", "activities.withdraw", "teams.confirm_step", "teams.join",
        "help_requests.show_all_own", "feeds.show_calendars", "activities.show_month",
        "activities.show_poster",
        "activities.check_in_by_digits", "activities.show_my_hours", "activities.tell_mistake",
        "activities.begin_standing", "activities.offer_swap",
        "activities.show_own_rota", "activities.change_wishes",
        "meals.show_meals", "meals.show_meal", "meals.book", "meals.show_kitty",
        "meals.enter_line", "meals.take_back_line", "meals.hand_kitty_over",
        "elders.show_concerns", "elders.report_concern",
        "incidents.show_own_incidents", "incidents.report_incident",
        "telling.show_my_messages", "telling.change_choices", "help_requests.tell_abilities",
    },
    "coordinator": {
        *EVERYBODYS, "home.show_my_week", "accounts.show_settings", "privacy.show_held",
        "accounts.fill_in_safety_card",
        "rights.ask_to_be_forgotten", "activities.tell_away",
        "hours.show_own_certificates",
        "accounts.change_password", "accounts.change_second_step",
        "activities.show_week", "activities.show_activities", "activities.plan_activity",
        "activities.change_words", "activities.end_activity", "activities.choose_scope",
        "activities.change_series", "activities.pause_activity", "activities.move_date",
        "activities.cancel_date", "activities.call_off_days", "activities.show_roster",
        "activities.withdraw",
        "feeds.show_calendars", "activities.show_texts", "activities.show_month",
        "activities.show_poster",
        "activities.note_attendance", "activities.show_wall_sheet",
        "activities.show_hours", "activities.close_date", "activities.show_closing",
        "activities.reopen_date", "activities.check_in_by_digits", "activities.show_my_hours",
        "activities.tell_mistake",
        "activities.paste_jielong", "activities.show_jielong",
        "activities.show_standing_places", "activities.enter_standing",
        "activities.show_standing", "activities.pause_standing", "activities.end_standing",
        "activities.offer_swap",
        "activities.show_rota", "activities.show_rota_sheet", "activities.change_seat",
        "activities.publish_rota", "activities.show_own_rota", "activities.change_wishes",
        "activities.change_rules", "activities.show_suitability",
        "reminders.show_messages", "reminders.show_sent", "reminders.show_message",
        "reminders.show_call_list",
        "telling.show_my_messages", "telling.change_choices", "telling.change_choices_of",
        "telling.show_kinds", "telling.show_kind", "telling.show_groups",
        "telling.change_own_line",
        "reminders.share_calls_out", "reminders.set_team_times", "reminders.set_activity_times",
        "teams.show_members", "teams.show_member", "teams.name_companion",
        "rights.ask_for_member", "activities.tell_away_of",
        "hours.ask_for_member", "hours.show_certificates", "hours.take_table_along",
        "hours.show_stars", "hours.give_star", "teams.fill_in_safety_card_of",
        "activities.show_safety_cards",
        "hours.confirm_deeds", "hours.show_deed",
        "teams.paste_members", "teams.add_from_file",
        "teams.show_imports", "elders.add_from_file", "teams.confirm_step",
        "elders.show_elders", "elders.show_elder", "elders.take_in", "elders.change_elder",
        "elders.show_due", "elders.note_change",
        "elders.set_risk", "elders.pause_visits", "elders.end_care", "elders.note_consent",
        "elders.withdraw_consent", "elders.show_health", "elders.show_readings",
        "elders.show_card", "elders.plan_visit", "elders.show_visit", "elders.move_visit",
        "elders.show_rounds", "elders.show_round", "elders.show_round_sheet", "elders.end_round",
        "elders.show_coverage", "elders.show_festivals", "elders.set_birthday",
        "incidents.show_own_incidents", "incidents.report_incident", "incidents.show_incidents",
        "incidents.show_incident", "incidents.show_incident_sheet", "incidents.correct_incident",
        "elders.show_concerns", "elders.show_concern", "elders.report_concern",
        "elders.report_concern_about", "elders.report_concern_from_visit", "elders.name_readers",
        "elders.cancel_visit", "elders.give_back", "elders.show_no_answer",
        "teams.change_team", "teams.set_reminder", "teams.show_history", "teams.offer_team",
        "help_requests.show_board", "help_requests.enter_help_request",
        "help_requests.answer_help_request", "help_requests.show_all_own",
        "meals.show_meals", "meals.plan_meals", "meals.show_kitty",
        "help_requests.tell_abilities", "help_requests.tell_abilities_of",
        "help_requests.show_calls", "help_requests.note_call",
    },
    "operator": EVERYBODYS | {
        "home.show_outbox", "home.show_message", "home.show_waiting", "home.throw_away_waiting",
        "network.show_holidays", "accounts.show_settings", "accounts.fill_in_safety_card",
        "privacy.show_held", "rights.ask_to_be_forgotten", "activities.tell_away",
        "activities.show_my_hours", "activities.check_in_by_digits", "activities.tell_mistake",
        "hours.show_own_certificates",
        "accounts.change_password", "accounts.change_second_step",
        "help_requests.show_all_own", "feeds.show_calendars",
        "activities.show_dates", "home.show_scheduler",
        "incidents.show_own_incidents",
        "elders.show_concerns", "elders.show_coverage_everywhere", "elders.show_place_readers",
        "elders.name_place_reader", "teams.show_verification", "teams.name_coordinator",
        "telling.show_my_messages", "telling.change_choices", "help_requests.tell_abilities",
    },
}  # fmt: skip
NEVER_REACHED = {
    "hours.show_certificate": "once somebody has asked: test_certificates.py",
    "hours.show_shown": "where a team shows certificates to its members first: test_publicity.py",
    "hours.object_to_certificate": "while the members see one: tests/hours/test_publicity.py",
    "hours.show_sheet": "once one is issued: test_certificates.py",
    "rights.answer_request": "once somebody has asked: tests/rights/test_views.py",
    # The coordinator of this crawl has no lunch; every page is looked at in test_lunch.py.
    "meals.show_bookings": "of a team with a lunch: test_lunch.py",
    "meals.enter_booking": "of a team with a lunch: test_lunch.py",
    "meals.change_menu": "of a team with a lunch: test_lunch.py",
    "meals.change_meal": "of a team with a lunch: test_lunch.py",
    "meals.show_diners": "of a team with a lunch: test_lunch.py",
    "meals.show_kitchen": "of a team with a lunch, and for cooks on its day: test_lunch.py",
    "meals.show_kitchen_sheet": "of a team with a lunch, and for cooks on its day: test_lunch.py",
    "meals.show_round": "of a team with a lunch, and for who brings it: test_lunch.py",
    "meals.show_round_sheet": "of a team with a lunch, and for who brings it: test_lunch.py",
    "meals.show_home_safe": "of a team with a lunch: test_lunch.py",
    "meals.change_booking": "of a team with a lunch: test_lunch.py",
    "meals.cancel_booking": "once something is booked: test_lunch.py",
    "meals.pause_standing": "who eats every week: test_lunch.py",
    "meals.end_standing": "who eats every week: test_lunch.py",
    "meals.show_receipt": "a photo, not a page",
    "incidents.show_photo": "a photo, not a page",
    "incidents.report_incident_at_date": "from the day of a date on: test_incidents.py",
    "incidents.report_incident_on_visit": "from its day on: tests/incidents/test_views.py",
    "incidents.report_incident_while_helping": "who has promised: tests/incidents/test_views.py",
    "telling.disconnect_group": "once a group has a robot: tests/telling/test_views.py",
    "telling.show_stop": "by a mail: tests/telling/test_views.py",
    # Nothing may run in it, not even what looks at pages here: it would wait for ever.
    "telling.show_mail": "a mail as it looks, not a page: test_answers.py",
    "activities.answer_reminder": "by a reminder: test_ladder.py",
    "reminders.show_calls": "by a message to who is asked to call: test_ladder.py",
    "reminders.invite_members": "while a date lacks people: tests/reminders/test_inviting.py",
    "activities.type_sheet": "while a day is open: test_check_in.py",
    "feeds.download_date": "a file, not a page",
    "feeds.read_calendar": "a file for the calendars of phones: test_calendars.py",
    "activities.arrive": "by the picture at the door: test_check_in.py",
    "teams.download_form_sheet": "a file, not a page",
    "elders.download_form_sheet": "a file, not a page",
    "teams.undo_import": "only for days after a list was added: test_files.py",
    "elders.undo_import": "only for days after a list was added: test_files.py",
    "activities.take_up_activity": "once one has ended: tests/activities/test_resumption.py",
    "elders.take_back_end": "for days after somebody is off the list: test_mistaken_ends.py",
    "help_requests.show_help_request": "with number and phone: test_help_requests.py",
    "help_requests.reopen": "with number and phone: test_help_requests.py",
    "help_requests.withdraw": "with number and phone: test_help_requests.py",
    "help_requests.add_words": "with number and phone: tests/help_requests/test_adding.py",
    "help_requests.show_own": "by a message to who asked while signed in",
    "help_requests.show_offer": "by a message to who is asked: test_help_requests.py",
    "help_requests.give_back": "by a message to who is asked: test_help_requests.py",
    "help_requests.show_money": "from a help whose volunteer is welcome: test_help_requests.py",
    "help_requests.show_receipt": "a photo, not a page: tests/help_requests/test_intake.py",
    "help_requests.show_signature": "a photo, not a page: tests/help_requests/test_intake.py",
    "activities.show_search": "by a message to who is asked: test_coming_every_week.py",
    "activities.show_swap": "by a message to who is asked: test_coming_every_week.py",
    "activities.show_days_off": "once something is called off: test_days_off.py",
    "activities.add_walk_in": "on the day of a date: test_signing_up_views.py",
    "activities.sign_up_together": "who lives with somebody: test_signing_up_together.py",
    "elders.begin_round": "while no round runs: test_rounds.py",
    "elders.show_own_calls": "by a message to who is to call: test_rounds.py",
    "static": "not a page",
    "home.show_health": "for monitors",
    "home.show_manifest": "for phones",
    "elders.record_visit": "once a visit has begun: test_elders.py",
    "teams.start_team": "a visitor is led to it after registering: test_people_and_teams.py",
    "accounts.take_second_step": "for who has a second step: test_two_steps.py",
    "accounts.enter_code": "after asking for a code: test_doors_by_code.py",
    "accounts.choose_person": "after the right code: test_doors_by_code.py",
    "home.show_today": "only for who coordinates several teams",
}
# Where a larger size or other colours are looked at: by whoever has most on the page.
LOOKED_AT_BY = {
    "visitor": REACHED["visitor"] - EVERYBODYS | {"home.show_home", "home.show_help"},
    "volunteer": {
        "home.show_home",
        "home.show_community",
        "accounts.choose_password",
        "activities.begin_standing",
        "hours.ask_for_certificate",
        "meals.show_meals",
        "meals.show_meal",
        "meals.book",
        "meals.show_kitty",
        "meals.enter_line",
        "meals.take_back_line",
        "meals.hand_kitty_over",
    },
    "coordinator": REACHED["coordinator"] - {"home.show_help"},
    "operator": {
        "home.show_home",
        "home.show_outbox",
        "home.show_message",
        "home.show_waiting",
        "home.throw_away_waiting",
        "home.show_scheduler",
        "network.show_holidays",
        "elders.show_coverage_everywhere",
        "elders.show_place_readers",
        "elders.name_place_reader",
        "teams.show_verification",
        "teams.name_coordinator",
    },
}


@pytest.fixture(scope="module")
def routes() -> Flask:
    """The service's addresses; no database is asked."""
    with speaking_to("sqlite://"):
        return create_app(config.Testing({"DATABASE_URL": "sqlite://"}))


def test_every_page_is_reached_by_somebody(routes: Flask) -> None:
    readable = {rule.endpoint for rule in routes.url_map.iter_rules() if "GET" in rule.methods}
    reached: set[str] = set().union(*REACHED.values())

    assert reached | NEVER_REACHED.keys() == readable
    assert not reached & NEVER_REACHED.keys()
    assert set().union(*LOOKED_AT_BY.values()) == reached


def test_of_rows_alike_few_are_judged_and_whatever_is_otherwise_too(
    pages: Callable[..., tuple[Page, list[str]]],
) -> None:
    """The control of what is left out below."""
    page, _complaints = pages("http://127.0.0.1", SMALL_PHONE)
    rows = [f'<li><a href="/{n}" style="color: #000">Row</a>' for n in range(50)]
    rows[30] = rows[30].replace("#000", "#eee")
    page.set_content(f"<ul>{''.join(rows)}</ul>")

    leave_few_of_rows_alike(page)

    assert page.locator("li").count() == 4
    assert ["color-contrast" in fault for fault in axe_faults(page, rules=COLOURS_ONLY)] == [True]


def test_what_html_forbids_is_seen(pages: Callable[..., tuple[Page, list[str]]]) -> None:
    """The control of what is looked for below."""
    page, _complaints = pages("http://127.0.0.1", SMALL_PHONE)
    page.set_content(
        """<form action=""><p><form></form></p></form><dl><div><svg></svg><dt>a<dd>b</div></dl>
        <select required><option value="7">Chen</select><select required><option value="">-</select>
        <time datetime="2026-11-30T16:32:02.240358">now</time>"""
    )

    found = against_html(page)

    assert list(dict.fromkeys(words.split(":")[0] for words in found)) == [
        "an address that is empty",
        "a paragraph around what can't stand in one",
        "a list of facts that holds something else",
        "a list that begins with an answer",
        "a moment finer than milliseconds",
    ]


@pytest.mark.timeout(900)  # Many pages, each in several looks.
@pytest.mark.parametrize("reader", REACHED)
def test_in_english_on_a_desktop_and_as_narrow_as_a_small_phone(
    reader: str, demo: Service, routes: Flask, pages: Callable[..., tuple[Page, list[str]]]
) -> None:
    page, complaints = pages(demo.base, DESKTOP, locale="en-GB")
    files = weight_of_files(page)

    def inspect(_path: str, answer: Response) -> list[str]:
        weight = files + len(gzip.compress(answer.body()))
        heavy = [f"{weight} bytes on the wire"] if weight >= MOST_ON_THE_WIRE else []
        found = [*heavy, *missing_switches(page), *gaps_in_outline(page), *against_html(page)]
        for width in at_both_widths(page):
            on_phone = width == SMALL_PHONE
            found += [*sideways(page), *small_targets(page)] if on_phone else axe_faults(page)
        return found

    crawl = Crawl(page, routes.url_map.bind(urlsplit(demo.base).netloc), inspect)
    crawl.everything_from("/", *come_in(page, demo, reader))

    assert REACHED[reader] == crawl.found.keys() - NEVER_REACHED.keys()
    assert not (faults := [*crawl.faults, *complaints]), "\n".join(faults)


@pytest.mark.timeout(900)  # Many pages, each in several looks.
@pytest.mark.parametrize("reader", REACHED)
def test_in_chinese_on_a_small_phone_in_every_look(
    reader: str, demo: Service, routes: Flask, pages: Callable[..., tuple[Page, list[str]]]
) -> None:
    page, complaints = pages(demo.base, SMALL_PHONE, locale="en-GB")

    def inspect(path: str, _answer: Response) -> list[str]:
        assert page.evaluate("document.documentElement.lang") == "zh-Hans"
        found = [*sideways(page), *small_targets(page)]
        if crawl.endpoint(path) in LOOKED_AT_BY[reader]:
            found += in_every_look(page)
        return found

    crawl = Crawl(page, routes.url_map.bind(urlsplit(demo.base).netloc), inspect)
    starts = ["/", *come_in(page, demo, reader)]
    page.goto("/?lang=zh")
    crawl.everything_from(*starts)

    assert REACHED[reader] == crawl.found.keys() - NEVER_REACHED.keys()
    assert not (faults := [*crawl.faults, *complaints]), "\n".join(faults)


def come_in(page: Page, demo: Service, reader: str) -> list[str]:
    """Sign in as this reader; answers with the addresses that were handed to them."""
    if reader in {"coordinator", "operator"}:
        page.goto("/sign-in")
        page.get_by_label("Your sign-in name").fill({"coordinator": "jiang"}.get(reader, reader))
        page.get_by_label("Your password").fill(PASSWORD)
        with page.expect_navigation():
            page.get_by_role("button", name="Sign in").click()
        return [first_visit(demo)] if reader == "coordinator" else []
    with demo.inside():
        kitchen = session.scalars(select(Team).where(Team.name == "奶奶的厨房")).one()
        person = active_members(kitchen)[2]
        link = f"/links/{personal_links.make(person, by=None)}"
        open_link = f"/join/{kitchen.join_code}"
    if reader == "visitor":
        return [link, open_link]
    page.goto(link)
    page.get_by_role("button", name=f"Yes, I am {person.name}, let me in").click()
    return [open_link]


def first_visit(demo: Service) -> str:
    """The next visit of the coordinator's team, as its message names it."""
    with demo.inside():
        planned = select(Visit).where(Visit.status == VisitStatus.PLANNED)
        visit = session.scalars(planned.order_by(Visit.starts_at, Visit.id)).first()
        assert visit is not None
        return f"/visits/{visit.id}"


Inspect = Callable[[str, Response], list[str]]


class Crawl:
    """Follows links from page to page: one page of each kind is inspected, three are opened."""

    def __init__(self, page: Page, addresses: MapAdapter, inspect: Inspect) -> None:
        self.page = page
        self.addresses = addresses
        self.inspect = inspect
        self.found: dict[str, str] = {}
        self.faults: list[str] = []
        self.opened: dict[str, set[str]] = {}

    def everything_from(self, *starts: str) -> None:
        waiting = list(starts)
        while waiting:
            path = waiting.pop(0)
            endpoint = self.endpoint(path)
            opened = self.opened.setdefault(endpoint, set())
            if endpoint not in self.found:
                self.found[endpoint] = path
                opened.add(path)
                waiting += self.look_at(path)
            elif path not in opened and len(opened) < 3:
                opened.add(path)
                self.expect_200(path, self.page.request.get(path).status)

    def look_at(self, path: str) -> list[str]:
        """What is wrong on this page goes to the faults; answers with its links."""
        answer = self.page.goto(path)
        assert answer is not None
        self.expect_200(path, answer.status)
        links = links_of(self.page)
        self.faults += [f"{path}: {fault}" for fault in self.inspect(path, answer)]
        ours = [to for link in links if (to := self.ours(link))]
        return [to for to in ours if self.endpoint(to) != "telling.show_mail"]

    def expect_200(self, path: str, status: int) -> None:
        if status != 200:
            self.faults.append(f"{path}: {status}")

    def ours(self, link: str) -> str | None:
        """The path of a link to a page of ours, without language and look."""
        parts = urlsplit(link)
        if parts.netloc != urlsplit(self.page.url).netloc:
            return None
        query = [(k, v) for k, v in parse_qsl(parts.query) if k not in SWITCHES]
        return f"{parts.path}?{urlencode(query)}" if query else parts.path

    def endpoint(self, path: str) -> str:
        endpoint, _values = self.addresses.match(urlsplit(path).path, method="GET")
        return str(endpoint)


# Asked without a locator, which brings its own script to each page and takes as long as loading it.
LINKS = """() => {
  const pages = "a[href]:not([download], [type='text/calendar'])";
  return [...document.querySelectorAll(pages)].map(link => link.href);
}"""
IS_A_PAPER = "() => document.querySelector('article.sheet') !== null"


def links_of(page: Page) -> list[str]:
    found: list[str] = page.evaluate(LINKS)
    return found


def missing_switches(page: Page) -> list[str]:
    """Which switch is missing, or leads elsewhere than to this page; a paper has none."""
    if page.evaluate(IS_A_PAPER):
        return []
    # Where the address led: some lead on to another page.
    shown = urlsplit(page.url).path
    here = [urlsplit(to) for to in links_of(page) if urlsplit(to).path == shown]
    offered = {key for link in here for key, _value in parse_qsl(link.query)}
    return [f"no switch for {name}" for name in sorted({"mode", "lang"} - offered)]


def weight_of_files(page: Page) -> int:
    """What style, script and pictures weigh on the wire at the first visit, compressed."""
    files: list[Request] = []

    def note(request: Request) -> None:
        if "/static/" in request.url:
            files.append(request)

    page.on("requestfinished", note)
    page.goto("/", wait_until="networkidle")
    page.remove_listener("requestfinished", note)
    kinds = {urlsplit(request.url).path.rsplit(".", 1)[1] for request in files}
    assert kinds == {"css", "js", "svg"}
    answers = [request.response() for request in files]
    return sum(len(gzip.compress(answer.body())) for answer in answers if answer)


def at_both_widths(page: Page) -> Iterator[int]:
    """The same page as wide as a desktop and as a small phone, without loading it again.

    First as wide as the page before was left: to change it takes half as long as loading a page.
    """
    first = width_of(page)
    yield first
    other = SMALL_PHONE if first == DESKTOP else DESKTOP
    page.set_viewport_size({"width": other, "height": 800})
    yield other


def width_of(page: Page) -> int:
    window = page.viewport_size
    assert window is not None
    return window["width"]


def in_every_look(page: Page) -> list[str]:
    """In large text nothing sticks out and everything can be hit; in any colours all is read.

    Sets what ?mode= and ?theme= set, without loading the page again: test_doors.py looks at the
    addresses. At last the page is less than it was: of rows alike few are left.
    """
    with look(page, mode="elder"):
        found = [*sideways(page), *small_targets(page, 60)]
        leave_few_of_rows_alike(page)
        found += axe_faults(page, rules=LOOKS_ONLY)
    faults = [f"in large text: {fault}" for fault in found]
    for theme in ("dark", "contrast"):
        with look(page, theme=theme):
            faults += [f"in {theme}: {fault}" for fault in axe_faults(page, rules=COLOURS_ONLY)]
    return faults


@contextmanager
def look(page: Page, **chosen: str) -> Iterator[None]:
    page.evaluate("look => Object.assign(document.documentElement.dataset, look)", chosen)
    yield
    for name in chosen:
        page.evaluate("name => delete document.documentElement.dataset[name]", name)
