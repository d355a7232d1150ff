"""What a schema wants of a value, in words: nobody should have to read a regular expression to send a phone number."""

_PHONE = "a phone number with its country code, digits alone: +15035550142"
_ID24 = "an id of 24 hexadecimal digits, as this interface answers it"
_MOMENT = "a date and time with an offset: 2026-12-01T08:00:00-08:00"
_COMPARED = "one of > < >= <= and a date and time right after it, such as >=2026-12-01T08:00:00Z"
PATTERNS = {
    r"^[0-9a-f]{24}$": _ID24,
    r"^([0-9a-f]{24}|primary)$": f"{_ID24}, or “primary”",
    r"^\+[1-9]\d{1,14}$": _PHONE,
    r"^\+?[1-9][0-9]{6,14}$": _PHONE,
    r"^\+?[0-9]{6,15}$": _PHONE,
    r"^\+?[0-9]{3,20}$": "a phone number or short code, digits alone: +15035550142",
    r"^\+1[2-9]\d{9}$": "a number of the United States or Canada: +15035550142",
    r"^MG[0-9a-fA-F]{32}$": "the sid of a messaging service: MG and 32 hexadecimal digits",
    r"^PN[0-9a-fA-F]{32}$": "the sid of a number: PN and 32 hexadecimal digits",
    r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$": "a date, or a date and time: 2026-12-01",
    r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$": _MOMENT,
    r"^(>=|<=|>|<)\S+$": _COMPARED,
    r"^(<=|>=)\S+$": "<= or >= and a date and time right after it, such as >=2026-12-01T08:00:00Z",
    r"^(>=|<=|>|<)[^|\s]+(\|null)?$": f"{_COMPARED}, and |null to keep what has none",
    r"^[a-z0-9]+$": "small letters and digits alone",
    r"^[A-Z]{2}$": "two capital letters, such as OR",
    r"^-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?$": "latitude and longitude: 45.5231,-122.6765",
    r"^[0-9]{1,20}$": "digits alone",
    r"^[^/\\?#%.\s][^/\\?#%\s]*$": "an id without blanks, slashes, or any of ? # %, that begins with no dot",
    r"^(PL|PC|PWT)-.+$": "PL- (a student), PC- (a contact) or PWT- (staff) and the id in your own system: PC-1042",
    r"^[A-Za-z0-9]{3,11}$": "3 to 11 letters and digits",
    r"^[A-Za-z0-9_-]+$": "letters, digits, - and _ alone",
    r"^[2-9][0-9]{2}$": "an area code of three digits: 503",
}
FORMATS = {
    "uuid": "a UUID: 0197c1de-7a2b-7c3d-8e4f-5a6b7c8d9e0f",
    "date-time": _MOMENT,
    "date": "a date: 2026-12-01",
    "time": "a time of day: 08:00:00Z",
    "uri": "a whole address: https://sis.example.org/hooks",
    "email": "an email address: office@example.org",
}
TYPES = {
    "string": "text in quotation marks",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object, in { }",
    "array": "a list, in [ ]",
    "null": "null",
}
