"""Words about elders that stand on several pages."""

from datetime import UTC, date, datetime

import pytest

from tests.factories.elders import ElderFactory, VisitFactory
from volunteer.core import language
from volunteer.elders import wording
from volunteer.elders.models import Living

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize(
    ("born", "living", "english", "chinese"),
    [
        (1940, Living.LEFT_BEHIND, "86 years old, the family works far away", "86岁，留守"),
        (1940, None, "86 years old", "86岁"),
        (None, Living.ALONE, "Alone", "独居"),
        (None, None, "", ""),
    ],
)
def test_how_old_they_are_and_with_whom_they_live(app, born, living, english, chinese):
    elder = ElderFactory(living=living, birth_year=born)
    said = {}
    for spoken in ("en", "zh_Hans"):
        with app.test_request_context("/"), language.speaking(spoken):
            said[spoken] = wording.situation(elder, date(2026, 12, 31))
    assert said["en"] == english
    assert said["zh_Hans"] == chinese


@pytest.mark.parametrize(
    ("due_on", "since_on", "english"),
    [
        (date(2026, 12, 7), date(2026, 11, 1), "Seen 1 day ago"),
        (date(2026, 11, 26), date(2026, 11, 1), "Phoned 1 day ago"),
        # Back from hospital today: due at once, though they were seen there yesterday.
        (date(2026, 12, 2), date(2026, 12, 1), "Seen 1 day ago"),
    ],
)
def test_a_call_that_takes_no_visits_place_is_called_a_call(app, due_on, since_on, english):
    elder = ElderFactory(
        interval_days=7, last_seen_on=date(2026, 11, 30), due_on=due_on, since_on=since_on
    )
    with app.test_request_context("/"), language.speaking("en"):
        assert wording.seen(elder, date(2026, 12, 1)) == english


def test_a_visit_of_next_year_says_its_year(time_machine):
    time_machine.move_to(datetime(2026, 12, 1, 2, tzinfo=UTC))
    visit = VisitFactory(starts_at=datetime(2027, 12, 1, 7, tzinfo=UTC))

    assert wording.when(visit).startswith("2027年12月1日")
