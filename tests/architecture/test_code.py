"""How the code is written, where no other tool would see it. Each failure says what to do."""

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from sqlalchemy import JSON, LargeBinary, String

import volunteer.models_of_all  # noqa: F401 - every table must be known
from volunteer import scheduler, wiring
from volunteer.accounts import jobs as accounts_jobs
from volunteer.activities import jobs as activities_jobs
from volunteer.core.columns import Choice
from volunteer.core.database import Model
from volunteer.core.encryption import Fingerprint, Sealed, SealedBytes, SealedJson
from volunteer.elders import health
from volunteer.elders import jobs as elders_jobs
from volunteer.help_requests import jobs as help_requests_jobs
from volunteer.hours import jobs as hours_jobs
from volunteer.incidents import jobs as incidents_jobs
from volunteer.meals import jobs as meals_jobs
from volunteer.network import jobs as network_jobs
from volunteer.notifications import letters
from volunteer.people import jobs as people_jobs
from volunteer.reminders import jobs as reminders_jobs
from volunteer.rights import jobs as rights_jobs
from volunteer.teams import jobs as teams_jobs

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "volunteer"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)
DATABASE, CLOCK, FORMS = (
    PACKAGE / "core" / f"{name}.py" for name in ("database", "clock", "forms")
)
NAMES_THAT_SAY_NOTHING = {
    "util",
    "utils",
    "helper",
    "helpers",
    "common",
    "misc",
    "manager",
    "service",
}
# What the clock starts.
JOBS = (
    accounts_jobs,
    activities_jobs,
    elders_jobs,
    help_requests_jobs,
    hours_jobs,
    incidents_jobs,
    meals_jobs,
    network_jobs,
    people_jobs,
    reminders_jobs,
    rights_jobs,
    teams_jobs,
)
# Parts of an address that are words or secrets; everything else is a number.
WORDS_IN_ADDRESSES = {"token", "code", "step", "mark"}


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_with(pattern: str, paths: list[Path]) -> list[str]:
    return [
        f"{short(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(pattern, line)
    ]


@pytest.fixture(scope="module")
def views(setting) -> dict[str, FunctionType]:
    return {
        name: inspect.unwrap(view)
        for name, view in setting.app.view_functions.items()
        if name != "static"
    }


def authorizes(view: FunctionType) -> bool:
    """By itself, or by a function of its module that it calls, such as coordinated_team()."""
    source = inspect.getsource(view)
    doors = doors_of(inspect.getmodule(view))
    return "authorize(" in source or any(f"{door}(" in source for door in doors)


@cache
def doors_of(module: ModuleType) -> list[str]:
    """The functions that this module knows and that authorize whoever comes by them."""
    return [
        name
        for name, thing in vars(module).items()
        if isinstance(thing, FunctionType) and "authorize(" in inspect.getsource(thing)
    ]


def is_about_oneself(view: FunctionType) -> bool:
    """Signed in, and nothing in the address names anybody or anything else."""
    asks = "identity.signed_in_person()" in inspect.getsource(view)
    return asks and not inspect.signature(view).parameters


def test_every_view_authorizes_or_is_public_or_is_about_oneself(views):
    silent = [
        name
        for name, view in views.items()
        if not getattr(view, "is_public", False)
        and not authorizes(view)
        and not is_about_oneself(view)
    ]

    assert not silent, (
        "call authorize(policy.can_…()), or mark with @public; a view of one's own things calls "
        f"identity.signed_in_person() and takes nothing from its address: {silent}"
    )


def test_no_public_view_asks_for_authority_as_well(views):
    both = [
        name
        for name, view in views.items()
        if getattr(view, "is_public", False) and "authorize(" in inspect.getsource(view)
    ]

    assert not both, f"@public means everybody: take the mark off, or the authorize(): {both}"


def test_only_one_file_commits_or_rolls_back():
    others = [path for path in MODULES if path != DATABASE]

    found = lines_with(r"\.(commit|rollback)\(", others)

    assert not found, f"open `with transaction():`, or call core.database.hold_nothing(): {found}"


