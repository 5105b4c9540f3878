"""What our forms share: a choice that may be left out is still one of those offered."""

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField

from volunteer.core.forms import Optional, SelectChoice, TidyForm


def offered(*values):
    return [SelectChoice(value, value) for value in values]


class ChoosingForm(TidyForm):
    class Meta(TidyForm.Meta):
        csrf = False

    one = SelectField(validators=[Optional()], choices=offered("", "7"))
    card = RadioField(validators=[Optional()], choices=offered("yes", "no"))
    some = SelectMultipleField(validators=[Optional()], choices=offered("a", "b"))


@pytest.fixture
def choose(app):
    """The form with what a browser sends of it."""
    with app.test_request_context(method="POST"):
        yield lambda **sent: ChoosingForm(MultiDict(sent))


@pytest.mark.parametrize(
    "sent", [{}, {"one": ""}, {"one": "7", "card": "no"}, {"some": ["a", "b"]}, {"card": ""}]
)
def test_a_choice_that_is_optional_is_left_out_or_made(choose, sent):
    assert choose(**({"one": ""} | sent)).validate()


@pytest.mark.parametrize(
    "sent",
    [
        {"one": " "}, {"one": "8"}, {"card": "\t"}, {"card": "maybe"},
        {"some": [" "]}, {"some": ["", "c"]}, {"some": ["a", "c"]},
    ],
)  # fmt: skip
def test_neither_a_blank_nor_what_is_not_offered_is_a_choice(choose, sent):
    form = choose(**({"one": ""} | sent))

    assert not form.validate()
    assert set(form.errors) == set(sent)
