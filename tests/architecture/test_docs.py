"""What the documents name is there: settings and their defaults, commands, files, addresses, words.

CHANGELOG.md tells what was once, and is not asked.
"""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from werkzeug.exceptions import MethodNotAllowed, NotFound

import config
from tests.architecture.test_code import MODULES, ROOT
from volunteer import scheduler
from volunteer.accounts import forgetting as doors
from volunteer.activities import forgetting as excuses
from volunteer.activities.jielong import history as jielong
from volunteer.core.language import CHINESE
from volunteer.elders import forgetting as elders
from volunteer.incidents.queries import INCIDENT_KEPT
from volunteer.meals import forgetting as lunches
from volunteer.meals.queries import EATEN_KEPT
from volunteer.people import away
from volunteer.people.models import ConsentScope
from volunteer.pictures.views import LARGEST_UPLOAD
from volunteer.reminders import forgetting as calls
from volunteer.teams import forgetting as members

OPERATIONS = ROOT / "docs" / "operations.md"
GLOSSARY = ROOT / "docs" / "glossary.md"
PRIVACY = ROOT / "templates" / "home" / "show_privacy.html"
DOCUMENTS = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")),
]
# Where a path that a document names may begin.
ROOTS = (ROOT, ROOT / "volunteer", *sorted((ROOT / "volunteer").glob("*/")))
# What the settings are compared with is in capitals, too.
NO_SETTINGS = set(config.LOG_LEVELS)


def in_documents(pattern: str) -> set[str]:
    return {found for path in DOCUMENTS for found in re.findall(pattern, path.read_text(), re.M)}


def rows(path: Path, heading: str) -> list[list[str]]:
    """The cells of the table that begins with this heading."""
    lines = path.read_text().split(f"\n{heading}\n")[1].splitlines()[1:]
    end = next((number for number, line in enumerate(lines) if not line.startswith("|")), None)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[:end]]


@pytest.fixture(scope="module")
def settings() -> dict[str, str]:
    """What docs/operations.md says of each setting: its default."""
    found = {}
    for names, defaults, _meaning in rows(OPERATIONS, "| name | default | meaning |"):
        each = re.findall(r"`([^`]+)`", names)
        said = defaults.split(", ") if len(each) > 1 else [defaults]
        found |= dict(zip(each, said, strict=True))
    return found


def test_every_setting_is_explained_and_every_explained_one_is_read(settings):
    text = "".join((ROOT / name).read_text() for name in ("config.py", "gunicorn.conf.py"))
    read = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', text)) - NO_SETTINGS

    assert settings.keys() == read, "docs/operations.md, “Settings”, and config.py differ"


def test_the_defaults_of_numbers_and_words_are_those_of_the_code(settings):
    empty = {"SECRET_KEY": "k" * 20 + "0123456789ab", "DATA_KEYS": config.KEY_FOR_TESTS}
    ours = vars(config.Config(empty))
    said = {
        name: default.strip("`")
        for name, default in settings.items()
        if name in ours and re.fullmatch(r"\d+|`[a-z-]+`|[A-Z]+", default)
    }

    assert len(said) > 10
    assert said == {name: f"{ours[name]:g}" if isinstance(ours[name], float) else str(ours[name])
                    for name in said}  # fmt: skip


def test_every_make_target_that_is_named_is_there():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    named = in_documents(r"(?:`|^|&& )make (?:-C \S+ )?([a-z-]+)")

    assert len(named) > 10
    assert named - targets == set()


def test_every_command_of_flask_that_is_named_is_there(setting):
    groups = setting.app.cli.commands
    named = in_documents(r"flask --app wsgi ([a-z-]+ [a-z-]+)")

    assert len(named) > 8
    for group, command in (words.split() for words in named):
        assert command in groups[group].commands, f"flask {group} {command}"


def test_every_job_that_is_named_is_there_and_every_one_that_forgets_is_named():
    names = {job.name for job in scheduler.JOBS}
    text = OPERATIONS.read_text()
    forgetting = {name for name in names if name.startswith("forget-")}

    assert set(re.findall(r"jobs run ([a-z-]+)", text)) <= names
    assert set(re.findall(r"`(forget-[a-z-]+)`", text)) == forgetting


def test_every_file_that_is_named_is_there():
    names = {path.name for root in ROOTS[:2] for path in root.rglob("*.*")}
    links = [
        (path, target)
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\"]+)\"", path.read_text())
        if not (path.parent / (target[0] or target[1])).exists()
    ]
    named = in_documents(r"`([\w-]+(?:/[\w.-]+)+\.\w+|[\w-]+\.(?:py|js|md|html))`")
    gone = {
        name
        for name in named
        if name not in names and not any((root / name).exists() for root in ROOTS)
    }

    assert (links, gone) == ([], set())


