"""What monitors and phones ask for."""

from flask import jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from volunteer.core import addresses, language, migrating
from volunteer.core.access import public
from volunteer.core.language import gettext as _
from volunteer.home import queries
from volunteer.home.views.door import blueprint

# As in static/tokens.css: behind the mark while a phone opens us.
PAPER = "#FBF8F3"


@blueprint.get("/healthz")
@public
def show_health() -> ResponseReturnValue:
    """For monitors: 200 while all is well, 503 when the clock stands still or tables are behind."""
    try:
        health = queries.health()
    except DBAPIError as error:
        if migrating.explains(error) is None:
            raise
        # Nothing but that can be read from tables of another version.
        here, newest = migrating.current(), migrating.newest()
        return jsonify(ok=False, schema=here, newest_schema=newest), 503
    body = jsonify(
        ok=health.is_well,
        last_tick=health.last_tick and health.last_tick.isoformat(),
        schema=health.schema,
        newest_schema=health.newest_schema,
        overdue_messages=health.overdue,
        last_backup=health.last_backup and health.last_backup.isoformat(),
        backup_age_hours=health.backup_age_hours,
        lacks_backup=health.lacks_backup,
    )
    return body, 200 if health.is_well else 503


@blueprint.get("/manifest")
@public
def show_manifest() -> ResponseReturnValue:
    """For phones: how it stands on the home screen (W3C Web Application Manifest). An iPhone shows
    notices only of what was put there. Phones ask without cookies, so the address names a language.
    """
    first_page = addresses.of_page("home.show_home")
    body = jsonify(
        id=first_page,
        start_url=first_page,
        scope=first_page,
        name=_("Linli"),
        lang="en" if language.current() == language.ENGLISH else "zh-Hans",
        display="standalone",
        background_color=PAPER,
        theme_color=PAPER,
        icons=[
            {
                "src": addresses.asset(f"icon-{size}.png"),
                "type": "image/png",
                "sizes": f"{size}x{size}",
            }
            for size in (192, 512)
        ],
    )
    body.mimetype = "application/manifest+json"
    return body
