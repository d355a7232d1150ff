"""What this room refuses, and what the person can do instead."""

from flask_babel import lazy_gettext as _l

from app.core.errors import Conflict, HomeroomError


class NobodyToText(HomeroomError):
    """The caller is in no family, or the phone takes no texts."""

    code = "nobody_to_text"
    advice = _l("The number is in no family’s record, so nobody can be texted there. Call back instead.")


class AlreadyKnown(HomeroomError):
    """Somebody else was faster."""

    code = "already_known"
    advice = _l("A colleague said already who this is. Reload the page to see it.")


class NoNumber(HomeroomError):
    """The caller hid the number."""

    code = "no_number"
    advice = _l("The number was hidden, so it can be added to nobody. Write a note beside the voicemail.")


class NotAColleague(HomeroomError):
    """Somebody who may not see this school's voicemails."""

    code = "not_a_colleague"
    advice = _l("This person does not work at the school. Choose somebody else.")


class NoteTooLong(HomeroomError):
    """What is there and what is new do not fit together."""

    code = "note_too_long"
    advice = _l("With what stands in the note already this is longer than 2,000 characters. Make one of the two shorter.")


class NoteChanged(Conflict):
    """A colleague wrote meanwhile."""

    code = "note_changed"
    advice = _l("A colleague changed this note meanwhile. Reload the page to see theirs; your words stay in the field.")


class GreetingTooLong(HomeroomError):
    """A voice would read it for minutes."""

    code = "greeting_too_long"
    advice = _l("The greeting is longer than 600 characters. Make it shorter.")


class EmptyGreeting(HomeroomError):
    """Neither words nor a sound."""

    code = "empty_greeting"
    advice = _l("Write what callers hear, or record it.")


class NoSuchLanguage(HomeroomError):
    """Not a language that a voice speaks."""

    code = "no_such_language"
    advice = _l("Choose a language from the list.")
