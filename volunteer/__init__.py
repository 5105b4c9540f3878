"""邻里 (Linli): coordinating volunteer teams. create_app() alone knows every part."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import DBAPIError
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import Client
from whitenoise import WhiteNoise

from volunteer import commands, wiring
from volunteer.accounts import identity
from volunteer.accounts import views as accounts
from volunteer.activities import views as activities
from volunteer.core import (
    addresses,
    database,
    display,
    encryption,
    language,
    marks,
    migrating,
    outage,
    templates,
    turns,
    web,
)
from volunteer.core.extensions import babel, csrf
from volunteer.elders import views as elders
from volunteer.feeds import views as feeds
from volunteer.help_requests import views as help_requests
from volunteer.home import frame
from volunteer.home import views as home
from volunteer.hours import views as hours
from volunteer.incidents import views as incidents
from volunteer.meals import views as meals
from volunteer.network import views as network
from volunteer.notifications import dispatch, quiet, rations
from volunteer.notifications.quiet import Hours
from volunteer.notifications.rations import Ration
from volunteer.people.queries import has_people
from volunteer.pictures import views as pictures
from volunteer.privacy import views as privacy
from volunteer.reminders import views as reminders
from volunteer.rights import views as rights
from volunteer.teams import views as teams
from volunteer.telling import views as telling

if TYPE_CHECKING:
    from config import Config


log = logging.getLogger(__name__)

# Each adds the addresses of its pages.
PARTS = (
    home,
    accounts,
    network,
    teams,
    activities,
    elders,
    help_requests,
    meals,
    reminders,
    feeds,
    telling,
    privacy,
    hours,
    rights,
    incidents,
)


def create_app(settings: "Config | None" = None) -> Flask:
    """The whole service, by these settings or those of the environment.

    Refuses to start in production on a database that holds the demo.
    """
    import config  # stands beside the package, so that operators find it

    settings = settings or config.from_environment()
    app = web.Service(__name__, template_folder="../templates")
    app.url_map.converters["int"] = web.RowNumber
    app.config.from_object(settings)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    log_to_the_console(app)
    hand_settings_on(app)
    config.make_folder(config.INSTANCE)
    database.connect(app.config["DATABASE_URL"])
    try:
        check_database(app)
    finally:
        # gunicorn forks its workers after this, and two processes cannot share a connection.
        database.let_go()

    if count := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]  # Flask documents this way
    serve_static_files(app)
    addresses.init_app(app)
    # Before whoever may refuse, so that it is said in the reader's own language.
    display.init_app(app)
    pictures.init_app(app)
    turns.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=display.chosen_language)
    identity.init_app(app)
    web.init_app(app)
    frame.init_app(app)
    templates.keep_compiled(app.jinja_env, config.INSTANCE / "templates")
    language.use_in_templates(app.jinja_env)
    templates.use(app.jinja_env)
    wiring.wire()
    for part in PARTS:
        app.register_blueprint(part.blueprint)
    commands.init_app(app)
    choose_who_sends(app)
    return app


def hand_settings_on(app: Flask) -> None:
    """To the rules that need them and know nothing of Flask."""
    encryption.use(app.config["DATA_KEYS"])
    usual = app.config["QUIET_HOURS"]
    quiet.use(Hours(*usual) if usual else None)
    rations.use(
        Ration(
            person=app.config["SMS_A_DAY"],
            team=app.config["SMS_A_DAY_OF_TEAM"],
            signature=app.config["SMS_SIGNATURE"],
        )
    )


def choose_who_sends(app: Flask) -> None:
    """The built-in sender, or workers; what those need is loaded only where they are chosen."""
    if app.config["QUEUE"] == "procrastinate":
        from volunteer import queue

        queue.use(app)
    else:
        dispatch.use(None)


def warm_up(app: Flask) -> None:
    """Draw the first page, for nobody: workers forked afterwards hold in common what that needs.

    Not on tables that are older, or newer, on which it would only break.
    """
    if missing := migrating.behind() or migrating.ahead() or what_the_queue_lacks(app):
        log.warning("%s", missing)
    else:
        Client(app).get("/", base_url=app.config["BASE_URL"])
    database.let_go()


def what_the_queue_lacks(app: Flask) -> str | None:
    """What is to be done before anything can be posted for workers; None when nothing is."""
    if app.config["QUEUE"] != "procrastinate":
        return None
    from volunteer import queue

    return None if queue.is_prepared() else queue.NOT_PREPARED


def check_database(app: Flask) -> None:
    """One sentence, and no trace, when it does not answer. Raises Refused."""
    from config import Refused

    try:
        check_whose_database_it_is(app)
        check_data_keys(app)
    except DBAPIError as error:
        raise Refused(f"the database does not answer. {outage.sentence(error)}") from None


def check_data_keys(app: Flask) -> None:
    """With keys of somewhere else nobody could be found or told, and what is written from then on
    would be sealed apart from the rest. Raises Refused."""
    from config import Refused

    # In tables of an older version a text may still stand in clear, or not at all.
    if app.config["TESTING"] or app.config["DEMO"] or migrating.current() != migrating.newest():
        return
    if not encryption.opens_the_oldest():
        raise Refused(
            "DATA_KEYS lacks the key that this database is sealed with; put it behind the newer."
        )


def check_whose_database_it_is(app: Flask) -> None:
    """Real people and the demo never share a database. Raises Refused."""
    from config import Refused

    if app.config["TESTING"]:
        return
    holds_the_demo = marks.has(marks.DEMO)
    if holds_the_demo and not app.config["DEMO"]:
        raise Refused("this database holds the demo; point DATABASE_URL to another one.")
    if app.config["DEMO"] and not holds_the_demo and has_people():
        raise Refused("this database holds real people; the demo would keep their messages.")


def serve_static_files(app: Flask) -> None:
    """Our few files, kept by browsers for a year: their addresses change when they do."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # Flask documents this way
        app.wsgi_app,
        root=app.static_folder,
        prefix="static/",
        max_age=web.ONE_YEAR,
        allow_all_origins=False,
        add_headers_function=lambda headers, _path, _url: web.add_headers_to_file(headers),
    )


def log_to_the_console(app: Flask) -> None:
    """One line for each thing worth knowing. Addresses of pages hold tokens and are not logged."""
    logging.basicConfig(
        stream=sys.stderr,
        level=app.config["LOG_LEVEL"],
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for talkative in ("apscheduler", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
