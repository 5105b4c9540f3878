"""The forms of a page as a browser sees them, filled in as somebody might."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

SHOWS_NO_VALUE = {"submit", "button", "reset", "image", "file"}
# What somebody types where nothing stands yet.
TYPED = {
    "tel": "13800138000",
    "email": "wang@example.org",
    "number": "2",
    "date": "2031-05-06",
    "time": "10:30",
    "url": "https://example.org/x",
    "password": "a short sentence",
}

# Days and hours are typed as people say them.
BY_NAME = {
    "day": "后天",
    "on": "后天",
    "at": "15:00",
    "starts": "15:00",
    "ends": "16:00",
    "from": "15:00",
    "until": "16:00",
}


@dataclass
class Field:
    """One name of a form, and what a browser would send for it."""

    name: str
    kind: str
    values: list[str] = field(default_factory=list)
    # What may be chosen, where it is a choice.
    options: list[str] = field(default_factory=list)

    def filled_in(self) -> list[str]:
        if any(self.values) or self.kind in {"hidden", "button"}:
            return self.values
        if self.kind in {"select", "radio"}:
            return [value for value in self.options if value][:1] or self.options[:1]
        if self.kind == "checkbox":
            return self.options[:1]
        last = self.name.rpartition("-")[2].rpartition("_")[2]
        return [TYPED.get(self.kind) or BY_NAME.get(last, "王小芳")]


@dataclass
class Form:
    """Where it is sent, and its fields by name."""

    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def looks(self) -> tuple[str, ...]:
        """Two forms with the same names at the same place are the same form."""
        return (*sorted(self.fields), *sorted(name for name, _value in self.buttons))

    def filled_in(self) -> dict[str, list[str]]:
        return {name: one.filled_in() for name, one in self.fields.items()}


class Reader(HTMLParser):
    """Collects what would be posted."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[Form] = []
        self.form: Form | None = None
        self.select: Field | None = None
        self.textarea: Field | None = None

    def field_of(self, name: str, kind: str) -> Field:
        assert self.form is not None
        return self.form.fields.setdefault(name, Field(name, kind))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            action = urljoin(self.address, told.get("action") or self.address)
            self.form = Form(action)
            if told.get("method", "").lower() == "post":
                self.forms.append(self.form)
        if self.form is None:
            return
        name = told.get("name", "")
        if tag == "button" and name:
            self.form.buttons.append((name, told.get("value", "")))
        elif tag == "input" and name:
            self.take_input(name, told.get("type", "text"), told)
        elif tag == "select" and name:
            self.select = self.field_of(name, "select")
        elif tag == "option" and self.select is not None:
            self.select.options.append(told.get("value", ""))
            if "selected" in told:
                self.select.values.append(told.get("value", ""))
        elif tag == "textarea" and name:
            self.textarea = self.field_of(name, "textarea")
            self.textarea.values.append("")

    def take_input(self, name: str, kind: str, told: dict[str, str]) -> None:
        assert self.form is not None
        value = told.get("value", "")
        if kind == "submit":
            self.form.buttons.append((name, value))
        elif kind in {"radio", "checkbox"}:
            one = self.field_of(name, kind)
            one.options.append(value or "on")
            if "checked" in told:
                one.values.append(value or "on")
        elif kind not in SHOWS_NO_VALUE:
            self.field_of(name, kind).values.append(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.textarea = None

    def handle_data(self, data: str) -> None:
        if self.textarea is not None:
            self.textarea.values[-1] += data


def forms_of(address: str, page: str) -> Iterator[Form]:
    reader = Reader(address)
    reader.feed(page)
    yield from reader.forms
