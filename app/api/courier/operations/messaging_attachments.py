"""Files of messages: brought beside a draft, and read beside what was posted."""

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting
from app.api.courier.face import face
from app.api.courier.models import Upload, UploadKind
from app.api.courier.queries.messages import draft_named, message_named
from app.api.courier.queries.uploads import attachment_of_message, attachments_of, files_of, upload_named
from app.api.courier.service import uploads as service
from app.api.courier.shapes import attachments as shapes
from app.api.refusals import Refused, Why
from app.conversations.service.attachments import file_store
from app.core.errors import NotVisible


@face.operation("listAttachments", scope=Scope.READ_TEXTS)
def list_attachments(asked: Asked) -> Answer:
    """Of a message, or of one's own draft."""
    staff, wanted, store = acting(asked), jsonapi.id_of(asked.query["message-id"]), file_store()
    if draft_named(staff, wanted):
        files = files_of(wanted, with_pending=asked.query.get("filter[include-pending]", False))
        return Answer(body=jsonapi.whole([shapes.of_draft(each, store) for each in files], asked))
    message, _talk = message_named(staff, wanted)
    return Answer(body=jsonapi.whole([shapes.of_message(each, wanted, store) for each in attachments_of(message)], asked))


@face.operation("createAttachment", scope=Scope.SEND_TEXTS)
def create_attachment(asked: Asked) -> Answer:
    """A ticket. Files go along with a draft: what was posted has left already."""
    staff, values = acting(asked), jsonapi.given(asked)
    wanted = jsonapi.id_of(values["message-id"])
    if draft_named(staff, wanted) is None:
        message_named(staff, wanted)
        sentence = "This message was posted. Keep a message as a draft, put the file beside it, and release it then."
        raise Refused(Why.STATE, sentence, code="posted")
    ticket = service.reserve(
        staff, UploadKind.MESSAGE, wanted, name=values.get("filename") or "", content_type=values["content-type"]
    )  # fmt: skip
    return Answer(201, {"data": shapes.ticket(ticket)})


@face.operation("getAttachment", scope=Scope.READ_TEXTS)
def get_attachment(asked: Asked) -> Answer:
    """One."""
    staff = acting(asked)
    try:
        attachment, message = attachment_of_message(staff, jsonapi.path_id(asked))
    except NotVisible:
        return _draft(_own(asked, staff))
    return Answer(body=jsonapi.document(shapes.of_message(attachment, message, file_store())))


@face.operation("updateAttachment", scope=Scope.SEND_TEXTS)
def update_attachment(asked: Asked) -> Answer:
    """Removed from its draft, or restored. What was posted stays."""
    staff, values = acting(asked), jsonapi.given(asked)
    return _draft(service.remove(_own(asked, staff), is_removed=values["removed"]))


@face.operation("processAttachmentUpload", scope=Scope.SEND_TEXTS)
def process_attachment_upload(asked: Asked) -> Answer:
    """Judged by what is inside."""
    staff = acting(asked, asked.body.get("individual-id"))
    return _draft(service.process(staff, _own(asked, staff)), status=201)


def _own(asked: Asked, staff: Staff) -> Upload:
    return upload_named(staff, jsonapi.path_id(asked), UploadKind.MESSAGE)


def _draft(upload: Upload, *, status: int = 200) -> Answer:
    return Answer(status, jsonapi.document(shapes.of_draft(upload, file_store())))
