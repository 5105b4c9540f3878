"""Compiled templates are kept, and are never a reason that a page cannot be drawn."""

from jinja2 import DictLoader, Environment

from volunteer.core import templates


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
