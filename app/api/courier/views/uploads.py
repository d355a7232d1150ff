"""Where files are brought to: a signed address that takes one file, as a form or as the body itself."""

from http import HTTPStatus
from typing import BinaryIO, cast

from flask import Blueprint, Response, request

from app.accounts.permissions import public
from app.api.courier.service import uploads
from app.core.errors import HomeroomError
from app.extensions import csrf

pages = Blueprint("courier_uploads", __name__)


class NoFile(HomeroomError):
    """A form came without a file."""

    code = "file_missing"
    status = HTTPStatus.BAD_REQUEST

    def __init__(self) -> None:
        super().__init__("The form holds no file. Send it in the field “file”, or as the body of a PUT.")


@pages.post(uploads.PATH + "<token>")
@pages.put(uploads.PATH + "<token>")
@csrf.exempt
@public
def bring(token: str) -> Response:
    """Keep it; the token is the right to."""
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file") or next(iter(request.files.values()), None)
        if file is None:
            raise NoFile
        uploads.bring(token, cast("BinaryIO", file.stream))
    else:
        uploads.bring(token, cast("BinaryIO", request.stream))
    return Response(status=HTTPStatus.NO_CONTENT)
