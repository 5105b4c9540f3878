"""The blueprint of the first pages, and of those for operators."""

from flask import Blueprint

blueprint = Blueprint("home", __name__)
