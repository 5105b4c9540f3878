"""How an error reaches a person; the headers of every answer."""

import logging
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from html import unescape
from typing import Any

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import ParseException  # type: ignore[import-untyped]  # has none
from jinja2 import StrictUndefined
from sqlalchemy.exc import OperationalError, ProgrammingError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError
from werkzeug.routing import IntegerConverter, Map, Rule

from volunteer.core import addresses, migrating, outage
from volunteer.core.addresses import same_site_referrer
from volunteer.core.database import LARGEST_NUMBER, hold_nothing, session
from volunteer.core.engines import has_no_room
from volunteer.core.errors import DomainError, NoRoomLeft, NotFound, SignInNeeded
from volunteer.core.language import gettext as _

log = logging.getLogger(__name__)


class Service(Flask):
    """Flask, with logs that hold no addresses of pages: a personal link may stand in one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.url_rule_class = LazyRule
        # All templates stay at hand. Jinja's own store, of the four hundred used last, notes at
        # each use that it was used, and a page uses two dozen.
        self.jinja_options = {"cache_size": -1}
        self.session_interface = Sessions()
        super().__init__(*arguments, **named)

    def log_exception(self, exc_info: Any) -> None:
        # Said in one line by the page that is shown instead.
        if outage.known(exc_info[1]) or migrating.explains(exc_info[1]):
            return
        self.logger.error("Fault in %s", request.endpoint, exc_info=exc_info)


class RowNumber(IntegerConverter):
    """The number of a row in an address: <int:…> everywhere; a larger one is not there."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        super().__init__(url_map, **{"max": LARGEST_NUMBER, **options})


class Sessions(SecureCookieSessionInterface):
    """Flask's own. What signs and reads the cookie is made once, and not for each of the two."""

    def __init__(self) -> None:
        self.made: dict[Flask, Any] = {}

    def get_signing_serializer(self, app: Flask) -> Any:
        if app not in self.made:
            self.made[app] = super().get_signing_serializer(app)
        return self.made[app]


