"""What the team is asked for, at a glance."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from volunteer.core import clock
from volunteer.core.pages import page_of
from volunteer.help_requests import calls, figures, queries, suggesting
from volunteer.help_requests.models import HelpStatus
from volunteer.help_requests.views.door import blueprint
from volunteer.teams.views.door import coordinated_team

GROUPS = {
    "waiting": HelpStatus.NEW,
    "looking": HelpStatus.ACCEPTED,
    "matched": HelpStatus.MATCHED,
    "done": HelpStatus.DONE,
}
PAST, LOOKING = "past", "looking"
# In a list the best few are enough; the page of the request shows more, and each reason.
SUGGESTED = 3


@blueprint.get("/teams/<int:team_id>/help-requests")
def show_board(team_id: int) -> ResponseReturnValue:
    """What waits, and how long answers take; or what looks for somebody, and who suits it best."""
    _me, team = coordinated_team(team_id)
    now = clock.now()
    shown = request.args.get("show", "")
    is_past = shown == PAST
    rows = [] if is_past else queries.list_open(team)
    is_looking = shown == LOOKING
    looking = [row for row in rows if row.status is HelpStatus.ACCEPTED and row.team == team]
    groups = {
        name: [row for row in rows if row.status is status] for name, status in GROUPS.items()
    }
    return render_template(
        "help_requests/show_board.html",
        team=team,
        moment=now,
        shown=shown if is_past or shown in GROUPS else "",
        groups=groups,
        past=page_of(queries.of_past(team), request.args.get("page", 1, type=int))
        if is_past
        else None,
        times=None if is_looking else figures.answer_times(team, now),
        promised=[] if is_past or is_looking else calls.list_promised(team),
        suggestions=suggesting.suggest_all(looking, team, now, most=SUGGESTED)
        if is_looking
        else {},
    )
