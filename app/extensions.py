"""Libraries that need the application, created unbound and tied to it by `create_app`."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_migrate import Migrate
from flask_socketio import SocketIO

from app.core.database import db
from app.core.forgery import FormGuard
from app.core.sign_in import SignedIn

babel = Babel()
csrf = FormGuard()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
login = SignedIn()
migrate = Migrate(render_as_batch=True, compare_type=True)
socketio = SocketIO()

__all__ = ["babel", "csrf", "db", "limiter", "login", "migrate", "socketio"]
