"""How families are told to answer, in their languages. A person wrote these; no machine is asked."""

from app.announcements.answer_codes import sample_address
from app.announcements.asking import Asked, Wording
from app.announcements.models import Channel
from app.core.sms import measure, straighten
from app.delivery.voice.asked import question_of
from app.delivery.voice.menus import Menu

_REPLY: dict[str, tuple[str, str, str]] = {
    "en": ("Reply {list}.", "{number} for {choice}", ", "),
    "es": ("Responda {list}.", "{number} para {choice}", ", "),
    "vi": ("Xin nhắn {list}.", "{number} để chọn {choice}", ", "),
    "ar": ("أرسلوا {list}.", "{number} لاختيار {choice}", "، "),
    "so": ("Ku jawaab {list}.", "{number} = {choice}", ", "),
    "zh": ("请回复 {list}。", "{number} 表示{choice}", "，"),
    "ru": ("Ответьте: {list}.", "{number} = {choice}", ", "),
    "uk": ("Дайте відповідь: {list}.", "{number} = {choice}", ", "),
    "fr": ("Répondez {list}.", "{number} pour {choice}", ", "),
}
"""The whole, one choice, and what stands between two. An equals sign costs no longer text where a dash would."""
_ANYWHERE = ("{list}", "{number} = {choice}", ", ")
_CHOOSE = {
    "en": "Choose your answer:",
    "es": "Elija su respuesta:",
    "vi": "Xin chọn câu trả lời:",
    "ar": "اختاروا إجابتكم:",
    "so": "Dooro jawaabtaada:",
    "zh": "请选择您的回答：",
    "ru": "Выберите ответ:",
    "uk": "Оберіть відповідь:",
    "fr": "Choisissez votre réponse :",
}


_ON_THE_WEB = {
    "en": "Tick and give this page back, or answer here:",
    "es": "Marque su respuesta y devuelva esta hoja, o responda aquí:",
    "vi": "Xin đánh dấu và gửi lại trang này, hoặc trả lời tại đây:",
    "ar": "ضعوا علامة وأعيدوا هذه الورقة، أو أجيبوا هنا:",
    "so": "Calaamadee oo soo celi boggan, ama halkan kaga jawaab:",
    "zh": "请勾选并交回此页，或在此回答：",
    "ru": "Отметьте и верните эту страницу или ответьте здесь:",
    "uk": "Позначте й поверніть цю сторінку або дайте відповідь тут:",
    "fr": "Cochez et rendez cette page, ou répondez ici :",
}


_OR_HERE = {
    "en": "Or here:",
    "es": "O en la web:",
    "vi": "Hoặc tại đây:",
    "ar": "أو هنا:",
    "so": "Ama halkan:",
    "zh": "或在此：",
    "ru": "Или здесь:",
    "uk": "Або тут:",
    "fr": "Ou ici:",
}
"""Before an address in a text; in letters that make it no longer than it is."""


def on_the_web(language: str) -> str:
    """What stands before the address on a letter."""
    return _ON_THE_WEB.get(language.partition("-")[0], _ON_THE_WEB["en"])


def tail_of(asked: Asked | None, channel: str, language: str, original: str | None) -> str:
    """What stands below an announcement in one language.

    An email has buttons for the choices, so only the question stands there; a call names its keys.
    """
    if asked is None:
        return ""
    wording = asked.wording(language, original)
    if not wording.question:
        return ""
    if channel == Channel.EMAIL:
        return wording.question
    if channel == Channel.VOICE:
        return " ".join(said.words for said in question_of(Menu(wording.question, wording.choices), language))
    link = f"{_OR_HERE.get(language.partition('-')[0], '')} {sample_address()}" if asked.has_link and channel == Channel.SMS else ""
    tail = " ".join(filter(None, (wording.question, how_to_reply(wording, language), link.strip())))
    return straighten(tail) if channel == Channel.SMS and measure(tail).straightening_helps else tail


def how_to_reply(wording: Wording, language: str) -> str:
    """As in: Reply 1 for Yes, 2 for No."""
    whole, each, between = _REPLY.get(language.partition("-")[0], _ANYWHERE)
    said = [each.format(number=number, choice=choice) for number, choice in enumerate(wording.choices, start=1) if choice]
    return whole.format(list=between.join(said)) if said else ""


def choose(language: str) -> str:
    """What stands above the buttons of an email."""
    return _CHOOSE.get(language.partition("-")[0], _CHOOSE["en"])
