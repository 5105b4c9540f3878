"""Rendering a template that is no page: the texts of letters."""

from typing import Any

from jinja2 import Environment

_environment: Environment | None = None


def use(environment: Environment) -> None:
    """Render with this environment from now on; create_app() says which."""
    global _environment  # noqa: PLW0603 - set once, at start
    _environment = environment


def render(name: str, **context: Any) -> str:
    """The template's text. Needs an app context when the template holds sentences."""
    if _environment is None:
        raise RuntimeError("create_app() has not been called")
    return _environment.get_template(name).render(**context)
