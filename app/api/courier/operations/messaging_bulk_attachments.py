"""Pictures and PDFs beside the words of a bulk message."""

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.announcements.models import AnnouncementState
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.models import Upload, UploadKind
from app.api.courier.queries.broadcasts import bulk_named
from app.api.courier.queries.uploads import files_of, upload_named
from app.api.courier.service import uploads as service
from app.api.courier.shapes import attachments as shapes
from app.api.refusals import Refused, Why
from app.conversations.service.attachments import file_store


@face.operation("listBulkAttachments", scope=Scope.ANNOUNCE)
def list_bulk_attachments(asked: Asked) -> Answer:
    """Oldest first."""
    staff, wanted = acting(asked), jsonapi.id_of(asked.query["bulk-message-id"])
    bulk_named(staff, wanted)
    files = files_of(wanted, kind=UploadKind.BULK, with_pending=asked.query.get("filter[include-pending]", False))
    return Answer(body=jsonapi.whole([shapes.of_bulk(each, file_store()) for each in files], asked))


@face.operation("createBulkAttachment", scope=Scope.ANNOUNCE)
def create_bulk_attachment(asked: Asked) -> Answer:
    """A ticket, while it is a draft of one's own."""
    staff, values = acting(asked), jsonapi.given(asked)
    wanted = jsonapi.id_of(values["bulk-message-id"])
    _row, announcement, author = bulk_named(staff, wanted)
    if author.id != staff.id or announcement.state != AnnouncementState.DRAFT:
        raise Refused(Why.STATE, "Files are put beside a draft of one's own. This bulk message is not one.", code="posted")
    ticket = service.reserve(staff, UploadKind.BULK, wanted, name=values.get("filename") or "", content_type=values["content-type"])
    return Answer(201, {"data": shapes.ticket(ticket)})


@face.operation("getBulkAttachment", scope=Scope.ANNOUNCE)
def get_bulk_attachment(asked: Asked) -> Answer:
    """One."""
    return _one(_own(asked, acting(asked)))


@face.operation("processBulkAttachmentUpload", scope=Scope.ANNOUNCE)
def process_bulk_attachment_upload(asked: Asked) -> Answer:
    """Judged by what is inside: pictures and PDFs."""
    staff = acting(asked)
    return _one(service.process(staff, _own(asked, staff)), status=201)


def _own(asked: Asked, staff: Staff) -> Upload:
    return upload_named(staff, jsonapi.path_id(asked), UploadKind.BULK)


def _one(upload: Upload, *, status: int = 200) -> Answer:
    return Answer(status, jsonapi.document(shapes.of_bulk(upload, file_store())))