def test_no_test_is_skipped():
    """A test that holds for one database alone names it: parametrize "setting"."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]

    assert not lines_with(r"\b(skip|skipif|xfail|importorskip)\(", tests)


def test_only_one_file_asks_for_the_time():
    others = [path for path in MODULES if path != CLOCK]
    pattern = r"\b(datetime|date|dt|func)\.(now|utcnow|today|current_timestamp)\(|\btime\.time\(\)"

    found = lines_with(pattern, others)

    assert not found, f"call clock.now(), so that tests and the demo set one clock: {found}"


def test_every_module_begins_with_a_sentence():
    silent = []
    for path in MODULES:
        words = ast.get_docstring(ast.parse(path.read_text())) or ""
        if not re.match(r"[^\n]+(\n[^\n]+)*[.:](\n|$)", words):
            silent.append(short(path))

    assert not silent, f"begin the module with one sentence that says its subject: {silent}"


def test_what_a_package_says_of_its_modules_names_modules_that_are_there():
    gone = [
        f"{short(path)}: {name}"
        for path in MODULES
        if path.name == "__init__.py"
        for name in re.findall(r"`([a-z_]+)`", ast.get_docstring(ast.parse(path.read_text())) or "")
        if not (path.parent / name).is_dir() and not (path.parent / f"{name}.py").exists()
    ]

    assert not gone, f"a newcomer looks for them in vain: {gone}"


def test_every_module_is_named_after_what_it_is_about():
    found = [short(path) for path in MODULES if path.stem in NAMES_THAT_SAY_NOTHING]

    assert not found, f"name the file after the domain's own noun (architecture 1.5): {found}"


def test_addresses_are_lower_case_with_hyphens_and_numbers(setting):
    words = "|".join(WORDS_IN_ADDRESSES)
    part = re.compile(rf"[a-z0-9]+(-[a-z0-9]+)*|<int:[a-z_]+_id>|<({words})>")
    odd = [
        rule.rule
        for rule in setting.app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not all(part.fullmatch(piece) for piece in rule.rule.strip("/").split("/") if piece)
    ]

    assert not odd, f"write /plural-nouns/<int:thing_id>/noun: {odd}"


# --- templates -------------------------------------------------------------------------------

TEMPLATES = ROOT / "templates"
HTML = sorted(TEMPLATES.rglob("*.html"))
SHARED = {"components", "layouts", "messages", "errors"}
# The further pages of a view that has more than one, by that view.
FURTHER_PAGES = {
    "accounts/replace_password.html": "change_password",
    "accounts/show_spare_codes.html": "change_second_step",
    "accounts/show_used_link.html": "show_link",
    "activities/confirm_sign_up.html": "sign_up",
    "activities/preview_activity.html": "plan_activity",
    "activities/preview_pause.html": "pause_activity",
    "activities/preview_resumption.html": "take_up_activity",
    "activities/preview_days_off.html": "call_off_days",
    "activities/preview_series.html": "change_series",
    "activities/preview_jielong.html": "paste_jielong",
    "elders/preview_file.html": "add_from_file",
    "help_requests/look_at_bounds.html": "ask_for_help",
    "help_requests/look_at_danger.html": "ask_for_help",
    "home/show_operator.html": "show_home",
    "teams/join_signed_in.html": "join",
    "teams/name_columns.html": "add_from_file",
    "teams/preview_file.html": "add_from_file",
    "teams/preview_members.html": "paste_members",
}


def name_of(template: Path) -> str:
    return template.relative_to(TEMPLATES).as_posix()


def pages() -> list[str]:
    return [
        name_of(path)
        for path in HTML
        if path.relative_to(TEMPLATES).parts[0] not in SHARED and not path.stem.startswith("_")
    ]


def without_comments(path: Path) -> str:
    return re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)


def test_every_page_is_rendered_by_the_views_of_its_domain():
    unused = [page for page in pages() if f'"{page}"' not in views_of(page.split("/")[0])]

    assert not unused, f"render it in its domain's views, or delete it: {unused}"


def views_of(domain: str) -> str:
    """The text of a domain's views: one file, or a folder of them."""
    folder = PACKAGE / domain
    found = [folder / "views.py", *folder.glob("views/*.py")]
    return "".join(path.read_text() for path in found if path.exists())


