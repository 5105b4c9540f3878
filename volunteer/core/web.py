"""How requests are answered around the views: errors, headers, language, look, static addresses."""

import hashlib
import logging
from collections.abc import MutableMapping
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from volunteer.core import language
from volunteer.core.database import session
from volunteer.core.errors import DomainError, NotFound, SignInNeeded
from volunteer.core.language import gettext as _

log = logging.getLogger(__name__)

ONE_YEAR = 365 * 24 * 3600
# What a reader may choose for this browser, and how the address says so.
SWITCHES = {
    "lang": {"zh": language.CHINESE, "en": language.ENGLISH},
    "mode": {"standard": "standard", "elder": "elder"},
    "theme": {"auto": "", "contrast": "contrast", "light": "light", "dark": "dark"},
}


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(OperationalError, show_database_trouble)
    app.register_error_handler(500, show_broken)
    app.before_request(read_switches)
    app.after_request(keep_switches)
    app.after_request(add_headers)
    app.teardown_appcontext(lambda _error: session.remove())
    app.context_processor(lambda: {"display": display()})
    app.jinja_env.globals.update(asset=asset, switch_url=switch_url, page_url=page_url)
    # A misspelt name is an error, not a gap.
    app.jinja_env.undefined = StrictUndefined


# --- errors ---------------------------------------------------------------------------------


def show_domain_error(error: DomainError) -> ResponseReturnValue:
    """Say why: back where the person came from when they pressed something, else on a page."""
    if isinstance(error, SignInNeeded):
        if request.method == "GET":
            return redirect(url_for("accounts.show_sign_in", next=request.full_path.rstrip("?")))
        flash(str(error.message), "error")
        return redirect(url_for("accounts.show_sign_in"))
    came_from = same_site_referrer()
    if request.method == "POST" and came_from and error.status == DomainError.status:
        flash(str(error.message), "error")
        return redirect(came_from)
    if isinstance(error, NotFound):
        return show_missing(error)
    return render_template("errors/refused.html", error=error), error.status


def show_missing(error: NotFound) -> ResponseReturnValue:
    """The same page whether the thing is not there or not for this person: it names no team."""
    g.pop("team", None)
    g.pop("back_url", None)
    return render_template("errors/missing.html", error=error), error.status


def show_stale_form(_error: CSRFError) -> ResponseReturnValue:
    """The page was too old, or the request came from elsewhere: nothing was changed."""
    error = DomainError(
        _("This page was open too long. Nothing was saved; please send it once more.")
    )
    return render_template("errors/refused.html", error=error), 400


def show_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code == NotFound.status:
        return show_missing(NotFound())
    if isinstance(error, SecurityError):
        # Asked for under a name that is not ours: no page of ours can be drawn, for it has links.
        return Response(f"{error.name}\n", error.code, mimetype="text/plain")
    if error.code is None or error.code < 400:
        return error.get_response()
    refusal = DomainError(
        _("The server did not understand this request. Please go back and try again.")
    )
    answer = app_response(render_template("errors/refused.html", error=refusal), error.code)
    if allowed := error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = allowed
    return answer


def show_database_trouble(error: OperationalError) -> ResponseReturnValue:
    """The database is busy or away: nothing was saved, and trying again may help."""
    log.error("database: %s", type(error.orig).__name__, exc_info=error)
    give_up_on_the_database()
    return app_response(render_template("errors/broken.html"), 503, {"Retry-After": "5"})


def show_broken(_error: Exception) -> ResponseReturnValue:
    """Our fault: Flask has logged it with its trace."""
    give_up_on_the_database()
    return render_template("errors/broken.html"), 500


def give_up_on_the_database() -> None:
    """What surrounds the error page must not ask a database that may be what is broken."""
    session.rollback()
    g.is_broken = True


def app_response(body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, mimetype="text/html")


def same_site_referrer() -> str | None:
    """The page of ours that the person came from, without its host; None for any other."""
    if not request.referrer:
        return None
    parts = urlsplit(request.referrer)
    if parts.netloc != request.host:
        return None
    return safe_next(f"{parts.path}?{parts.query}" if parts.query else parts.path)


def safe_next(target: str | None) -> str | None:
    """The path if it stays on this site, else None. Only plain paths of our own pass."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 33 or character == "\\" for character in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


# --- language and look ----------------------------------------------------------------------


def read_switches() -> None:
    """What this browser's reader has chosen: by the address now, else by an earlier choice."""
    g.chosen = {
        name: options.get(request.args.get(name) or request.cookies.get(name) or "")
        for name, options in SWITCHES.items()
    }


def keep_switches(response: Response) -> Response:
    for name, options in SWITCHES.items():
        choice = request.args.get(name)
        if choice in options and request.cookies.get(name) != choice:
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
    kept = {name: value for name, value in request.args.items() if name not in SWITCHES}
    # A page that answers to POST only has no address to come back to.
    path = safe_next(request.path) if request.method == "GET" else same_site_referrer()
    path = (path or "/").split("?")[0]
    return f"{path}?{urlencode(kept | wanted)}"


def page_url(number: int) -> str:
    """This list's address, at another of its pages."""
    return f"{request.path}?{urlencode({**request.args.to_dict(), 'page': str(number)})}"


# --- headers and files ----------------------------------------------------------------------


CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def add_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    # Our own pages may know where one came from, others learn nothing: addresses hold tokens.
    headers["Referrer-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
        headers.add("Vary", "Cookie, Accept-Language")
    return response


def add_headers_to_file(headers: MutableMapping[str, str]) -> None:
    """A static file is what its type says, and nothing else."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY


@lru_cache
def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of one of our static files; it changes when the file does."""
    static = Path(__file__).parent.parent / "static"
    return url_for("static", filename=name, v=fingerprint(static / name))