def test_every_page_that_operators_are_sent_to_is_there(setting):
    pages = set(re.findall(r"`(?:GET )?(/[a-z-]+)`", OPERATIONS.read_text())) - {"/backups"}
    addresses = setting.app.url_map.bind("127.0.0.1")

    assert {"/healthz", "/scheduler", "/holidays"} <= pages
    for page in pages:
        try:
            addresses.match(page)
        except (NotFound, MethodNotAllowed):
            pytest.fail(f"docs/operations.md names {page}, and no such page is there")


def test_the_proxy_lets_through_as_much_as_the_service_takes():
    text = OPERATIONS.read_text()
    proxy, others = (re.search(pattern, text) for pattern in (
        r"client_max_body_size (\d+)m;", r"every other form is held to (\d+) MB"))  # fmt: skip

    assert proxy
    assert others
    assert int(proxy[1]) * 1024**2 == LARGEST_UPLOAD
    assert int(others[1]) * 1024**2 == config.Testing().MAX_CONTENT_LENGTH


def test_the_proxys_own_pages_are_there_stand_alone_and_name_the_limit():
    """They are shown while nothing else answers."""
    text = OPERATIONS.read_text()
    pages = {
        name: ROOT / "ops" / "pages" / name for name in re.findall(r"error_page .* /(.*);", text)
    }

    assert set(pages) == {path.name for path in (ROOT / "ops" / "pages").iterdir()}
    for page in pages.values():
        assert not re.search(r"(src|href)=\"[^\"/]", page.read_text())
        assert "nginx" not in page.read_text()
    assert f"{LARGEST_UPLOAD // 1024**2} MB" in pages["too-large.html"].read_text()


def test_how_long_things_are_kept_is_said_as_it_is():
    """On the page for everybody and in the guide for operators; whoever changes one changes all."""
    kept = {
        30: (away.KEPT, excuses.EXCUSES_KEPT, elders.HEALTH_KEPT, lunches.DIET_KEPT,
             calls.NOTES_KEPT, jielong.KEPT_FOR),
        365: (elders.ELDER_KEPT, EATEN_KEPT, members.REJECTED_KEPT, members.NOTES_KEPT),
        3 * 365: (elders.VISIT_KEPT, excuses.WORDS_KEPT, lunches.WORDS_KEPT, INCIDENT_KEPT),
        400: (doors.KEPT,),
        3653: (members.SERVICE_KEPT,),
    }  # fmt: skip

    for days, each in kept.items():
        assert {length.days for length in each} == {days}
    for words in ("30 days", "for a year", "three years", "400 days", "ten years"):
        assert words in PRIVACY.read_text()
    for words in ("30 days", "365 days", "three years", "400 days", "ten years"):
        assert words in OPERATIONS.read_text()


def test_every_sentence_that_people_agree_to_is_written_down():
    text = (ROOT / "docs" / "security" / "consents.md").read_text()

    assert re.findall(r"^\| `(\w+)` \| 1 \|", text, re.M) == list(ConsentScope)


GLOSSARY_HEADING = "| 中文 | English | in code | what it means |"


def test_the_words_of_the_glossary_are_those_on_the_pages():
    catalogue = ROOT / "volunteer" / "translations" / CHINESE / "LC_MESSAGES" / "messages.po"
    with catalogue.open("rb") as file:
        said = "\n".join(str(message.string) for message in read_po(file))

    missing = {
        word
        for chinese, *_others in rows(GLOSSARY, GLOSSARY_HEADING)
        for word in re.split(r"[、,/ ]+", chinese)
        if word not in said and word != "–"
    }

    assert missing == set(), "no page says this; what do pages say?"


def test_the_code_says_what_the_glossary_says_it_says():
    said = {word for path in MODULES for word in re.findall(r"\w+", path.read_text())}
    words = {
        word
        for _chinese, _english, in_code, _meaning in rows(GLOSSARY, GLOSSARY_HEADING)
        for name in re.findall(r"`([\w.()]+)`", in_code)
        if not name.endswith((".py", ".js"))
        for word in name.replace("()", "").split(".")
    }

    assert len(words) > 100
    assert words - said == set()


def test_no_word_stands_in_the_glossary_twice():
    found = [row[0] for row in rows(GLOSSARY, GLOSSARY_HEADING) if row[0] != "–"]

    assert len(found) == len(set(found))