def test_every_page_has_the_name_of_its_view(views):
    by_domain = {name.replace(".", "/") + ".html" for name in views}

    strangers = [page for page in pages() if page not in by_domain | FURTHER_PAGES.keys()]

    assert not strangers, (
        f"name the page after its view; list a view's second page in FURTHER_PAGES: {strangers}"
    )


@pytest.mark.parametrize(("page", "view"), FURTHER_PAGES.items())
def test_a_further_page_is_rendered_by_the_view_it_is_listed_for(views, page, view):
    source = inspect.getsource(views[f"{page.split('/')[0]}.{view}"])

    assert f'"{page}"' in source, f"{view}() renders no {page}: mend FURTHER_PAGES"


# What a browser may keep for a week: what people say of themselves, and what everybody may read.
KEPT_FOR_A_WEEK = {
    "accounts/register.html",
    "accounts/show_settings.html",
    "activities/plan_activity.html",
    "teams/change_team.html",
    "teams/join.html",
    "teams/start_team.html",
}


def test_what_is_written_about_others_is_kept_in_the_tab_only():
    kept = {
        name_of(path)
        for path in HTML
        if re.search(r"data-draft=(?![^\n]*data-draft-in-tab)", without_comments(path))
    }

    assert kept == KEPT_FOR_A_WEEK, "put data-draft-in-tab on the form, or say why it may be kept"


def test_every_part_of_pages_is_used():
    all_text = {path: without_comments(path) for path in HTML}
    in_code = "".join(path.read_text() for path in MODULES)
    parts = [path for path in HTML if path.stem.startswith("_") or path.parent.name in SHARED]
    unused = [
        name_of(path)
        for path in parts
        if f'"{name_of(path)}"' not in in_code
        and not any(
            f'"{name_of(path)}"' in text for other, text in all_text.items() if other != path
        )
    ]

    assert not unused, f"extend, include or import it somewhere, or delete it: {unused}"


def test_a_heading_keeps_the_name_of_a_person_in_one_piece():
    """`class="ph"` around all of it does so, too."""
    broken = {
        name_of(path): heading
        for path in HTML
        if path.parent.parent.name != "messages"
        for _level, heading in re.findall(r"<h([1-4])\b(.*?)</h\1>", without_comments(path))
        if 'class="ph"' not in heading
        and re.search(r"\b(?:name|giver|taker)=(?!whole\(|building\.)", heading)
    }

    assert not broken, f"name=whole(…), from components/whole.html: {broken}"


def test_every_component_defines_the_macro_it_is_named_after():
    odd = [
        name_of(path)
        for path in HTML
        if path.parent.name == "components"
        and not re.search(rf"macro {path.stem}\(", path.read_text())
    ]

    assert not odd, f"file, macro and first comment carry the same name: {odd}"


def imported_macros(text: str) -> Iterator[str]:
    for names in re.findall(r'{%-? from "[^"]+" import (.+?) -?%}', text):
        yield from (name.split(" as ")[-1].strip() for name in names.split(","))


def test_no_macro_is_imported_that_is_not_used():
    unused = []
    for path in HTML:
        text = without_comments(path)
        rest = re.sub(r"{%-? from .+? -?%}", "", text)
        unused += [
            f"{name_of(path)}: {name}"
            for name in imported_macros(text)
            if not re.search(rf"\b{name}\(", rest)
        ]

    assert not unused, f"take the import away: {unused}"


# --- messages and jobs -----------------------------------------------------------------------


def test_every_message_has_its_texts_and_every_text_its_message():
    wiring.wire()
    wanted = {f"{kind}/{file}" for kind in letters.kinds() for file in letters.FORMS}
    there = {
        path.relative_to(TEMPLATES / "messages").as_posix()
        for path in (TEMPLATES / "messages").rglob("*.*")
    }

    assert there == wanted, (
        f"templates/messages/<kind>/ holds {', '.join(letters.FORMS)} for each kind written in "
        f"wiring.py: {sorted(there ^ wanted)}"
    )


# A job answers nothing, or how many it planned or sent.
JOB_ANSWERS = (None, int, int | None)


