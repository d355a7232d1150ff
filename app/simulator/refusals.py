"""What the network says when it does not take a request, in the carrier's own codes and shape."""

from http import HTTPStatus
from typing import Any

SAYS: dict[int, tuple[int, str]] = {
    10004: (429, "Call concurrency limit exceeded"),
    20001: (400, "{what}"),
    20003: (401, "Authenticate"),
    20009: (409, "Cannot delete message because delivery has not been completed"),
    20404: (404, "The requested resource {path} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service is unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {url}"),
    21210: (400, "The source phone number provided, {sender}, is not yet verified for your account."),
    21211: (400, "The 'To' number {to} is not a valid phone number."),
    21212: (400, "The 'From' number {sender} is not a valid phone number, shortcode, or alphanumeric sender ID."),
    21213: (400, "No 'From' number is specified"),
    21217: (400, "Phone Number: {to} is not valid."),
    21220: (400, "Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same: {to}"),
    21408: (400, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: {to}."),
    21422: (400, "{number} is not available."),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number {sender} is not a number of this account that can send to 'To' {to}."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21611: (400, "This 'From' number has exceeded the maximum number of queued messages"),
    21612: (400, "Message cannot be sent with the current combination of 'To' ({to}) and 'From' ({sender})."),
    21614: (400, "'To' number: {to}, is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21620: (400, "Invalid media URL(s)"),
    21623: (400, "Number of media files exceeds allowed limit"),
    21701: (404, "The Messaging Service {service} does not exist"),
    21704: (400, "The Messaging Service contains no phone numbers"),
    21710: (409, "Phone Number or Short Code is already in the Messaging Service."),
    30409: (409, "Message {sid} can no longer be canceled: it is {status}"),
}

CALLBACK_ERRORS: dict[int, str] = {
    11200: "A picture could not be fetched from the address that was given",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an unregistered number",
    39999: "A code that nobody has documented",
}


class Refusal(Exception):  # a refusal is the network's answer, not an error of ours
    """The network does not do what was asked. `answer` is the body it gives."""

    def __init__(self, code: int, values: dict[str, object]) -> None:
        """Refuse with `code`; `values` fill its sentence."""
        super().__init__(code)
        self.code = code
        self.values = values

    @property
    def status(self) -> HTTPStatus:
        """The HTTP status that goes with the code."""
        return HTTPStatus(SAYS[self.code][0])

    @property
    def answer(self) -> dict[str, Any]:
        """The carrier's JSON for it."""
        return {
            "code": self.code,
            "message": SAYS[self.code][1].format_map(_Blank(self.values)),
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": int(self.status),
        }


class _Blank(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return ""


def refuse(code: int, **values: object) -> Refusal:
    """The refusal with `code`, to raise."""
    return Refusal(code, values)
