"""Homeroom. `create_app` assembles the house and decides nothing."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    accounts,
    announcements,
    api,
    calendars,
    calls,
    carrier,
    cli,
    conversations,
    delivery,
    directory,
    fax,
    live,
    pbx,
    practice,
    surveys,
    tables,  # noqa: F401  (for the database)
    video,
    voicemail,
    webhooks,
)
from app.accounts import languages
from app.config import Settings, read_settings
from app.core import (
    assets,
    compression,
    cookie_sessions,
    database,
    error_pages,
    forgery,
    frames,
    jobs,
    planner_statistics,
    presentation,
    rate_limits,
    security_headers,
    sqlite,
    strictness,
)
from app.core import logging as house_log
from app.core.bus import limits
from app.core.house import House
from app.core.rested_connections import ask_the_rested
from app.core.s3_files import S3FileStore
from app.core.s3_signing import Key
from app.core.spoken_templates import SpokenTemplates
from app.extensions import babel, csrf, db, limiter, login, migrate, socketio
from app.live import bus
from app.live.reserved import keep_names

POSTGRES = {
    "pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "connect_args": {"connect_timeout": 5},
}  # fmt: skip
"""Four processes then stay below the 100 connections that PostgreSQL allows by default."""
ROOMS = (
    accounts, directory, pbx, carrier, delivery, live, webhooks, conversations, announcements, surveys, calls, voicemail, fax, video,
    calendars, api,
)  # fmt: skip


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from `settings`, or from the environment. Raises SettingsRefused."""
    settings = settings or read_settings()
    house_log.configure(settings.log_format)
    app = House(__name__, template_folder="../templates", static_folder=None)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}  # before the first use of jinja_env
    app.jinja_environment = SpokenTemplates
    strictness.init_app(app)
    configure(app, settings)
    bind_libraries(app, settings)
    compression.init_app(app)
    house_log.init_app(app)
    cookie_sessions.init_app(app)
    forgery.init_app(app)
    security_headers.init_app(app, secure=settings.is_secure)
    error_pages.init_app(app)
    presentation.init_app(app)
    frames.init_app(app)
    assets.init_app(app)
    planner_statistics.init_app()
    for room in ROOMS:
        room.init_app(app)
    cli.init_app(app)
    jobs.init_app(app, settings.redis_url)
    if practice.is_wanted(settings):
        practice.mount(app, settings)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Translate our settings into those of the libraries."""
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_NAME="homeroom",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        RATELIMIT_STORAGE_OPTIONS=limits() if settings.redis_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(settings.redis_url),
        BABEL_TRANSLATION_DIRECTORIES="../translations",
    )
    if settings.behind_proxies:
        hops = settings.behind_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's documented way


def engine_options(settings: Settings) -> dict[str, object]:
    """How the database is reached. The values of statements, which are names and words of families, stay out of errors and logs."""
    pool = {} if settings.is_sqlite else POSTGRES
    return {"hide_parameters": True, **pool}


def bind_libraries(app: Flask, settings: Settings) -> None:
    """Tie each library to this application."""
    settings.data.mkdir(parents=True, exist_ok=True)
    if settings.s3_endpoint:
        key = Key(settings.s3_access_key, settings.s3_secret_key, settings.s3_region)
        app.extensions["files"] = S3FileStore(settings.s3_endpoint, settings.s3_bucket, key)
    database.init_app(app)
    with app.app_context():
        (sqlite.prepare if settings.is_sqlite else ask_the_rested)(db.engine)
    migrate.init_app(app, db)
    babel.init_app(app, locale_selector=languages.chosen, timezone_selector=languages.zone)
    csrf.init_app(app)
    login.init_app(app)
    rate_limits.init_app(app, limiter)
    socketio.init_app(
        app,
        async_mode="threading",
        client_manager=bus.build(settings.redis_url),
        transports=["websocket"],
        cors_allowed_origins=None,
        manage_session=False,
        ping_interval=20,
        ping_timeout=15,
    )
    keep_names(socketio.server)
