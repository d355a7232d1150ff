"""Whether the house is there."""

from sqlalchemy import text

from app.api.answers import Answer
from app.api.asked import Asked
from app.api.common_services.face import face
from app.core.database import db


@face.operation("getStatus", scope=None)
def get_status(_asked: Asked) -> Answer:
    """A database that is away is told by the error pages, as a 503."""
    db.session.execute(text("SELECT 1"))
    return Answer(body={"message": "ok"})
