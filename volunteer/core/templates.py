"""How templates are drawn: what makes pages quick, and the texts of letters, which are no pages."""

import contextlib
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, Template, nodes, pass_eval_context
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro
from markupsafe import Markup

from volunteer.core import addresses, language

_environment: Environment | None = None

# They stand many times on a page, and nothing of any person goes into them: an icon by its name, a
# day of the calendar, a state, a date of a team. What was drawn is kept.
KEPT = (
    "components/icon.html",
    "components/leaf.html",
    "home/_open_row.html",
    "home/_own_row.html",
)
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
            macro = Path(self.name).stem.removeprefix("_")
            setattr(module, macro, drawn_once(getattr(module, macro)))
        return module


class OurContext(Context):
    """Calls what a page calls without asking each time whether it wants to know the page: a page
    calls a hundred things, and the asking took longer than most of them."""

    def call(self, what: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        is_macro = type(what) is Macro
        if not is_macro and (type(what) not in PLAIN or hasattr(what, "jinja_pass_arg")):
            return super().call(what, *args, **kwargs)
        return what(self.eval_ctx, *args, **kwargs) if is_macro else what(*args, **kwargs)


PLAIN = (FunctionType, MethodType)
# What says a sentence, by its name in templates.
SAYING = {"_": "say", "gettext": "say", "ngettext": "say_number"}


class OurCode(CodeGenerator):
    """What a template is compiled to. Sentences are said, and macros drawn, without asking what
    `_` or a name that was imported means on this page; and what is safe already is not wrapped
    once more: together a tenth of a page."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Names that stand for macros, in a template that names no two things alike.
        self.macros = {"caller"}

    def visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:  # noqa: N802
        self.macros |= {name if isinstance(name, str) else name[1] for name in node.names}
        super().visit_FromImport(node, frame)

    def visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:  # noqa: N802
        self.macros.add(node.name)
        super().visit_Macro(node, frame)

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802
        self.writeline("from volunteer.core.language import say, say_number")
        self.writeline("from volunteer.core.quoting import quoted")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        is_html = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile
        if is_html and finalize.src is None:
            self.write("quoted(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name in SAYING:
            self.write(f"{SAYING[name]}(context.eval_ctx")
        elif name in self.macros:
            self.visit(node.node, frame)
            self.write("(context.eval_ctx")
        else:
            self.write("context.call(")
            self.visit(node.node, frame)
        # Without the loop's and the block's own names: nothing here wants to know the page.
        self.signature(node, frame, {"caller": "caller"} if forward_caller else None)
        self.write(")")


def drawn_once(macro: Macro) -> Callable[..., Markup]:
    """The macro, which draws the same for the same arguments in one language."""

    # `typed`: a text and a piece of a page that look alike are not the same.
    @lru_cache(MOST_KEPT, typed=True)
    def draw(_language: str, _root: str, *args: object, **kwargs: object) -> Markup:
        return Markup(macro(*args, **kwargs))  # noqa: S704 - a macro has escaped what it was given

    @pass_eval_context
    def drawn(_context: EvalContext, /, *args: object, **kwargs: object) -> Markup:
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
    environment.context_class = OurContext
    environment.code_generator_class = OurCode
    environment.globals["kept"] = kept
    global _environment  # noqa: PLW0603 - set once, at start
    _environment = environment


def render(name: str, **context: Any) -> str:
    """The template's text. Needs an app context when the template holds sentences."""
    if _environment is None:
        raise RuntimeError("create_app() has not been called")
    return _environment.get_template(name).render(**context)


# Counts up when OurCode writes something else: what another version has compiled is not for us.
COMPILED = "ours-4-%s.cache"


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
    environment.bytecode_cache = CompiledTemplates(str(folder), COMPILED)
