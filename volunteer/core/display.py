"""In which language and look a page is shown: as the reader chose, kept in their browser."""

from types import SimpleNamespace
from urllib.parse import urlencode

from flask import Flask, Response, g, request

from volunteer.core import language
from volunteer.core.addresses import safe_next, same_site_referrer

ONE_YEAR = 365 * 24 * 3600
# What a reader may choose for this browser, and how the address says so.
SWITCHES = {
    "lang": {"zh": language.CHINESE, "en": language.ENGLISH},
    "mode": {"standard": "standard", "elder": "elder"},
    "theme": {"auto": "", "contrast": "contrast", "light": "light", "dark": "dark"},
}


def init_app(app: Flask) -> None:
    app.before_request(read_switches)
    app.after_request(keep_switches)
    app.teardown_request(be_silent)
    app.context_processor(lambda: {"display": display()})
    app.jinja_env.globals.update(switch_url=switch_url)


def read_switches() -> None:
    """What this browser's reader has chosen: by the address now, else by an earlier choice."""
    now, before = request.args.to_dict(), request.cookies.to_dict()
    g.chosen = {
        name: options.get(now.get(name) or before.get(name) or "")
        for name, options in SWITCHES.items()
    }
    g.speaking = language.speak(chosen_language())


def be_silent(_error: BaseException | None) -> None:
    """Whoever this thread answers next may speak another language."""
    if speaking := g.pop("speaking", None):
        language.silence(speaking)


def keep_switches(response: Response) -> Response:
    for name, choice in request.args.items():
        if choice in SWITCHES.get(name, ()) and request.cookies.get(name) != choice:
            response.set_cookie(
                name,
                choice,
                max_age=ONE_YEAR,
                samesite="Lax",
                secure=request.is_secure,
                httponly=True,
            )
    return response


def chosen_language() -> str:
    """For Flask-Babel: the reader's choice, else what their browser asks for, else Chinese."""
    chosen = getattr(g, "chosen", {}).get("lang")
    if chosen:
        return str(chosen)
    best = (
        request.accept_languages.best_match(["zh", "zh-CN", "en"], default="zh")
        if request
        else "zh"
    )
    return language.ENGLISH if best == "en" else language.CHINESE


def display() -> SimpleNamespace:
    chosen = getattr(g, "chosen", {})
    return SimpleNamespace(
        language=language.current(),
        mode=chosen.get("mode") or "standard",
        theme=chosen.get("theme") or None,
    )


def switch_url(**wanted: str) -> str:
    """This page's address with another language, mode or theme."""
    if "language" in wanted:
        wanted["lang"] = "en" if wanted.pop("language") == language.ENGLISH else "zh"
    path, kept = g.get("this_page") or g.setdefault("this_page", this_page())
    return f"{path}?{urlencode(kept | wanted)}"


def this_page() -> tuple[str, dict[str, str]]:
    """The address to come back to, and what stood behind it besides language, mode and theme."""
    # A page that answers to POST only has no address to come back to.
    path = safe_next(request.path) if request.method == "GET" else same_site_referrer()
    kept = {name: value for name, value in request.args.items() if name not in SWITCHES}
    return (path or "/").split("?")[0], kept
