"""Pictures of the running demo, for the README and for looking: `make pictures`.

A fresh demo on a database of its own, so that the pictures hold nobody's work.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """The demo, served; gives its environment."""
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "DEMO": "1",
            "DATABASE_URL": f"sqlite:///{folder}/linli.sqlite3",
            "BASE_URL": BASE,
            "PORT": str(PORT),
        }
        flask(environ, "demo", "prepare")
        server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"],
            cwd=ROOT,
            env=environ,
        )
        try:
            wait_until_it_answers()
            yield environ
        finally:
            server.terminate()
            server.wait()


def flask(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environ, check=True, capture_output=True, text=True
    ).stdout


def wait_until_it_answers() -> None:
    for _try in range(100):
        try:
            urllib.request.urlopen(f"{BASE}/healthz", timeout=2)  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(BASE)


def take(browser: Browser, environ: dict[str, str]) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=1.5)
    page = phone.new_page()
    page.goto(f"{BASE}/?lang=zh")
    page.goto(f"{BASE}/help-requests/new")
    page.screenshot(path=FOLDER / "ask-for-help.png")
    link = re.search(r"\S+/links/\S+", flask(environ, "demo", "doors"))
    if link is None:
        raise LookupError("demo doors printed no personal link")
    page.goto(link[0])
    page.locator("main .btn--main").click()
    page.goto(f"{BASE}/")
    page.screenshot(path=FOLDER / "my-week.png")
    visit = page.locator("main a[href^='/visits/']").first
    page.goto(f"{BASE}{visit.get_attribute('href')}")
    page.screenshot(path=FOLDER / "visit.png")

    page = signed_in(browser, "jiang")
    page.screenshot(path=FOLDER / "today.png")
    page.locator("nav.world a[href$='/elders']").click()
    page.screenshot(path=FOLDER / "elders.png")
    page.locator("main a[href$='/coverage']").first.click()
    page.screenshot(path=FOLDER / "coverage.png")
    page.locator("nav.world a[href$='/messages']").click()
    page.screenshot(path=FOLDER / "messages.png")

    page = signed_in(browser, "kitchen")
    page.locator("main a[href$='/meals']").first.click()
    page.locator("main a[href^='/meals/']").last.click()
    number = re.search(r"/meals/\d+", page.url)
    if number is None:
        raise LookupError("the demo has no lunch that is over")
    page.goto(f"{BASE}{number[0]}/kitchen/sheet")
    page.screenshot(path=FOLDER / "kitchen.png")


def signed_in(browser: Browser, login: str) -> Page:
    """The first page of this coordinator, at a desk."""
    desk = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = desk.new_page()
    page.goto(f"{BASE}/sign-in?lang=zh")
    page.fill("[name=login]", login)
    page.fill("[name=password]", "linli-demo")
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{BASE}/")
    page.goto(f"{BASE}/")
    return page


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo() as environ, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TEST_CHROMIUM") or None,
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
        )
        take(browser, environ)
        browser.close()
    print(*sorted(FOLDER.glob("*.png")), sep="\n")


if __name__ == "__main__":
    main()
