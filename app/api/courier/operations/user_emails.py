"""Emails to one family or one colleague, and the files in them."""

from app.accounts.models import Staff
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.acting import acting, acting_as_owner
from app.api.courier.face import face
from app.api.courier.models import EmailStatus, Upload, UploadKind, UserEmail
from app.api.courier.queries import users as queries
from app.api.courier.queries.organizations import homes_of, school_id_of, uuid_of
from app.api.courier.queries.uploads import files_of, upload_anywhere
from app.api.courier.service import emails as service
from app.api.courier.service import uploads
from app.api.courier.service.emails import NewEmail
from app.api.courier.shapes import attachments as files
from app.api.courier.shapes import users as shapes
from app.api.courier.views.downloads import link_to
from app.api.refusals import Refused, Why
from app.core.database import db


@face.operation("listUserEmails", scope=Scope.SEND_TEXTS)
def list_user_emails(asked: Asked) -> Answer:
    """Of one author, newest first."""
    staff = acting(asked)
    found, total = jsonapi.page_of(asked, queries.email_rows(staff))
    homes = homes_of(staff.district_id, {each.school_id for each, _by in found})
    shown = [shapes.email(each, staff.uuid, by.uuid, homes[each.school_id]) for each, by in found]
    return Answer(body=jsonapi.listing(shown, asked, total))


@face.operation("createUserEmail", scope=Scope.SEND_TEXTS)
def create_user_email(asked: Asked) -> Answer:
    """Sent at once, unless `auto-send` is off."""
    values = jsonapi.given(asked)
    author = acting(asked, values["individual-id"])
    organization = jsonapi.id_or_none(values.get("sender-organization-id"))
    wanted = NewEmail(
        values["to"], values["subject"], values.get("message"), values.get("message-html"), school_id_of(author, organization)
    )
    email = service.write(author, acting(asked), wanted)
    if values.get("auto-send", True):
        email = service.send(author, email)
    return _one(email, author, status=201)


@face.operation("getUserEmail", scope=Scope.SEND_TEXTS)
def get_user_email(asked: Asked) -> Answer:
    """One of somebody as whom the caller may act."""
    email, author = _named(asked)
    return _one(email, author)


@face.operation("sendUserEmail", scope=Scope.SEND_TEXTS)
def send_user_email(asked: Asked) -> Answer:
    """A draft leaves, once."""
    email, author = _named(asked)
    return _one(service.send(author, email), author, status=201)


@face.operation("listEmailAttachments", scope=Scope.SEND_TEXTS)
def list_email_attachments(asked: Asked) -> Answer:
    """Also those that are still on their way."""
    email = queries.email_anywhere(asked.staff, jsonapi.id_of(asked.query["email-id"]))
    acting_as_owner(asked, email.staff_id)
    found = files_of(email.uuid, kind=UploadKind.EMAIL, with_pending=True)
    return Answer(body=jsonapi.whole([files.of_email(each, None) for each in found], asked))


@face.operation("createEmailAttachment", scope=Scope.SEND_TEXTS)
def create_email_attachment(asked: Asked) -> Answer:
    """A ticket, while the email is a draft."""
    values = jsonapi.given(asked)
    email = queries.email_anywhere(asked.staff, jsonapi.id_of(values["email-id"]))
    author = acting_as_owner(asked, email.staff_id)
    if email.status != EmailStatus.DRAFT:
        raise Refused(Why.STATE, "This email was sent. Write one with auto-send off, and put the file beside it.", code="posted")
    ticket = uploads.reserve(author, UploadKind.EMAIL, email.uuid, name=values["filename"], content_type=values["content-type"])
    return Answer(201, files.ticket(ticket))


@face.operation("getEmailAttachment", scope=Scope.SEND_TEXTS)
def get_email_attachment(asked: Asked) -> Answer:
    """One, with an address to fetch it at where that is wanted."""
    upload, _author = _file(asked)
    link = link_to(upload) if asked.query.get("with-link", False) and upload.ready_at is not None else None
    return Answer(body=jsonapi.document(files.of_email(upload, link)))


@face.operation("processEmailAttachmentUpload", scope=Scope.SEND_TEXTS)
def process_email_attachment_upload(asked: Asked) -> Answer:
    """Judged by what is inside."""
    upload, author = _file(asked)
    return Answer(201, jsonapi.document(files.of_email(uploads.process(author, upload), None)))


def _file(asked: Asked) -> tuple[Upload, Staff]:
    upload = upload_anywhere(asked.staff, jsonapi.path_id(asked), UploadKind.EMAIL)
    return upload, acting_as_owner(asked, upload.staff_id)


def _named(asked: Asked) -> tuple[UserEmail, Staff]:
    email = queries.email_anywhere(asked.staff, jsonapi.path_id(asked))
    return email, acting_as_owner(asked, email.staff_id)


def _one(email: UserEmail, author: Staff, *, status: int = 200) -> Answer:
    by, home = db.session.get_one(Staff, email.created_by_id), uuid_of(email.district_id, email.school_id)
    return Answer(status, jsonapi.document(shapes.email(email, author.uuid, by.uuid, home)))
