"""Incidents, with the first version of what was told."""

from datetime import timedelta
from typing import Any

from factory import LazyAttribute, SubFactory

from tests.factories import Factory, number_of
from tests.factories.elders import volunteer_of
from tests.factories.teams import TeamFactory
from volunteer.core import clock
from volunteer.incidents.models import (
    Incident,
    IncidentPerson,
    IncidentPhoto,
    IncidentVersion,
    Part,
)
from volunteer.pictures.models import Picture


class IncidentFactory(Factory):
    """An hour ago, written down by a new member of the team; nobody was hurt.

    `words=…` and the like go into its version; `hurt=[…]` names people, `photo=True` adds one.
    """

    class Meta:
        model = Incident

    team = SubFactory(TeamFactory)
    wall_at = LazyAttribute(
        lambda one: one.team.wall(clock.now() - timedelta(hours=1)).replace(microsecond=0)
    )
    reporter = LazyAttribute(lambda one: volunteer_of(one.team))

    @classmethod
    def _create(cls, model_class: type[Incident], *args: Any, **kwargs: Any) -> Any:
        own = {name: kwargs.pop(name) for name in list(kwargs) if not hasattr(Incident, name)}
        hurt, photo = own.pop("hurt", []), own.pop("photo", False)
        incident = super()._create(model_class, *args, **kwargs)
        incident.versions.append(
            IncidentVersion(
                wall_at=incident.wall_at,
                by=incident.reporter,
                people=[
                    IncidentPerson(person_id=number_of(one), part=Part.HURT.value) for one in hurt
                ],
                **{"words": "在门口滑了一跤。", "place": "门口", **own},
            )
        )
        if photo:
            by_id = number_of(incident.reporter)
            picture = Picture(content=b"a photo", width=1, height=1, kept_by_id=by_id)
            incident.photos.append(IncidentPhoto(picture=picture, by_id=by_id))
        return incident
