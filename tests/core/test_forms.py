"""What our forms share: a choice that may be left out is still one of those offered; a file where
words are asked for is none."""

from io import BytesIO

import pytest
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length

from volunteer.core import language
from volunteer.core.forms import (
    MISSING,
    EmailField,
    Optional,
    PhoneField,
    RowField,
    SelectChoice,
    SentenceField,
    TidyForm,
)


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


def test_a_list_of_rows_begins_with_none_and_asks_for_one(app):
    class Form(TidyForm):
        class Meta(TidyForm.Meta):
            csrf = False

        keeper = RowField("Who keeps it?")

    def sent(**answers):
        form = Form(MultiDict(answers))
        form.keeper.offer([SelectChoice(7, "陈姐")])
        return form.validate(), form.keeper.data, form.keeper.errors

    with app.test_request_context(method="POST"):
        form = Form()
        form.keeper.offer([SelectChoice(7, "陈姐")])
        drawn = form.keeper()
        answers = [sent(keeper="7"), sent(keeper=""), sent(), sent(keeper="8"), sent(keeper="x")]

    assert '<option selected value="">请选择</option><option value="7">陈姐' in drawn
    assert answers[0] == (True, 7, [])
    assert [(right, data) for right, data, _errors in answers[1:]] == [
        (False, None), (False, None), (False, 8), (False, None)
    ]  # fmt: skip
    assert answers[1][2] == [MISSING]


def test_who_types_a_few_spaces_has_typed_nothing(app):
    class Form(TidyForm):
        mailbox = EmailField("")

    with app.test_request_context(method="POST", data={"mailbox": "  "}):
        assert Form().validate()
    with app.test_request_context(method="POST", data={"mailbox": " a "}):
        assert not Form().validate()


class HandingInForm(TidyForm):
    class Meta(TidyForm.Meta):
        csrf = False

    words = StringField()
    file = FileField()


def test_a_file_in_the_place_of_words_is_not_there_and_one_that_is_asked_for_is(app):
    sent = {"words": (BytesIO(b"x"), "x.png"), "file": (BytesIO(b"y"), "y.csv")}
    with app.test_request_context(method="POST", data=sent):
        form = HandingInForm()

        assert form.validate()
        assert form.words.data in {None, ""}
        assert form.file.data.read() == b"y"


def test_a_sign_in_with_a_file_for_a_name_is_answered(client):
    sent = {"login": (BytesIO(b"x"), "x.png"), "password": (BytesIO(b"x"), "x.png")}

    assert client.post("/sign-in", data=sent).status_code == 200


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({}, "028-0000 0001"),
        ({"phone": "13800138000"}, "138 0013 8000"),
        ({"phone": "+86 138-0013 8000"}, "138 0013 8000"),
        ({"phone": "138-0013"}, "138-0013"),
        ({"phone": "８０４"}, "８０４"),
        ({"phone": ""}, ""),
    ],
)
def test_a_phone_stands_there_as_people_read_it_out_and_what_is_none_as_typed(app, sent, shown):
    class Form(TidyForm):
        phone = PhoneField("")

    with app.test_request_context(method="POST", data=sent):
        form = Form(data={"phone": "02800000001"})

    assert form.phone._value() == shown


def test_what_is_too_long_says_by_how_much_in_plain_words(app):
    class SayingForm(TidyForm):
        class Meta(TidyForm.Meta):
            csrf = False

        words = StringField(validators=[Length(max=5)])

    said = {}
    for spoken in ("en", "zh_Hans"):
        with app.test_request_context("/"), language.speaking(spoken):
            form = SayingForm(MultiDict({"words": "说得太长了吧"}))
            assert not form.validate()
            said[spoken] = form.words.errors
    assert said["en"] == ["This is too long: at most 5 signs, and you have written 6."]
    assert said["zh_Hans"] == ["太长了：最多写5个字，您写了6个。"]


def test_a_sentence_is_seen_whole_and_stays_one_line(app):
    class Form(TidyForm):
        purpose = SentenceField("", [])

    with app.test_request_context(method="POST", data={"purpose": "看望老人，\r\n互相帮忙。 "}):
        form = Form()

    assert form.purpose.data == "看望老人， 互相帮忙。"
    assert 'rows="2"' in form.purpose()
