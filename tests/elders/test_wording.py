"""Words about elders that stand on several pages."""

from datetime import date

import pytest

from tests.factories.elders import ElderFactory
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