def test_every_job_stands_on_the_timetable_once():
    offered = {
        name
        for jobs in JOBS
        for name, thing in vars(jobs).items()
        if isinstance(thing, FunctionType)
        and thing.__module__ == jobs.__name__
        and inspect.signature(thing).return_annotation in JOB_ANSWERS
        and not inspect.signature(thing).parameters
        # Nothing, or how much there was to do; what answers something else is no job.
        and inspect.signature(thing).return_annotation in {None, int, int | None}
    }

    planned = Counter(job.run.__name__ for job in scheduler.JOBS)

    assert planned == dict.fromkeys(offered, 1), (
        f"name each job of a jobs.py once in scheduler.JOBS: {planned}, {offered}"
    )


def test_every_job_has_a_name_of_its_own_and_a_setting_for_how_often(setting):
    names = [job.name for job in scheduler.JOBS]

    assert len(set(names)) == len(names), f"two jobs share a name: {names}"
    missing = [job.setting for job in scheduler.JOBS if job.setting not in setting.app.config]
    assert not missing, f"add the setting to config.py: {missing}"


def test_jobs_are_kept_in_files_that_this_test_knows():
    files = [short(path) for path in MODULES if path.stem == "jobs"]

    assert files == sorted(short(Path(jobs.__file__)) for jobs in JOBS), (
        f"let the test above look into these files too: {files}"
    )


# --- what nobody may read out of a stolen database ---------------------------------------------

