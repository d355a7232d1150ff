"""Files for messages and faxes."""

from urllib.parse import quote

from werkzeug.wsgi import FileWrapper

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.identifiers import id24
from app.api.refusals import Refused, Why
from app.api.ringplan import files
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.service import uploads
from app.api.ringplan.shapes.files import file
from app.core.database import release_connection
from app.core.uploads import UPLOAD_LIMIT

ANY = "application/octet-stream"


@face.operation("uploadFile", scope=None, limit=UPLOAD_LIMIT + 1024 * 1024)
def upload_file(asked: Asked) -> Answer:
    """Keep it, for whoever sends texts or faxes."""
    if not asked.caller.scopes & {Scope.SEND_TEXTS, Scope.SEND_FAXES}:
        raise Refused(Why.NOT_ALLOWED, "This key sends neither texts nor faxes. An admin can make one that does.", code="missing_scope")
    if "file" not in asked.files:
        raise Refused(Why.INVALID, "Send the file as a part named “file”, with a file name.", field="body/file")
    company = company_of(asked.staff)
    row = uploads.take(asked.staff, asked.files["file"], description=asked.body.get("description"))
    small = files.read(files.Named(row.thumbnail_key, row.name, ANY)).stream.read() if row.thumbnail_key else None
    return Answer(201, file(row, company_id=company.id, user_id=id24(asked.staff.uuid), small=small))


@face.operation("downloadFile", scope=None)
def download_file(asked: Asked) -> Answer:
    """Its bytes."""
    named = files.readable(asked.caller, asked.path["file_id"])
    release_connection()
    found = files.read(named)
    headers = {
        "Content-Length": str(found.size),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(body=iter(FileWrapper(found.stream)), headers=headers, content_type=ANY)
