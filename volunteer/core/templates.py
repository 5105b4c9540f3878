"""How templates are drawn: what makes pages quick, and the texts of letters, which are no pages."""

import contextlib
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, Template
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from volunteer.core import addresses, language

_environment: Environment | None = None

# They stand thirty times on a page, and nothing that anybody typed goes into them: an icon by its
# name, a day of the calendar. What was drawn is kept.
KEPT = ("components/icon.html", "components/leaf.html")
MOST_KEPT = 1000


class OurTemplate(Template):
    """A template whose macros are the same for every page: they know nothing but the environment.

    Jinja would compare all names that a page knows with all that the macro's file knows, at every
    `from … import`. A page of ours has twenty of them, and that was a fifth of drawing it. What the
    environment knows is kept as a plain dictionary: it is copied each time something is drawn.
    """

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],  # noqa: A002 - Jinja's name
        uptodate: Callable[[], bool] | None = None,
    ) -> Template:
        return super().from_code(environment, code, dict(globals), uptodate)

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        is_new = self._module is None
        module = super()._get_default_module()
        if is_new and self.name in KEPT:
            macro = Path(self.name).stem
            setattr(module, macro, drawn_once(getattr(module, macro)))
        return module


def drawn_once(macro: Macro) -> Callable[..., Markup]:
    """The macro, which draws the same for the same arguments in one language."""

    # `typed`: a text and a piece of a page that look alike are not the same.
    @lru_cache(MOST_KEPT, typed=True)
    def draw(_language: str, _root: str, *args: object, **kwargs: object) -> Markup:
        return Markup(macro(*args, **kwargs))  # noqa: S704 - a macro has escaped what it was given

    def drawn(*args: object, **kwargs: object) -> Markup:
        return draw(language.current(), addresses.root(), *args, **kwargs)

    return drawn


_parts: dict[tuple[str, str, str], Markup] = {}


def kept(name: str, caller: Callable[[], str]) -> str:
    """A part of a page in which only our own sentences and addresses stand: drawn once in each
    language. Each has a name of its own. Usage: {% call kept("own-cards") %}…{% endcall %}."""
    if not language.is_spoken():
        return caller()
    place = (language.current(), addresses.root(), name)
    if place not in _parts:
        _parts[place] = Markup(caller())  # noqa: S704 - a template has escaped what it was given
    return _parts[place]


def use(environment: Environment) -> None:
    """Render with this environment from now on; create_app() says which."""
    environment.template_class = OurTemplate
    environment.globals["kept"] = kept
    global _environment  # noqa: PLW0603 - set once, at start
    _environment = environment


def render(name: str, **context: Any) -> str:
    """The template's text. Needs an app context when the template holds sentences."""
    if _environment is None:
        raise RuntimeError("create_app() has not been called")
    return _environment.get_template(name).render(**context)


class CompiledTemplates(FileSystemBytecodeCache):
    """Compiled templates in a folder, as Python keeps compiled modules.

    One that has changed since is compiled anew. Where nothing can be written, nothing is kept.
    """

    def dump_bytecode(self, bucket: Bucket) -> None:
        # A full disk must not cost anybody the page that they can read.
        with contextlib.suppress(OSError):
            super().dump_bytecode(bucket)


def keep_compiled(environment: Environment, folder: Path) -> None:
    """Keep what templates are compiled to: that took half of the time to the first page."""
    # Its own, and ours alone: whoever could write there could have the server run anything.
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment.bytecode_cache = CompiledTemplates(str(folder))