# Columns in clear, each with the reason; whatever holds a phone, a home, or what people said of
# somebody in their own words, is Sealed.
OPEN_TO_ALL = "everybody may read it on the team's pages"
A_CODE = "a word of our own, a number or a date, never typed by anybody"
A_SECRET = "the fingerprint of a secret, worth nothing without it"
IN_CLEAR = {
    "activities.title": OPEN_TO_ALL,
    "activities.summary": OPEN_TO_ALL,
    "activities.place": OPEN_TO_ALL,
    "activities.rule": A_CODE,
    "activities.extra_days": A_CODE,
    "activities.left_out_days": A_CODE,
    "activity_pauses.reason": OPEN_TO_ALL,
    "days_off.reason": OPEN_TO_ALL,
    "days_off.form_key": A_CODE,
    "group_robots.said_at": A_CODE,
    "devices.name": "a browser and a system, such as Firefox, Android; nobody types it",
    "teams.own_line": OPEN_TO_ALL,
    "activities.zone": A_CODE,
    "activities.risk_note": OPEN_TO_ALL,
    "activities.protection_note": OPEN_TO_ALL,
    "activities.bring_note": OPEN_TO_ALL,
    "activities.meeting_point": OPEN_TO_ALL,
    "activity_roles.name": OPEN_TO_ALL,
    "activity_roles.own_tool": OPEN_TO_ALL,
    "audit_entries.action": A_CODE,
    "audit_entries.subject_kind": A_CODE,
    "audit_entries.details": "names of fields, choices and days; a test reads them all",
    "closings.lines": "numbers of people, states and minutes, as they were closed",
    "code_cards.number": "printed on the card; opens nothing without its code",
    "code_cards.code_mark": A_SECRET,
    "dishes.name": OPEN_TO_ALL,
    "dishes.tags": "for whom a dish is right: everybody may read the menu",
    "dishes.allergens": "what is in a dish: everybody may read the menu",
    "elders.preferred_name": "how to call them, such as 王婆婆: sorted and shown in lists",
    "heartbeats.job": A_CODE,
    "heartbeats.failure": A_CODE,
    # As far as a list shows where anybody lives, for thousands are compared at once.
    "help_abilities.estate": "where neighbours live, without unit and door",
    "help_abilities.building": "where neighbours live, without unit and door",
    "help_abilities.skills": A_CODE,
    "help_abilities.speeches": A_CODE,
    "help_requests.number": A_CODE,
    "help_requests.kinds": A_CODE,
    "imports.made": A_CODE,
    "insurance_policies.insurer": "the team's contract; nobody's name stands in it",
    "insurance_policies.number": "the team's contract; nobody's name stands in it",
    "imports.form_key": A_CODE,
    "holidays.name": OPEN_TO_ALL,
    "holidays.source": OPEN_TO_ALL,
    "holiday_years.source": OPEN_TO_ALL,
    "incidents.form_key": A_CODE,
    "ingredients.name": "what goes into a dish, never anybody's own words",
    "jielong_pastes.form_key": A_CODE,
    "kitty_entries.form_key": A_CODE,
    "kitty_entries.purpose": "what money went for: all who help and eat may read it",
    "marks.name": A_CODE,
    "meal_bookings.form_key": A_CODE,
    "meal_plans.cooking": A_CODE,
    "meals.note": OPEN_TO_ALL,
    "occurrence_roles.name": OPEN_TO_ALL,
    "occurrence_roles.own_tool": OPEN_TO_ALL,
    "occurrences.place": OPEN_TO_ALL,
    "occurrences.change_note": OPEN_TO_ALL,
    "one_time_codes.contact_mark": A_SECRET,
    "one_time_codes.code_mark": A_SECRET,
    "outbox_messages.key": A_CODE,
    "outbox_messages.kind": A_CODE,
    "outbox_messages.about": "numbers and moments from which the letter is written",
    "outbox_messages.lease": A_CODE,
    "outbox_messages.message_id": A_CODE,
    "outbox_messages.problem": "our own words about what a mail server refused, without its text",
    "people.name": "sorted and searched by; a name alone says little, and pages show names",
    "people.sort_key": "the same name in pinyin",
    "people.email": "the mail server knows it anyway; found by its text when somebody signs in",
    "people.language": A_CODE,
    "people.free_slots": A_CODE,
    "personal_links.token_hash": A_SECRET,
    "personal_links.leads_to": A_CODE,
    "places.name": OPEN_TO_ALL,
    "reminder_plans.own_line": "a sentence for everybody in the team; nobody's name stands in it",
    "reminder_plans.role_name": OPEN_TO_ALL,
    "reminder_plans.times": A_CODE,
    "rota_seats.reasons": A_CODE,
    "rota_wishes.beside": A_CODE,
    "rota_wishes.works": "names of kinds of work, chosen from those that everybody may read",
    "service_certificates.lines": "dates, titles, places and minutes of activities, open to all",
    "service_certificates.number": "printed on the paper; whoever has it reads no name behind it",
    "service_certificates.team_name": OPEN_TO_ALL,
    "service_certificates.unit": "the residents' committee; nobody's name stands in it",
    "signups.form_key": A_CODE,
    "sign_ins.token_hash": A_SECRET,
    "sign_ins.way": A_CODE,
    "teams.name": OPEN_TO_ALL,
    "teams.purpose": OPEN_TO_ALL,
    "teams.zone": A_CODE,
    "teams.phone": OPEN_TO_ALL,
    "teams.star_hours": A_CODE,
    "trainings.name": OPEN_TO_ALL,
    "teams.join_code": "lets people ask, not enter; renewed by a button",
    "users.password_hash": A_SECRET,
    "users.spare_marks": A_SECRET,
    "visits.record_key": A_CODE,
    "wrong_tries.subject": A_SECRET,
}


def columns_in_clear() -> set[str]:
    """Every column that could hold words and is not sealed; choices hold one of our own."""
    return {
        f"{name}.{column.name}"
        for name, table in Model.metadata.tables.items()
        for column in table.columns
        if isinstance(getattr(column.type, "impl", column.type), String | JSON | LargeBinary)
        and not isinstance(column.type, Choice | Sealed | SealedJson | SealedBytes | Fingerprint)
    }


def test_every_column_that_could_hold_words_is_sealed_or_says_why_not():
    found = columns_in_clear()

    assert found == set(IN_CLEAR), (
        "make it Sealed(), or say in IN_CLEAR why anybody with the file may read it; take out what "
        f"is gone: {sorted(found ^ set(IN_CLEAR))}"
    )


