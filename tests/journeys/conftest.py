"""The real thing for journeys: database, web server, scheduler, mail server and browser."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import config
from tests.conftest import enter_years_without_holidays
from tests.journeys.looks import bring_axe
from tests.journeys.mail import Mailbox, open_mailbox
from tests.journeys.phone import Phone, listen
from tests.journeys.service import Service
from tests.servers import (
    PATIENCE_SECONDS,
    ROOT,
    Server,
    environment,
    migrated,
    prepared_demo,
    speaking_to,
    web_server,
)

# Far from Shanghai, so that a time in the server's own zone would be seen.
ELSEWHERE = "America/New_York"
# A 390 px phone, as most volunteers hold.
SCREEN = {"width": 390, "height": 844}


@pytest.fixture(scope="package")
def launch() -> Iterator[Callable[..., Browser]]:
    """Starts a browser that ends with the journeys."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, ExitStack() as running:
        yield lambda **how: running.enter_context(playwright.chromium.launch(args=as_root, **how))


@pytest.fixture(scope="package")
def browser(launch: Callable[..., Browser]) -> Browser:
    """Chromium, one for each test process; without what belongs to a window where there is one so:
    a new phone costs it a fifth of what it costs the whole one."""
    found = os.environ.get("TEST_HEADLESS") or os.environ.get("TEST_CHROMIUM")
    return launch(executable_path=found or None)


@pytest.fixture(scope="package")
def whole_browser(launch: Callable[..., Browser]) -> Browser:
    """Chromium as people have it, with notices and home screen."""
    found = os.environ.get("TEST_CHROMIUM")
    return launch(executable_path=found) if found else launch(channel="chromium")


@pytest.fixture(scope="package")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Service]]:
    """The running service on the asked database; started once in each test process, and ended
    after its last journey: a clock that ticks every second would slow down all other tests."""
    running: dict[str, Service] = {}
    with ExitStack() as everything:

        def service_on(kind: str) -> Service:
            if kind not in running:
                folder = tmp_path_factory.mktemp(f"service-{kind}")
                running[kind] = everything.enter_context(service(kind, folder))
            return running[kind]

        yield service_on


@pytest.fixture
def on_sqlite(services: Callable[[str], Service]) -> Service:
    return services("sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def on_both(request: pytest.FixtureRequest, services: Callable[[str], Service]) -> Service:
    return services(request.param)


@contextmanager
def service(kind: str, folder: Path) -> Iterator[Service]:
    """Web server, scheduler and mail server in production's settings, on a migrated database."""
    with open_mailbox() as mailbox, migrated(kind, folder, "journeys") as url:
        with speaking_to(url):
            enter_years_without_holidays()
        settings = {
            "SMTP_PORT": str(mailbox.port),
            "TZ": ELSEWHERE,
            "PUSH_KEY": config.new_push_key(),
        }
        with (
            web_server(url, folder, workers=2, **settings) as web,
            scheduler(url, folder, web, **settings),
        ):
            yield Service(url, web.base, mailbox)
    assert "Traceback" not in web.said(), web.said()


@contextmanager
def scheduler(url: str, folder: Path, web: Server, **settings: str) -> Iterator[None]:
    """The clock as a process of its own, ticking every second.

    It plans more rarely than it sends: twenty jobs a second would take a sixth of the machine.
    """
    quick = {"PLAN_EVERY_SECONDS": "3", "SEND_EVERY_SECONDS": "1"}
    log = folder / "scheduler.log"
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "serve"]
    env = environment(url, port=web.port, **settings, **quick)
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    try:
        yield
        assert process.poll() is None, f"the scheduler ended: {log.read_text()}"
    finally:
        process.terminate()
        code = process.wait(PATIENCE_SECONDS)
    # Minus fifteen: it was told to stop before it had begun.
    assert code in {0, -signal.SIGTERM}, f"the scheduler ended with {code}: {log.read_text()}"
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture
def phones(browser: Browser) -> Iterator[Callable[..., Phone]]:
    """A new phone that knows nobody yet: `phones(service)`; its pages must not complain."""
    opened: list[Phone] = []

    def new_phone(service: Service, *, scripts: bool = True, language: str = "zh") -> Phone:
        context = browser.new_context(
            base_url=service.base,
            viewport=SCREEN,
            is_mobile=True,
            has_touch=True,
            java_script_enabled=scripts,
            locale={"zh": "zh-CN", "en": "en-GB"}[language],
            # A colour that is still changing can't be judged.
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        phone = Phone(context.new_page(), language)
        opened.append(phone)
        return phone

    yield new_phone
    for phone in opened:
        phone.page.context.close()
    assert [fault for phone in opened for fault in phone.faults] == []


@pytest.fixture
def pages(browser: Browser) -> Iterator[Callable[..., tuple[Page, list[str]]]]:
    """A desktop page and what its console complains of."""
    contexts = []

    def new_page(base: str, width: int, **more: object) -> tuple[Page, list[str]]:
        context = browser.new_context(
            base_url=base,
            viewport={"width": width, "height": 800},
            # A colour that is still changing can't be judged.
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        bring_axe(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        return page, listen(page)

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo as `make run` prepares and serves it, a copy in each test process."""
    folder = tmp_path_factory.mktemp("demo")
    url = f"sqlite:///{shutil.copy(prepared_demo(), folder)}"
    with web_server(url, folder, workers=2, DEMO="1") as web:
        yield Service(url, web.base, Mailbox())
    assert "Traceback" not in web.said(), web.said()
