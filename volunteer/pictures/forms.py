"""Where people choose or take a photo."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import Form
from wtforms.validators import StopValidation

from volunteer.core.errors import DomainError
from volunteer.core.language import lazy_gettext as __
from volunteer.pictures import keeping
from volunteer.pictures.keeping import Photo


class PictureField(FileField):  # type: ignore[misc]  # Flask-WTF is untyped
    """A photo, or none; `photo` is what may be kept once the form is valid.

    The view that shows it is marked with `takes_picture`, else 2 MB is the most.
    """

    photo: Photo | None = None

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault(
            "description", __("A photo from your phone. We take out where and when it was taken.")
        )
        # Named one by one, so that phones turn their own formats into one of these.
        options.setdefault("render_kw", {"accept": "image/jpeg,image/png,image/webp"})
        super().__init__(label, validators, **options)

    def pre_validate(self, form: Form) -> None:
        if not self.data:
            return
        try:
            self.photo = keeping.read(self.data.read())
        except DomainError as error:
            raise StopValidation(str(error)) from error
