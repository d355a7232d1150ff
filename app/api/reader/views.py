"""The pages for developers: what each face takes and answers, and how to begin."""

import json
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, render_template, request

from app.accounts.permissions import public
from app.accounts.scope_words import SCOPE_WORDS
from app.api.reader.news import news_of
from app.api.reader.outline import Served, groups_of
from app.api.reader.quick import QUICK, shown
from app.api.reader.shelf import FACES, LIVE, OWN, live_feed, live_messages, own_events, own_kinds
from app.api.reader.writing import ROOT, line, programs, prose
from app.config import Settings

pages = Blueprint("developers", __name__, url_prefix="/developers")
_WRITTEN = ROOT / "contracts"


@pages.context_processor
def always() -> dict[str, Any]:
    """What every page of these shows."""
    return {"faces": FACES, "prose": prose, "line": line, "news_of": news_of, "house_address": request.url_root.rstrip("/")}


@pages.get("/")
@public
def home() -> str:
    """All faces."""
    counts = {slug: sum(not each.reason for group in groups_of(served) for each in group.operations) for slug, served in FACES.items()}
    return render_template("developers/home.html", counts=counts)


@pages.get("/<slug>")
@public
def face(slug: str) -> str:
    """One face: its rules and its operations, a line each."""
    served = _served(slug)
    return render_template("developers/face.html", slug=slug, served=served, groups=groups_of(served), group=None)


@pages.get("/<slug>/<group>")
@public
def group(slug: str, group: str) -> str:
    """The operations of one tag, whole."""
    served = _served(slug)
    groups = groups_of(served)
    chosen = next((each for each in groups if each.slug == group), None) or abort(404)
    return render_template("developers/group.html", slug=slug, served=served, groups=groups, group=chosen)


@pages.get("/<slug>/news")
@public
def news(slug: str) -> str:
    """What a face tells by itself: its webhooks and callbacks."""
    served = _served(slug)
    told = news_of(served) or abort(404)
    return render_template("developers/news.html", slug=slug, served=served, groups=groups_of(served), told=told)


@pages.get("/<slug>/openapi.json")
@public
def contract_json(slug: str) -> Response:
    """The contract, with this house as its server."""
    served = _served(slug)
    server = {"url": request.url_root.rstrip("/") + served.face.prefix}
    return _download(
        json.dumps({**served.contract.document, "servers": [server]}, ensure_ascii=False), "application/json", f"{slug}.openapi.json"
    )


@pages.get("/<slug>/openapi.yaml")
@public
def contract_yaml(slug: str) -> Response:
    """The contract as people write it."""
    _served(slug)
    return _download((_WRITTEN / f"{slug}.openapi.yaml").read_text(encoding="utf-8"), "application/yaml", f"{slug}.openapi.yaml")


@pages.get("/live-feed")
@public
def live() -> str:
    """The messages of the Socket.IO feed."""
    return render_template("developers/live.html", document=live_feed(), messages=live_messages())


@pages.get("/live-feed/asyncapi.json")
@public
def live_json() -> Response:
    """The AsyncAPI document."""
    return _download(json.dumps(live_feed(), ensure_ascii=False), "application/json", f"{LIVE}.json")


@pages.get("/live-feed/asyncapi.yaml")
@public
def live_yaml() -> Response:
    """The same as people write it."""
    return _download((_WRITTEN / f"{LIVE}.yaml").read_text(encoding="utf-8"), "application/yaml", f"{LIVE}.yaml")


@pages.get("/webhooks")
@public
def events() -> str:
    """The kinds of events that endpoints of the settings page hear of."""
    return render_template("developers/events.html", document=own_events(), kinds=own_kinds())


@pages.get("/webhooks/openapi.json")
@public
def events_json() -> Response:
    """The OpenAPI document."""
    return _download(json.dumps(own_events(), ensure_ascii=False), "application/json", f"{OWN}.json")


@pages.get("/webhooks/openapi.yaml")
@public
def events_yaml() -> Response:
    """The same as people write it."""
    return _download((_WRITTEN / f"{OWN}.yaml").read_text(encoding="utf-8"), "application/yaml", f"{OWN}.yaml")


@pages.get("/quick-starts/<name>")
@public
def quick(name: str) -> str:
    """From nothing to a reply, with curl and Python."""
    settings: Settings = current_app.extensions["settings"]
    text = shown(name, request.url_root.rstrip("/"), demo=settings.demo) or abort(404)
    return render_template(
        "developers/quick.html", name=name, quick=QUICK[name], text=text, demo=settings.demo, programs=programs, scope_words=SCOPE_WORDS
    )


def _served(slug: str) -> Served:
    return FACES.get(slug) or abort(404)


def _download(text: str, kind: str, name: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response


def init_app(app: Flask) -> None:
    """Open the pages."""
    app.register_blueprint(pages)