@pytest.mark.parametrize(
    "table",
    [
        "elders",
        "emergency_contacts",
        "elder_health",
        "visits",
        "no_answers",
        "no_answer_steps",
        "help_requests",
        "help_steps",
        "weather_rounds",
        "weather_calls",
        "concerns",
        "concern_steps",
        "elder_birthdays",
        "hotline_calls",
        "errands",
        "incidents",
        "incident_versions",
        "incident_people",
        "incident_steps",
        "incident_photos",
    ],
)
def test_of_elders_and_help_requests_nothing_in_clear_was_typed_by_anybody(table):
    """The control of the list above: these are all there may be, whatever the reason."""
    allowed = {"elders.preferred_name", "help_requests.number", "help_requests.kinds",
               "visits.record_key", "incidents.form_key"}  # fmt: skip

    assert {name for name in columns_in_clear() if name.split(".")[0] == table} <= allowed


def test_only_one_file_seals_and_opens():
    others = [path for path in MODULES if path != PACKAGE / "core" / "encryption.py"]
    others += sorted((ROOT / "migrations").rglob("*.py"))

    found = lines_with(r"^\s*(from|import) (cryptography|nacl|Crypto)\b", others)

    assert not found, f"call core/encryption.py: {found}"


def test_only_one_file_opens_health_records():
    elders = PACKAGE / "elders"
    others = [path for path in MODULES if path != elders / "health.py"]
    others = [path for path in others if path.parent != elders / "models"]

    found = lines_with(r"\bHealthRecord\b", others)

    assert not found, f"call elders/health.py, which writes the look down: {found}"


def test_only_what_belongs_to_concerns_opens_them():
    elders = PACKAGE / "elders"
    own = {elders / f"{name}.py" for name in ("concerns", "concern_queries", "concern_notices")}
    own |= {elders / "policy.py", elders / "views" / "concerns.py"}
    others = [path for path in MODULES if path not in own and path.parent != elders / "models"]

    found = lines_with(r"\b(Concern|ConcernStep)\b", others)

    assert not found, f"call elders/concerns.py, which writes the look down: {found}"


def test_what_opens_health_writes_the_look_down_first():
    """find() opens the record; whoever else calls it shows nothing of it to anybody."""
    tree = ast.parse((PACKAGE / "elders" / "health.py").read_text())
    callers = {
        function.name
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "find"
    }

    assert callers == {"read", "write", "forget"}, "let it call read(), or list it with the reason"
    read = inspect.getsource(health.read)
    assert read.index("reading.look(") < read.index("find(elder)")
    assert not lines_with(r"health\.find\(", MODULES), "call health.read()"


def test_only_one_file_takes_optional_from_wtforms():
    """Theirs lets a blank pass for a choice."""
    others = [path for path in MODULES if path != FORMS]

    found = lines_with(r"from wtforms.*\bOptional\b", others)

    assert not found, f"import it from volunteer.core.forms: {found}"


def test_a_field_that_another_one_makes_necessary_is_not_optional():
    """WTForms' Optional ends all checks of an empty field, those of the form too (validate_…)."""
    found = [
        f"{short(path)}: {form.name}.{name}"
        for path in MODULES
        for form in ast.walk(ast.parse(path.read_text()))
        if isinstance(form, ast.ClassDef)
        for name in fields_that_must_be_filled_at_times(form)
        if {"Optional", "MayBeEmpty"} & called_in(field_of(form, name))
    ]

    assert found == []


def fields_that_must_be_filled_at_times(form: ast.ClassDef) -> Iterator[str]:
    """Those whose own check of this form complains that nothing is there."""
    for check in form.body:
        if isinstance(check, ast.FunctionDef) and check.name.startswith("validate_"):
            complaints = [
                ast.unparse(node.test)
                for node in ast.walk(check)
                if isinstance(node, ast.If) and any(isinstance(n, ast.Raise) for n in node.body)
            ]
            # `raw_data`: something was typed, and could not be read.
            asks = r"^(?!.*raw_data).*(not \(?field\.data|field\.data is None)"
            if any(re.search(asks, test) for test in complaints):
                yield check.name.removeprefix("validate_")


def field_of(form: ast.ClassDef, name: str) -> ast.AST:
    """What is assigned to this name; nothing for a field that the form inherits."""
    for line in form.body:
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == name:
            return line.value
    return ast.Pass()


def called_in(tree: ast.AST) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
