"""The least that there is: Flask, one hand-written statement, no more. What we compare with.

It speaks to the same database as the service beside it, in the set-up that we ship:
`/` for the start, `/page` for a page of BENCH_BYTES bytes, `/dates/<id>` for taking a place.
"""

import hmac
import os
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, redirect, request, session
from sqlalchemy import String, create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

URL = os.environ["DATABASE_URL"]
IS_SQLITE = URL.startswith("sqlite")

DATES = text("""
SELECT o.id, a.title, o.place, o.wall_starts, count(s.id) AS taken
FROM occurrences o JOIN activities a ON a.id = o.activity_id
LEFT JOIN signups s ON s.occurrence_id = o.id AND s.status = 'going'
WHERE a.team_id = :team AND o.starts_at > :now
GROUP BY o.id, a.title, o.place, o.wall_starts, o.starts_at ORDER BY o.starts_at LIMIT 50
""")
PAGE = """<!doctype html><html lang="zh"><title>Floor</title><h1>Floor</h1><table>
{% for row in rows %}<tr><td>{{ row.wall_starts }}</td>
<td><a href="/dates/{{ row.id }}">{{ row.title }}</a></td><td>{{ row.place }}</td>
<td>{{ row.taken }}</td></tr>
{% endfor %}</table><p>"""
# One row in one table; the last condition makes it impossible to give away more than there are.
TAKE = text("""
INSERT INTO floor_places (occurrence_id, person_id)
SELECT :date, :person
WHERE (SELECT count(*) FROM floor_places WHERE occurrence_id = :date) < :places
""")
HOLD = text("SELECT id FROM occurrences WHERE id = :date FOR NO KEY UPDATE")


def connect() -> Any:
    """The engine; SQLite is as safe as ours: on the disk before anybody is told."""
    if not IS_SQLITE:
        return create_engine(URL, pool_size=10, max_overflow=10)
    engine = create_engine(URL, connect_args={"timeout": 20})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=20000"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class Model(DeclarativeBase):
    pass


class Place(Model):
    """The start is compared with a service that has loaded the ORM as well."""

    __tablename__ = "places"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


app = Flask(__name__)
app.secret_key = os.environ["SECRET_KEY"]
engine = connect()
page = app.jinja_env.from_string(PAGE)
filler = "x" * int(os.environ.get("BENCH_BYTES", "0"))


@app.get("/")
def show() -> str:
    with Session(engine) as orm:
        return f"<!doctype html><title>Floor</title><p>{orm.scalar(select(Place.name))}</p>"


@app.get("/page")
def show_page() -> str:
    with engine.connect() as connection:
        now = datetime.now(UTC).replace(tzinfo=None)
        rows = connection.execute(DATES, {"team": 1, "now": now}).all()
    body = page.render(rows=rows)
    return body + filler[len(body.encode()) :]


@app.post("/dates/<int:date>")
def take(date: int) -> Response | tuple[str, int]:
    """A signed session, a token compared, and one transaction that can't give away too many."""
    if not hmac.compare_digest(session.get("csrf", ""), request.form.get("csrf_token", "-")):
        return "token", 400
    wanted = {"date": date, "person": session["person"], "places": int(request.form["places"])}
    with engine.connect() as connection:
        if IS_SQLITE:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(HOLD, {"date": date})
        is_taken = connection.execute(TAKE, wanted).rowcount
        connection.commit()
    return redirect(f"/dates/{date}") if is_taken else ("full", 409)
