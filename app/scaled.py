"""How gunicorn runs one of several web processes: `gunicorn -c python:app.scaled wsgi:application`.

The settings are those of the environment. WEB_PROCESSES says how many gunicorn keeps alive on this machine.
"""

import os

from app.config import read_settings
from app.server import PAGE_THREADS, server_options

globals().update(server_options(read_settings(), threads=PAGE_THREADS))
workers = int(os.environ.get("WEB_PROCESSES") or 2)
