"""What is drawn once is what would be drawn each time."""

from markupsafe import Markup

from volunteer.core import language
from volunteer.core.templates import drawn_once


def drawn(app, words):
    """What a component makes of these words, one after the other."""
    macro = app.jinja_env.from_string(
        "{% macro say(words) %}<b>{{ words }}</b>{{ _('Today') }}{% endmacro %}"
    ).module.say
    keep = drawn_once(macro)
    return [keep(word) for word in words]


def test_a_text_and_a_piece_of_a_page_that_look_alike_are_not_the_same(app):
    with app.test_request_context():
        first, second, third = drawn(app, [Markup("<i>"), "<i>", Markup("<i>")])

    assert "<b><i></b>" in first
    assert "<b>&lt;i&gt;</b>" in second
    assert third == first


def test_what_is_kept_is_kept_for_each_language(app):
    with app.test_request_context():
        macro = app.jinja_env.from_string(
            "{% macro say() %}{{ _('Today') }}{% endmacro %}"
        ).module.say
        keep = drawn_once(macro)
        with language.speaking("en"):
            english = keep()
        with language.speaking("zh_Hans"):
            chinese = keep()

    assert (english, chinese) == ("Today", "今天")


def test_sentences_in_templates_fill_in_values_and_escape_them(app):
    template = app.jinja_env.from_string("{{ _('Sign out (%(name)s)', name='<b>') }}")

    with app.test_request_context(), language.speaking("en"):
        assert template.render() == "Sign out (&lt;b&gt;)"


def test_after_speaking_another_language_it_is_the_readers_again(app):
    with app.test_request_context(headers={"Cookie": "lang=en"}):
        app.preprocess_request()
        assert language.current() == "en"
        with language.speaking("zh_Hans"):
            assert language.current() == "zh_Hans"
        assert language.current() == "en"
