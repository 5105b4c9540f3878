"""Rendering a template that is no page, such as a letter; keeping what templates compile to."""

import contextlib
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache
from jinja2.bccache import Bucket

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
