"""The pages of people."""

from flask import Blueprint

pages = Blueprint("directory", __name__)

from app.directory.views import consent, editing, families, groups, numbers, people, schools  # noqa: E402, F401  (they put their routes on the blueprint)
