"""A coordinator signs in in two steps: setting it up, coming in by the app, and by paper."""

from collections.abc import Callable

import pytest

from tests.accounts.codes import digits_of
from tests.journeys import crews
from tests.journeys.looks import assert_looks_right
from tests.journeys.phone import Phone
from tests.journeys.service import Service

pytestmark = pytest.mark.journey


def test_the_app_is_set_up_and_paper_takes_its_place(
    on_sqlite: Service, phones: Callable[..., Phone]
) -> None:
    crew = crews.start(on_sqlite, ["蒋桂芳", "王秀英"])
    hers = phones(on_sqlite)
    say = hers.words
    hers.sign_in(crew.login, crews.PASSWORD)
    hers.open("/settings")
    hers.follow(say("Sign in in two steps"))
    assert_looks_right(hers.page)
    hers.page.get_by_text(say("The app cannot read pictures?")).click()
    secret = "".join(hers.page.locator("details b").all_inner_texts())
    hers.fill(say("Which six digits does the app show now?"), digits_of(secret))
    hers.fill(say("Your password, once more"), crews.PASSWORD)
    hers.press(say("Two steps from now on"))
    hers.heading(say("Please keep these spare codes"))
    assert_looks_right(hers.page)
    spare = hers.page.locator(".spare-codes b").first.inner_text()
    hers.follow(say("I have them"))

    other = phones(on_sqlite)
    other.sign_in(crew.login, crews.PASSWORD)
    other.heading(say("The second step"))
    assert_looks_right(other.page)
    other.fill(say("Which digits does the app show?"), "000000")
    other.press(say("Sign in"))
    other.is_refused(say("These digits are not right. The app shows new ones every half minute;"
                         " a spare code is good once."))  # fmt: skip
    other.fill(say("Which digits does the app show?"), spare)
    other.press(say("Sign in"))
    other.is_told(say("Welcome, %(name)s.", name="蒋桂芳"))
