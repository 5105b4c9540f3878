"""Files that people take along."""

from io import BytesIO

from flask import Response, send_file


def table(content: bytes, name: str) -> Response:
    """A CSV file as `sheets.written` makes it, to be saved as "name.csv"."""
    return send_file(
        BytesIO(content), mimetype="text/csv", as_attachment=True, download_name=f"{name}.csv"
    )
