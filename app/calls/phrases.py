"""What the house itself says on the phones of a conference, in every language of the phrase book that a voice speaks.

People wrote these; no machine is asked.
"""

from enum import StrEnum

from app.delivery.voice.voices import Voice, is_spoken, voice_for


class Words(StrEnum):
    """What is said."""

    HELLO = "hello"
    OWN = "own"
    """To whoever began the call, on their own phone."""
    MODERATOR = "moderator"
    KEY = "key"
    NOTICE = "notice"
    CLOSED = "closed"


_WORDS: dict[str, dict[Words, str]] = {
    "en": {
        Words.HELLO: "Hello. This is {speaker}, inviting you to a call with several people. One moment, please.",
        Words.OWN: "This is Homeroom. To begin your call with several people, press any key.",
        Words.MODERATOR: "The others are being called now.",
        Words.KEY: "To join the call, press any key.",
        Words.NOTICE: "This call is recorded. If you do not want that, say so now, or hang up.",
        Words.CLOSED: "This call is over. Goodbye.",
    },
    "es": {
        Words.HELLO: "Hola. Le llama {speaker} para una llamada con varias personas. Un momento, por favor.",
        Words.OWN: "Aquí Homeroom. Para empezar su llamada con varias personas, oprima cualquier tecla.",
        Words.MODERATOR: "Ahora se llama a las demás personas.",
        Words.KEY: "Para entrar en la llamada, oprima cualquier tecla.",
        Words.NOTICE: "Esta llamada se graba. Si no lo desea, dígalo ahora o cuelgue.",
        Words.CLOSED: "Esta llamada ya terminó. Adiós.",
    },
    "vi": {
        Words.HELLO: "Xin chào. Đây là {speaker}, mời quý vị vào cuộc gọi với nhiều người. Xin chờ một chút.",
        Words.OWN: "Đây là Homeroom. Để bắt đầu cuộc gọi với nhiều người, xin bấm một phím bất kỳ.",
        Words.MODERATOR: "Những người khác đang được gọi.",
        Words.KEY: "Để vào cuộc gọi, xin bấm một phím bất kỳ.",
        Words.NOTICE: "Cuộc gọi này được ghi âm. Nếu quý vị không muốn, xin nói ngay bây giờ hoặc gác máy.",
        Words.CLOSED: "Cuộc gọi này đã kết thúc. Xin chào.",
    },
    "ar": {
        Words.HELLO: "مرحباً. معكم {speaker}، ندعوكم إلى مكالمة مع عدة أشخاص. لحظة من فضلكم.",
        Words.OWN: "هنا Homeroom. لبدء مكالمتكم مع عدة أشخاص اضغطوا أي مفتاح.",
        Words.MODERATOR: "يجري الآن الاتصال بالآخرين.",
        Words.KEY: "للدخول إلى المكالمة اضغطوا أي مفتاح.",
        Words.NOTICE: "هذه المكالمة مسجّلة. إن كنتم لا ترغبون في ذلك فقولوا ذلك الآن أو أنهوا المكالمة.",
        Words.CLOSED: "انتهت هذه المكالمة. مع السلامة.",
    },
    "zh": {
        Words.HELLO: "您好。这里是{speaker}，邀请您参加一个多人通话。请稍等。",
        Words.OWN: "这里是Homeroom。要开始您的多人通话，请按任意键。",
        Words.MODERATOR: "正在呼叫其他人。",
        Words.KEY: "要加入通话，请按任意键。",
        Words.NOTICE: "本次通话会被录音。如果您不同意，请现在说明或挂断。",
        Words.CLOSED: "本次通话已结束。再见。",
    },
    "ru": {
        Words.HELLO: "Здравствуйте. Это {speaker}, приглашаем вас на разговор с несколькими людьми. Одну минуту, пожалуйста.",
        Words.OWN: "Это Homeroom. Чтобы начать разговор с несколькими людьми, нажмите любую клавишу.",
        Words.MODERATOR: "Сейчас вызываем остальных.",
        Words.KEY: "Чтобы войти в разговор, нажмите любую клавишу.",
        Words.NOTICE: "Этот разговор записывается. Если вы не согласны, скажите об этом сейчас или повесьте трубку.",
        Words.CLOSED: "Этот разговор закончился. До свидания.",
    },
    "fr": {
        Words.HELLO: "Bonjour. Ici {speaker}, qui vous invite à un appel à plusieurs. Un instant, s’il vous plaît.",
        Words.OWN: "Ici Homeroom. Pour commencer votre appel à plusieurs, appuyez sur n’importe quelle touche.",
        Words.MODERATOR: "Les autres personnes sont appelées maintenant.",
        Words.KEY: "Pour entrer dans l’appel, appuyez sur n’importe quelle touche.",
        Words.NOTICE: "Cet appel est enregistré. Si vous ne le souhaitez pas, dites-le maintenant ou raccrochez.",
        Words.CLOSED: "Cet appel est terminé. Au revoir.",
    },
    "uk": {
        Words.HELLO: "Добрий день. Це {speaker}, запрошуємо вас на розмову з кількома людьми. Хвилинку, будь ласка.",
        Words.OWN: "Це Homeroom. Щоб почати розмову з кількома людьми, натисніть будь-яку клавішу.",
        Words.MODERATOR: "Зараз викликаємо інших.",
        Words.KEY: "Щоб увійти в розмову, натисніть будь-яку клавішу.",
        Words.NOTICE: "Ця розмова записується. Якщо ви не згодні, скажіть про це зараз або покладіть слухавку.",
        Words.CLOSED: "Ця розмова закінчилася. До побачення.",
    },
}


def phrase(words: Words, language: str, *, speaker: str = "") -> tuple[str, Voice]:
    """What is said in `language` and who says it; in English where nobody wrote it or no voice speaks it."""
    (spoken,) = spoken_languages((language,))
    return _WORDS[spoken][words].format(speaker=speaker), voice_for(spoken)


def spoken_languages(languages: tuple[str, ...]) -> list[str]:
    """Each of these in which the house speaks, once; English stands for those in which it does not."""
    bases = [language.partition("-")[0] for language in languages]
    return list(dict.fromkeys(base if base in _WORDS and is_spoken(base) else "en" for base in bases)) or ["en"]
