"""Libraries that need the application, created unbound and tied to it by `create_app`."""

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect

from app.core.database import db

babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
login = LoginManager()
migrate = Migrate(render_as_batch=True, compare_type=True)
socketio = SocketIO()

__all__ = ["babel", "csrf", "db", "limiter", "login", "migrate", "socketio"]
