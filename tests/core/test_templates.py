"""What is drawn once is what would be drawn each time; compiled templates are kept."""

from collections import Counter
from functools import cache

import pytest
from jinja2 import DictLoader, Environment, UndefinedError, nodes
from jinja2.compiler import CodeGenerator
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

from tests.servers import ROOT
from volunteer.core import language, templates
from volunteer.core.templates import SAYING, drawn_once


@cache
def parsed_templates():
    """All our templates, by file; it takes a second."""
    environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701 - reads only
    files = sorted((ROOT / "templates").rglob("*.*"))
    return {file: environment.parse(file.read_text("utf-8")) for file in files}


def drawn(app, words):
    """What a component makes of these words, one after the other."""
    macro = app.jinja_env.from_string(
        "{% macro say(words) %}<b>{{ words }}</b>{{ _('Today') }}{% endmacro %}"
    ).module.say
    keep = drawn_once(macro)
    return [keep(EvalContext(app.jinja_env), word) for word in words]


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
        keep, page = drawn_once(macro), EvalContext(app.jinja_env)
        with language.speaking("en"):
            english = keep(page)
        with language.speaking("zh_Hans"):
            chinese = keep(page)

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


EVERYTHING = """
{% macro box(words, kind="") %}<b{{ " class=" ~ kind if kind }}>{{ words }}</b>{{ caller() }}
{%- endmacro %}
{% call box(typed, kind="<x>") %}{% for one in [typed, piece, 3, none, lazy] %}{{ one }};
{{ _("Sign out (%(name)s)", name=one) }}{{ loop.index }}{% endfor %}{% endcall %}{{ typed|upper }}
{{ ngettext("%(num)d person", "%(num)d people", many) }}
{% trans name=typed %}Dear {{ name }}{% endtrans %}{% set part %}{{ typed }}{% endset %}{{ part }}
{{ kinds.get("a", typed) }}{{ url_for("home.show_help") }}
{% autoescape false %}{{ typed }}{{ _("Today") }}{% endautoescape %}{{ "100 %" }}"""


def test_what_templates_are_compiled_to_draws_what_jinja_itself_would_draw(app):
    plain = app.jinja_env.overlay()
    plain.code_generator_class, plain.context_class = CodeGenerator, Context
    told = {
        "typed": "<i>'&", "piece": Markup("<i>"), "lazy": language.lazy_gettext("Today"),
        "many": 2, "kinds": {},
    }  # fmt: skip

    with app.test_request_context(), language.speaking("en"):
        ours = app.jinja_env.from_string(EVERYTHING).render(told)
        theirs = plain.from_string(EVERYTHING).render(told)

    # Python and markupsafe write the same two signs in two ways.
    assert ours == theirs.replace("&#39;", "&#x27;").replace("&#34;", "&quot;")
    assert "&lt;i&gt;&#x27;&amp;" in ours


def test_a_misspelt_name_is_an_error_still(app):
    with pytest.raises(UndefinedError), app.test_request_context():
        app.jinja_env.from_string("<p>{{ nobody }}</p>").render()


@pytest.mark.walks
def test_no_template_calls_anything_else_by_the_names_that_say_sentences():
    for file, tree in parsed_templates().items():
        given = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        assert not given & SAYING.keys(), file


def test_no_template_calls_anything_else_by_the_name_of_a_macro():
    for file, tree in parsed_templates().items():
        macros = {macro.name for macro in tree.find_all(nodes.Macro)}
        for line in tree.find_all(nodes.FromImport):
            macros |= {name if isinstance(name, str) else name[1] for name in line.names}
        given = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"}
        assert not given & macros, file


def drawing(text, folder):
    environment = Environment(loader=DictLoader({"hello.html": text}), autoescape=True)
    templates.keep_compiled(environment, folder)
    return environment.get_template("hello.html").render()


def test_what_a_template_was_compiled_to_is_kept_for_the_next_process(tmp_path):
    folder = tmp_path / "templates"

    first = drawing("Good morning", folder)
    kept = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    second = drawing("Good morning", folder)

    assert first == second == "Good morning"
    assert len(kept) == 1
    assert kept == {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_a_changed_template_is_compiled_anew(tmp_path):
    drawing("Good morning", tmp_path / "templates")

    assert drawing("Good evening", tmp_path / "templates") == "Good evening"


def test_only_its_owner_may_enter_the_folder(tmp_path):
    drawing("Good morning", tmp_path / "templates")

    assert (tmp_path / "templates").stat().st_mode & 0o777 == 0o700


def test_a_page_is_drawn_where_nothing_can_be_kept(tmp_path):
    folder = tmp_path / "templates"
    environment = Environment(loader=DictLoader({"hello.html": "Hello"}), autoescape=True)
    templates.keep_compiled(environment, folder)
    folder.rmdir()

    assert environment.get_template("hello.html").render() == "Hello"


# --- parts of pages that are kept -----------------------------------------------------------

# What depends on the language and on where the service stands alone.
SAME_FOR_ALL = {"_", "url_for", "asset"}


def kept_parts():
    """Every part that a template keeps: its name, and the names that it takes from outside."""
    for tree in parsed_templates().values():
        drawn_alike = SAME_FOR_ALL | {
            alias if isinstance(alias, str) else alias[1]
            for one in tree.find_all(nodes.FromImport)
            for alias in one.names
        }
        for block in tree.find_all(nodes.CallBlock):
            if getattr(block.call.node, "name", None) == "kept":
                (key,) = block.call.args
                asked = {one.name for part in block.body for one in part.find_all(nodes.Name)}
                yield key.value, asked - drawn_alike


def test_nothing_kept_depends_on_who_asks():
    parts = list(kept_parts())

    assert len(parts) > 2
    assert [part for part in parts if part[1]] == []


@pytest.mark.walks
def test_each_kept_part_has_a_name_of_its_own():
    assert set(Counter(name for name, _asked in kept_parts()).values()) == {1}


def test_a_part_is_drawn_once_in_each_language(app, monkeypatch):
    monkeypatch.setattr(templates, "_parts", {})
    drawn = []
    page = app.jinja_env.from_string(
        "{% call kept('part-of-a-test') %}{{ seen() }}{{ _('Today') }}{% endcall %}"
    )
    with app.test_request_context():
        said = []
        for spoken in ("en", "zh_Hans", "en"):
            with language.speaking(spoken):
                said.append(page.render(seen=lambda: drawn.append(1) or ""))

    assert said == ["Today", "今天", "Today"]
    assert len(drawn) == 2


def test_without_a_language_nothing_is_kept(app):
    page = app.jinja_env.from_string("{% call kept('of-another-test') %}{{ words }}{% endcall %}")

    assert [page.render(words=words) for words in ("one", "two")] == ["one", "two"]


def test_a_name_with_a_dot_stays_in_one_piece(app):
    macro = app.jinja_env.get_template("components/whole.html").module.whole

    assert "\u2060·\u2060买买提</span>" in macro("阿依古丽·买买提")
    assert macro("<王>") == '<span class="in-one">&lt;王&gt;</span>'
