"""Who reads a message aloud in which language and what the carrier can write down, and what the house itself says around a message.

A person wrote these; no machine is asked.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Voice:
    """The carrier's names. `is_stand_in`: no voice speaks the language, so an English one reads it; a recording is better."""

    language: str
    name: str
    written: str = ""
    """What is heard in this language, where the carrier writes it down."""
    is_stand_in: bool = False


ENGLISH = Voice("en-US", "Polly.Joanna", written="en-US")
VOICES = {
    "en": ENGLISH,
    "es": Voice("es-US", "Polly.Lupe", written="es-US"),
    "vi": Voice("vi-VN", "Google.vi-VN-Standard-A", written="vi-VN"),
    "ar": Voice("arb", "Polly.Zeina", written="ar-EG"),
    "so": Voice("en-US", "Polly.Joanna", is_stand_in=True),
    "zh": Voice("cmn-CN", "Polly.Zhiyu", written="cmn-Hans-CN"),
    "ru": Voice("ru-RU", "Polly.Tatyana", written="ru-RU"),
    "fr": Voice("fr-FR", "Polly.Lea", written="fr-FR"),
    "uk": Voice("uk-UA", "Google.uk-UA-Standard-A", written="uk-UA"),
    "ko": Voice("ko-KR", "Polly.Seoyeon", written="ko-KR"),
    "pt": Voice("pt-BR", "Polly.Camila", written="pt-BR"),
    "tl": Voice("fil-PH", "Google.fil-PH-Standard-A", written="fil-PH"),
    "hi": Voice("hi-IN", "Polly.Aditi", written="hi-IN"),
}
STAND_IN = Voice(ENGLISH.language, ENGLISH.name, is_stand_in=True)


def voice_for(language: str) -> Voice:
    """Who reads `language` (such as "es" or "pt-BR")."""
    return VOICES.get(language.partition("-")[0], STAND_IN)


def written_language(language: str) -> str:
    """What the carrier calls `language` where it writes down what is said in it; else empty."""
    return voice_for(language).written


def is_spoken(language: str) -> bool:
    """Whether a voice speaks it: if not, the message should be a recording, or be said in another language."""
    return not voice_for(language).is_stand_in


class Line(StrEnum):
    """What the house says."""

    HELLO = "hello"
    CHOICES = "choices"
    CALL_BACK = "call_back"
    STOPPED = "stopped"
    GOODBYE = "goodbye"
    CHOICE = "choice"
    """One of a question's."""
    AFTER_CHOICES = "after_choices"
    THANKS = "thanks"
    FIXED = "fixed"
    CLOSED = "closed"


