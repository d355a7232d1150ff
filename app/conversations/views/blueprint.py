"""Where the routes of threads are put."""

from flask import Blueprint

pages = Blueprint("conversations", __name__)
