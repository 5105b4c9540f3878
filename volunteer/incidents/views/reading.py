"""Reading incidents: a team's list, one of them, its photos, and on paper for the insurer."""

from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from volunteer.accounts import identity
from volunteer.activities import insurance
from volunteer.activities.models import InsurancePolicy
from volunteer.core import clock
from volunteer.core.access import authorize
from volunteer.core.errors import NotFound
from volunteer.core.pages import page_of
from volunteer.incidents import queries, wording
from volunteer.incidents.forms import InsurerForm, PhotoForm, StepForm
from volunteer.incidents.looking import Sight
from volunteer.incidents.models import Incident
from volunteer.incidents.views.door import blueprint, look
from volunteer.pictures import views as pictures
from volunteer.teams.views.door import coordinated_team


@blueprint.get("/teams/<int:team_id>/incidents")
def show_incidents(team_id: int) -> ResponseReturnValue:
    """The team's, the newest first; nothing of what was told."""
    _me, team = coordinated_team(team_id, back_to="teams.show_team")
    page = page_of(queries.of_team(team), request.args.get("page", 1, type=int))
    years: dict[int, list[Incident]] = {}
    for incident in page.rows:
        years.setdefault(incident.wall_at.year, []).append(incident)
    return render_template(
        "incidents/show_incidents.html",
        team=team,
        today=team.today(clock.now()),
        page=page,
        years=years,
        incident_words=wording,
    )


@blueprint.get("/incidents/<int:incident_id>")
def show_incident(incident_id: int) -> ResponseReturnValue:
    """All of it for the coordinators, their own words for who wrote it."""
    identity.signed_in_person()
    incident = queries.get_incident(incident_id)
    return incident_page(look(incident))


def incident_page(
    sight: Sight,
    *,
    insurer: InsurerForm | None = None,
    step: StepForm | None = None,
    photo: PhotoForm | None = None,
) -> ResponseReturnValue:
    """What was sent is shown as it was filled in."""
    incident = sight.incident
    if insurer is None:
        insurer = InsurerForm(prefix="insurer", formdata=None)
        insurer.begin_at(incident.team.wall(clock.now()))
    return render_template(
        "incidents/show_incident.html",
        incident=incident,
        versions=sight.versions,
        photos=sight.photos,
        runs=sight.runs,
        hurt=queries.list_hurt_members(incident) if sight.runs and not incident.is_closed else [],
        policies=policies_of(incident) if sight.runs and not incident.is_closed else [],
        can_correct=sight.can_correct,
        takes_photos=sight.takes_photos,
        insurer=insurer,
        step=step or StepForm(prefix="step", formdata=None),
        photo=photo or PhotoForm(prefix="photo", formdata=None),
        today=incident.team.today(clock.now()),
        incident_words=wording,
    )


def policies_of(incident: Incident) -> list[InsurancePolicy]:
    """Those of its team that were good on its day."""
    day = incident.wall_at.date()
    return [one for one in insurance.list_policies([incident.team_id]) if one.holds(day)]


@blueprint.get("/incident-photos/<int:photo_id>")
def show_photo(photo_id: int) -> Response:
    """One photo; who wrote it down sees those that they added."""
    identity.signed_in_person()
    photo = queries.get_photo(photo_id)
    incident = queries.get_incident(photo.incident_id)
    authorize(photo in look(incident).photos)
    if photo.picture is None:
        raise NotFound
    return pictures.serve(photo.picture)


@blueprint.get("/incidents/<int:incident_id>/sheet")
def show_incident_sheet(incident_id: int) -> ResponseReturnValue:
    """On paper, for the insurer."""
    identity.signed_in_person()
    incident = queries.get_incident(incident_id)
    sight = look(incident)
    authorize(sight.runs)
    g.back_url = url_for(".show_incident", incident_id=incident.id)
    return render_template(
        "incidents/show_incident_sheet.html",
        incident=incident,
        policies=policies_of(incident),
        photos=len(sight.photos),
        today=incident.team.today(clock.now()),
        incident_words=wording,
    )
