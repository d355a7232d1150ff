"""A FreePBX as its API answers: the token, the extensions of its Core module, and `doreload`. A real server on loopback."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

CLIENT, SECRET = "client", "a secret of the client"


@dataclass
class TelephoneSystem:
    """What it knows, and how it answers."""

    address: str = ""
    extensions: dict[str, dict[str, Any]] = field(default_factory=dict)
    reloads: int = 0
    tokens: int = 0
    is_broken: bool = False
    refuses: bool = False
    repeats: bool = False
    """Its errors say what was sent."""

    def app(self) -> Flask:
        """Its web server."""
        app = Flask("freepbx")

        @app.post("/admin/api/api/token")
        def token() -> Any:
            form = request.form
            if (form["grant_type"], form["client_id"], form["client_secret"]) != ("client_credentials", CLIENT, SECRET):
                return jsonify({"error": "invalid_client"}), 401
            self.tokens += 1
            return {"token_type": "Bearer", "expires_in": 3600, "access_token": f"token-{self.tokens}"}

        @app.post("/admin/api/api/gql")
        def gql() -> Any:
            if self.is_broken:
                return Response("<h1>Bad</h1>", 500)
            if request.headers.get("Authorization") != f"Bearer token-{self.tokens}":
                return jsonify({"error": "access_denied"}), 401
            query, variables = request.json["query"], request.json["variables"]
            if self.repeats and "input" in variables:
                words = f'Variable "$input" got invalid value {json.dumps(variables["input"])}'
                return {"errors": [{"message": words, "extensions": {"category": "graphql"}, "path": ["addExtension", words]}]}
            return {"data": self._answer(query, variables)}

        return app

    def _answer(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        fields = variables.get("input", {})
        number = str(fields.get("extensionId", variables.get("id")))
        if "fetchExtension" in query:
            there = self.extensions.get(number)
            user = {"extPassword": there["secret"]} if there else None
            return {"fetchExtension": {"status": there is not None, "message": "", "user": user}}
        if "doreload" in query:
            self.reloads += 1
            return {"doreload": {"status": "true", "message": "Doreload/apply config has been initiated."}}
        name = next(one for one in ("addExtension", "updateExtension", "deleteExtension") if one in query)
        is_there = number in self.extensions
        if self.refuses or is_there == (name == "addExtension"):
            return {name: {"status": False, "message": f"{fields} is already in use"}}
        if name == "deleteExtension":
            del self.extensions[number]
        else:
            old = self.extensions.get(number, {"secret": f"made-for-{number}"})
            self.extensions[number] = {**old, **fields, "secret": fields.get("extPassword", old["secret"])}
        return {name: {"status": True, "message": "done"}}


@contextmanager
def telephone_system() -> Iterator[TelephoneSystem]:
    """One that listens."""
    system = TelephoneSystem()
    server = make_server("127.0.0.1", 0, system.app(), threaded=True)
    system.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield system
    finally:
        server.shutdown()
        thread.join()