class LazyRule(Rule):
    """An address whose two builders are compiled when they are first asked for.

    Werkzeug compiles them for every address while we start, and most are of no use in most
    processes. Should it rename what is overridden here, it compiles them at the start again.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return LazyRule.build_with_query if append_unknown else LazyRule.build_alone

    def build_alone(self, **values: Any) -> tuple[str, str]:
        self._build = super()._compile_builder(False).__get__(self, None)
        return self._build(**values)

    def build_with_query(self, **values: Any) -> tuple[str, str]:
        self._build_unknown = super()._compile_builder(True).__get__(self, None)
        return self._build_unknown(**values)


ONE_YEAR = 365 * 24 * 3600
# More than the reverse proxy lets through.
READ_TO_THE_END = 16 * 1024**2


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, show_domain_error)
    app.register_error_handler(CSRFError, show_stale_form)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(OperationalError, show_database_trouble)
    app.register_error_handler(ProgrammingError, show_wrong_statement)
    app.register_error_handler(500, show_broken)
    app.after_request(add_headers)
    app.teardown_appcontext(lambda _error: session.remove())
    app.jinja_env.globals.update(
        asset=addresses.asset, page_url=addresses.page_url, url_for=addresses.of_page
    )
    # A misspelt name is an error, not a gap.
    app.jinja_env.undefined = StrictUndefined


# --- errors ---------------------------------------------------------------------------------


def show_domain_error(error: DomainError) -> ResponseReturnValue:
    """Say why: back where the person came from when they pressed something, else on a page."""
    if isinstance(error, SignInNeeded):
        if request.method == "GET":
            return redirect(url_for("accounts.show_sign_in", next=request.full_path.rstrip("?")))
        flash(str(error.message), "error")
        return redirect(url_for("accounts.show_sign_in", next=same_site_referrer()))
    if request.method == "POST" and error.status == DomainError.status:
        return say_where_it_was_pressed(error)
    if isinstance(error, NotFound):
        return show_missing(error)
    return render_template("errors/refused.html", error=error), error.status


def say_where_it_was_pressed(error: DomainError) -> ResponseReturnValue:
    """On the page of the form, with what was typed; else where the button stood; else on a page."""
    if page := form_again(error):
        return page, error.status
    if came_from := same_site_referrer():
        flash(str(error.message), "error")
        return redirect(came_from)
    return render_template("errors/refused.html", error=error), error.status


def too_late(error: type[DomainError], page: str) -> ResponseReturnValue:
    """Pressed again, or in another tab, or somebody was quicker: why there is nothing left to do
    here, on the page that shows how it stands."""
    flash(str(error.message), "info")
    return redirect(page)


def form_again(error: DomainError) -> str | None:
    """The page of the form that was sent, as it was filled in, with what the rule says; None where
    there is no such page.

    Its view is asked once more, and this time its form says no (TidyForm.validate).
    """
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()) or "refused" in g:
        return None
    g.refused = error
    try:
        page = current_app.view_functions[rule.endpoint](**(request.view_args or {}))
    except (DomainError, OperationalError):
        return None
    # A page without a form, or without its list of what is to mend, would not say why. Quotation
    # marks stand on it in more than one way.
    return page if isinstance(page, str) and str(error.message) in unescape(page) else None


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
    if error.code == RequestEntityTooLarge.code:
        read_to_the_end()
    refusal = DomainError(
        _(
            "This is too large to send: at most %(size)d MB. Please go back and choose something "
            "smaller.",
            size=(request.max_content_length or 0) // 1024**2,
        )
        if error.code == RequestEntityTooLarge.code
        else _("The server did not understand this request. Please go back and try again.")
    )
    page = render_template(
        "errors/refused.html",
        error=refusal,
        is_too_large=error.code == RequestEntityTooLarge.code,
    )
    answer = app_response(page, error.code)
    if allowed := error.get_response().headers.get("Allow"):
        answer.headers["Allow"] = allowed
    return answer


def read_to_the_end() -> None:
    """Take in what was too large, and forget it. Where we answer and hang up while somebody still
    sends, a proxy may take us for dead, and a browser shows no page of ours."""
    body, left = request.environ["wsgi.input"], READ_TO_THE_END
    with suppress(ParseException, OSError):
        while left > 0 and (part := body.read(65536)):
            left -= len(part)


def show_database_trouble(error: OperationalError) -> ResponseReturnValue:
    """The database is busy or away: nothing was saved, and trying again may help."""
    if missing := migrating.explains(error):
        return show_update(missing)
    if told := outage.known(error):
        log.error("%s", told)
    else:
        log.error("database: %s", type(error.orig).__name__, exc_info=error)
    if has_no_room(error) and request.method == "POST" and "refused" not in g:
        # It can still be read, and nothing that was typed need be lost.
        return say_where_it_was_pressed(NoRoomLeft())
    give_up_on_the_database()
    return app_response(render_template("errors/broken.html"), 503, {"Retry-After": "5"})


def show_wrong_statement(error: ProgrammingError) -> ResponseReturnValue:
    """PostgreSQL does not understand us: its tables are of another version, or it is our fault."""
    if missing := migrating.explains(error):
        return show_update(missing)
    raise error


def show_update(missing: str) -> ResponseReturnValue:
    """Somebody is bringing us up to date, or forgot half of it: they read what is missing."""
    log.error("%s", missing)
    give_up_on_the_database()
    return app_response(render_template("errors/updating.html"), 503, {"Retry-After": "60"})


def show_broken(error: Exception) -> ResponseReturnValue:
    """Our fault: Flask has logged it with its trace."""
    cause = getattr(error, "original_exception", None)
    if missing := migrating.explains(cause):
        # It was met only while the page of another error was drawn.
        return show_update(missing)
    if isinstance(cause, OperationalError):
        # It went away while the page of another error was drawn.
        return show_database_trouble(cause)
    give_up_on_the_database()
    return render_template("errors/broken.html"), 500


def give_up_on_the_database() -> None:
    """What surrounds the error page must not ask a database that may be what is broken."""
    hold_nothing()
    g.is_broken = True


def app_response(body: str, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(body, status, headers, mimetype="text/html")


# --- headers --------------------------------------------------------------------------------


CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


HEADERS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    # Our own pages may know where one came from, others learn nothing: addresses hold tokens.
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)


def add_headers(response: Response) -> Response:
    """What a view has said by itself stands."""
    headers = response.headers
    said = {name for name, _value in headers}
    headers.extend(header for header in HEADERS if header[0] not in said)
    if request.is_secure:
        headers.add("Strict-Transport-Security", f"max-age={ONE_YEAR}")
    if request.endpoint != "static":
        if "Cache-Control" not in said:
            headers.add("Cache-Control", "no-store")
        headers.add("Vary", "Cookie, Accept-Language")
    return response


def add_headers_to_file(headers: MutableMapping[str, str]) -> None:
    """A static file is what its type says, and nothing else."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
