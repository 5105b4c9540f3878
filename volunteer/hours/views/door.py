"""The blueprint of the pages of hours."""

from flask import Blueprint

blueprint = Blueprint("hours", __name__)
