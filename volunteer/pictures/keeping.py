"""Making a photo harmless, keeping it, and forgetting it."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from volunteer.core.database import session, transaction
from volunteer.people.models import Person
from volunteer.pictures.errors import NotAPicture, TooManyPoints
from volunteer.pictures.models import Picture

# Imported where a photo is read: few requests bring one.
if TYPE_CHECKING:
    from PIL.Image import Image

# What phones and browsers send. Others have had dangerous readers, and nobody misses them.
FORMATS = ("JPEG", "PNG", "WEBP")
# A phone's largest photo has about 50 million points; one that claims more is made to fill memory.
MOST_POINTS = 64_000_000
# Enough to read the small print of a receipt.
LONGEST_SIDE = 1600
QUALITY = 80
# So many are forgotten in one run; the next one goes on.
AT_ONCE = 200


@dataclass(frozen=True)
class Photo:
    """A photo made anew, not kept yet."""

    content: bytes
    width: int
    height: int


def read(content: bytes) -> Photo:
    """The photo in these bytes as a new JPEG: upright, at most 1600 points long, without the place,
    the hour, the phone or anything else that was written into it.

    Raises NotAPicture or TooManyPoints.
    """
    from PIL import Image

    try:
        with Image.open(BytesIO(content), formats=FORMATS) as sent:
            if sent.width * sent.height > MOST_POINTS:
                raise TooManyPoints
            # Lets a JPEG be read small at once, which costs a quarter.
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turned = upright(sent)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            fresh = on_white(turned)
    except Image.DecompressionBombError as error:
        raise TooManyPoints from error
    # Broken files end in any of these, depending on where they break.
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPicture from error
    out = BytesIO()
    fresh.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), fresh.width, fresh.height)


def upright(image: "Image") -> "Image":
    """Turned as the phone has noted. ImageOps.exif_transpose() also writes anew whatever else is
    noted, and stumbles over what phones get wrong there."""
    from PIL.ExifTags import Base
    from PIL.Image import Transpose

    turns: dict[Any, Transpose] = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(image.getexif().get(Base.Orientation))
    return image if turn is None else image.transpose(turn)


def on_white(image: "Image") -> "Image":
    """Only the points, on white where they are see-through; what else an image holds stays."""
    from PIL import Image

    points = image.convert("RGBA")
    fresh = Image.new("RGB", points.size, "white")
    fresh.paste(points, mask=points.getchannel("A"))
    return fresh


def keep(photo: Photo, *, by: Person) -> Picture:
    """Keep the photo, in the transaction of the record that will point to it."""
    with transaction():
        picture = Picture(
            content=photo.content, width=photo.width, height=photo.height, kept_by_id=by.id
        )
        session.add(picture)
        # The record needs its number.
        session.flush()
        return picture


def forget_all(column: InstrumentedAttribute[int | None], which: ColumnElement[bool]) -> int:
    """The photos that this column points to in such rows of its table, for good, the oldest first;
    the rows stay. Answers how many. Where there is none, nothing is held."""
    numbers = session.scalars(
        select(column).where(which, column.is_not(None)).order_by(column).limit(AT_ONCE)
    ).all()
    if not numbers:
        return 0
    with transaction():
        for statement in (
            update(column.class_).where(column.in_(numbers)).values({column.key: None}),
            delete(Picture).where(Picture.id.in_(numbers)),
        ):
            session.execute(statement.execution_options(synchronize_session=False))
        session.expire_all()
    return len(numbers)


def forget(picture: Picture) -> None:
    """Take the photo away for good; nothing may point to it any more."""
    with transaction():
        session.delete(picture)