_WORDS: dict[str, dict[Line, str]] = {
    "en": {
        Line.HELLO: "Hello. This is {speaker}, with a message for you.",
        Line.CHOICES: "To hear it again, press 1. To stop these calls, press 9. To reach us, call {phone}.",
        Line.CALL_BACK: "To reach us, call {phone}.",
        Line.STOPPED: "You will get no more of these calls. Goodbye.",
        Line.GOODBYE: "Goodbye.",
        Line.CHOICE: "For {choice}, press {number}.",
        Line.AFTER_CHOICES: "To hear it again, press 0. To stop these calls, press star. To reach us, call {phone}.",
        Line.THANKS: "Thank you. Your answer is: {choice}. Goodbye.",
        Line.FIXED: "An answer is already there, and it cannot be changed. Goodbye.",
        Line.CLOSED: "Thank you, but this question is closed. Goodbye.",
    },
    "es": {
        Line.HELLO: "Hola. Le llama {speaker} con un mensaje para usted.",
        Line.CHOICES: "Para oírlo otra vez, oprima 1. Para dejar de recibir estas llamadas, oprima 9. Para comunicarse con nosotros, llame al {phone}.",
        Line.CALL_BACK: "Para comunicarse con nosotros, llame al {phone}.",
        Line.STOPPED: "Ya no recibirá estas llamadas. Adiós.",
        Line.GOODBYE: "Adiós.",
        Line.CHOICE: "Para {choice}, oprima {number}.",
        Line.AFTER_CHOICES: "Para oírlo otra vez, oprima 0. Para dejar de recibir estas llamadas, oprima asterisco. Para comunicarse con nosotros, llame al {phone}.",
        Line.THANKS: "Gracias. Su respuesta es: {choice}. Adiós.",
        Line.FIXED: "Ya hay una respuesta y no se puede cambiar. Adiós.",
        Line.CLOSED: "Gracias, pero esta pregunta ya está cerrada. Adiós.",
    },
    "vi": {
        Line.HELLO: "Xin chào. Đây là {speaker}, có lời nhắn cho quý vị.",
        Line.CHOICES: "Để nghe lại, bấm số 1. Để ngừng nhận các cuộc gọi này, bấm số 9. Để liên lạc với chúng tôi, xin gọi {phone}.",
        Line.CALL_BACK: "Để liên lạc với chúng tôi, xin gọi {phone}.",
        Line.STOPPED: "Quý vị sẽ không nhận các cuộc gọi này nữa. Xin chào.",
        Line.GOODBYE: "Xin chào.",
        Line.CHOICE: "Để chọn {choice}, bấm số {number}.",
        Line.AFTER_CHOICES: "Để nghe lại, bấm số 0. Để ngừng nhận các cuộc gọi này, bấm phím sao. Để liên lạc với chúng tôi, xin gọi {phone}.",
        Line.THANKS: "Xin cảm ơn. Câu trả lời của quý vị là: {choice}. Xin chào.",
        Line.FIXED: "Đã có câu trả lời và không thể đổi. Xin chào.",
        Line.CLOSED: "Xin cảm ơn, nhưng câu hỏi này đã đóng. Xin chào.",
    },
    "ar": {
        Line.HELLO: "مرحباً. معكم {speaker}، ولدينا رسالة لكم.",
        Line.CHOICES: "لسماعها من جديد اضغطوا 1. لإيقاف هذه المكالمات اضغطوا 9. للتواصل معنا اتصلوا على {phone}.",
        Line.CALL_BACK: "للتواصل معنا اتصلوا على {phone}.",
        Line.STOPPED: "لن تصلكم هذه المكالمات بعد الآن. مع السلامة.",
        Line.GOODBYE: "مع السلامة.",
        Line.CHOICE: "لاختيار {choice} اضغطوا {number}.",
        Line.AFTER_CHOICES: "لسماعها من جديد اضغطوا 0. لإيقاف هذه المكالمات اضغطوا النجمة. للتواصل معنا اتصلوا على {phone}.",
        Line.THANKS: "شكراً لكم. إجابتكم: {choice}. مع السلامة.",
        Line.FIXED: "توجد إجابة مسجلة ولا يمكن تغييرها. مع السلامة.",
        Line.CLOSED: "شكراً لكم، لكن هذا السؤال أُغلق. مع السلامة.",
    },
    "zh": {
        Line.HELLO: "您好。这里是{speaker}，有一条给您的留言。",
        Line.CHOICES: "重听请按1。不再接收此类电话请按9。联系我们请拨打{phone}。",
        Line.CALL_BACK: "联系我们请拨打{phone}。",
        Line.STOPPED: "您将不再接到此类电话。再见。",
        Line.GOODBYE: "再见。",
        Line.CHOICE: "选择{choice}，请按{number}。",
        Line.AFTER_CHOICES: "重听请按0。不再接收此类电话请按星号键。联系我们请拨打{phone}。",
        Line.THANKS: "谢谢。您的回答是：{choice}。再见。",
        Line.FIXED: "已有回答，且不能更改。再见。",
        Line.CLOSED: "谢谢，但此问题已截止。再见。",
    },
    "ru": {
        Line.HELLO: "Здравствуйте. Это {speaker}, у нас для вас сообщение.",
        Line.CHOICES: "Чтобы прослушать ещё раз, нажмите 1. Чтобы отказаться от таких звонков, нажмите 9. Наш телефон: {phone}.",
        Line.CALL_BACK: "Наш телефон: {phone}.",
        Line.STOPPED: "Таких звонков больше не будет. До свидания.",
        Line.GOODBYE: "До свидания.",
        Line.CHOICE: "{choice}: нажмите {number}.",
        Line.AFTER_CHOICES: "Чтобы прослушать ещё раз, нажмите 0. Чтобы отказаться от таких звонков, нажмите звёздочку. Наш телефон: {phone}.",
        Line.THANKS: "Спасибо. Ваш ответ: {choice}. До свидания.",
        Line.FIXED: "Ответ уже принят, изменить его нельзя. До свидания.",
        Line.CLOSED: "Спасибо, но этот опрос уже закрыт. До свидания.",
    },
    "fr": {
        Line.HELLO: "Bonjour. Ici {speaker}, avec un message pour vous.",
        Line.CHOICES: "Pour le réécouter, appuyez sur 1. Pour ne plus recevoir ces appels, appuyez sur 9. Pour nous joindre, appelez le {phone}.",
        Line.CALL_BACK: "Pour nous joindre, appelez le {phone}.",
        Line.STOPPED: "Vous ne recevrez plus ces appels. Au revoir.",
        Line.GOODBYE: "Au revoir.",
        Line.CHOICE: "Pour {choice}, appuyez sur {number}.",
        Line.AFTER_CHOICES: "Pour le réécouter, appuyez sur 0. Pour ne plus recevoir ces appels, appuyez sur étoile. Pour nous joindre, appelez le {phone}.",
        Line.THANKS: "Merci. Votre réponse est : {choice}. Au revoir.",
        Line.FIXED: "Une réponse est déjà là et ne peut plus changer. Au revoir.",
        Line.CLOSED: "Merci, mais cette question est close. Au revoir.",
    },
    "uk": {
        Line.HELLO: "Добрий день. Це {speaker}, маємо для вас повідомлення.",
        Line.CHOICES: "Щоб прослухати ще раз, натисніть 1. Щоб відмовитися від таких дзвінків, натисніть 9. Наш телефон: {phone}.",
        Line.CALL_BACK: "Наш телефон: {phone}.",
        Line.STOPPED: "Таких дзвінків більше не буде. До побачення.",
        Line.GOODBYE: "До побачення.",
        Line.CHOICE: "{choice}: натисніть {number}.",
        Line.AFTER_CHOICES: "Щоб прослухати ще раз, натисніть 0. Щоб відмовитися від таких дзвінків, натисніть зірочку. Наш телефон: {phone}.",
        Line.THANKS: "Дякуємо. Ваша відповідь: {choice}. До побачення.",
        Line.FIXED: "Відповідь уже прийнято, змінити її не можна. До побачення.",
        Line.CLOSED: "Дякуємо, але це опитування вже закрито. До побачення.",
    },
}


def framing_of(language: str) -> str:
    """The language in which the house speaks around a message in `language`: its own if there are words and a voice, or English."""
    base = language.partition("-")[0]
    return base if base in _WORDS else "en"


def say(line: Line, language: str, *, speaker: str = "", phone: str = "", choice: str = "", number: int = 0) -> str:
    """The words of `line` around a message in `language`."""
    return _WORDS[framing_of(language)][line].format(speaker=speaker, phone=phone, choice=choice.rstrip(".。"), number=number)


def spoken_number(address: str) -> str:
    """A number as voices read it well, digit by digit: 5 0 3, 5 5 5, 0 1 0 0."""
    digits = address.removeprefix("+1") if address.startswith("+1") else address.lstrip("+")
    groups = [digits[:3], digits[3:6], digits[6:]] if address.startswith("+1") else [digits]
    return ", ".join(" ".join(group) for group in groups if group)
