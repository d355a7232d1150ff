"""What the house itself says to families, in their languages; a person wrote these, so no machine is asked."""

from datetime import datetime
from enum import StrEnum

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton


class Standing(StrEnum):
    """The occasions."""

    STOPPED = "stopped"
    ALL_STOPPED = "all_stopped"
    """Of announcements, which also call from their numbers."""
    STARTED = "started"
    HELP = "help"
    AWAY = "away"
    LINK = "link"
    VIDEO = "video"
    CONSENT_ASKED = "consent_asked"
    CONSENT_GIVEN = "consent_given"
    CONSENT_UNCLEAR = "consent_unclear"


_CALL = {
    "en": "Call {phone}.",
    "es": "Llame al {phone}.",
    "vi": "Xin gọi {phone}.",
    "ar": "اتصلوا على {phone}.",
    "so": "Wac {phone}.",
    "zh": "请致电 {phone}。",
    "ru": "Телефон: {phone}.",
    "uk": "Телефон: {phone}.",
    "fr": "Appelez le {phone}.",
}

_WORDS: dict[Standing, dict[str, str]] = {
    Standing.STOPPED: {
        "en": "{school}: You won't get more texts from this number. Text START to get them again.",
        "es": "{school}: Ya no recibirá mensajes de este número. Envíe START para volver a recibirlos.",
        "vi": "{school}: Quý vị sẽ không nhận tin nhắn từ số này nữa. Nhắn START để nhận lại.",
        "ar": "{school}: لن تصلكم رسائل من هذا الرقم. أرسلوا START لاستقبالها من جديد.",
        "so": "{school}: Farriimo dambe kama heli doontid lambarkan. Dir START si aad mar kale u hesho.",
        "zh": "{school}：您将不再收到此号码的短信。发送 START 可重新接收。",
        "ru": "{school}: Вы больше не будете получать сообщения с этого номера. Отправьте START, чтобы получать снова.",
        "uk": "{school}: Ви більше не отримуватимете повідомлень із цього номера. Надішліть START, щоб отримувати знову.",
        "fr": "{school} : Vous ne recevrez plus de messages de ce numéro. Envoyez START pour en recevoir à nouveau.",
    },
    Standing.ALL_STOPPED: {
        "en": "{school}: You won't get more texts or announcement calls from this number. Text START to get them again.",
        "es": "{school}: Ya no recibirá mensajes ni llamadas con anuncios de este número. Envíe START para volver a recibirlos.",
        "vi": "{school}: Quý vị sẽ không nhận tin nhắn hay cuộc gọi thông báo từ số này nữa. Nhắn START để nhận lại.",
        "ar": "{school}: لن تصلكم رسائل ولا مكالمات إعلانات من هذا الرقم. أرسلوا START لاستقبالها من جديد.",
        "so": "{school}: Farriimo iyo wicitaanno ogeysiis ah dambe kama heli doontid lambarkan. Dir START si aad mar kale u hesho.",
        "zh": "{school}：您将不再收到此号码的短信和通知电话。发送 START 可重新接收。",
        "ru": "{school}: Сообщения и звонки с объявлениями с этого номера больше не придут. Отправьте START, чтобы получать снова.",
        "uk": "{school}: Повідомлень і дзвінків з оголошеннями з цього номера більше не буде. Надішліть START, щоб отримувати знову.",
        "fr": "{school} : Vous ne recevrez plus de messages ni d'appels d'annonce de ce numéro. Envoyez START pour en recevoir à nouveau.",
    },
    Standing.STARTED: {
        "en": "{school}: You'll get texts from us again. Text STOP to end them.",
        "es": "{school}: Volverá a recibir nuestros mensajes. Envíe STOP para dejar de recibirlos.",
        "vi": "{school}: Quý vị sẽ nhận lại tin nhắn của chúng tôi. Nhắn STOP để ngừng.",
        "ar": "{school}: ستصلكم رسائلنا من جديد. أرسلوا STOP لإيقافها.",
        "so": "{school}: Farriimahayaga mar kale ayaad heli doontaa. Dir STOP si aad u joojiso.",
        "zh": "{school}：您将重新收到我们的短信。发送 STOP 可停止接收。",
        "ru": "{school}: Вы снова будете получать наши сообщения. Отправьте STOP, чтобы отказаться.",
        "uk": "{school}: Ви знову отримуватимете наші повідомлення. Надішліть STOP, щоб відмовитися.",
        "fr": "{school} : Vous recevrez de nouveau nos messages. Envoyez STOP pour les arrêter.",
    },
    Standing.HELP: {
        "en": "{school}: These texts are from your child's school. Text STOP to end them.",
        "es": "{school}: Estos mensajes son de la escuela de su hijo o hija. Envíe STOP para dejar de recibirlos.",
        "vi": "{school}: Đây là tin nhắn từ trường của con quý vị. Nhắn STOP để ngừng.",
        "ar": "{school}: هذه الرسائل من مدرسة طفلكم. أرسلوا STOP لإيقافها.",
        "so": "{school}: Farriimahani waxay ka yimaadeen iskuulka ilmahaaga. Dir STOP si aad u joojiso.",
        "zh": "{school}：这些短信来自您孩子的学校。发送 STOP 可停止接收。",
        "ru": "{school}: Это сообщения из школы вашего ребёнка. Отправьте STOP, чтобы отказаться.",
        "uk": "{school}: Це повідомлення зі школи вашої дитини. Надішліть STOP, щоб відмовитися.",
        "fr": "{school} : Ces messages viennent de l'école de votre enfant. Envoyez STOP pour les arrêter.",
    },
    Standing.AWAY: {
        "en": "Thank you for your message. {name} replies by {when}.",
        "es": "Gracias por su mensaje. {name} le responderá a más tardar: {when}.",
        "vi": "Cảm ơn quý vị đã nhắn tin. {name} sẽ trả lời trước {when}.",
        "ar": "شكراً على رسالتكم. سيصلكم رد {name} قبل {when}.",
        "so": "Waad ku mahadsan tahay farriintaada. Waxaad jawaab ka heli doontaa {name} ka hor {when}.",
        "zh": "感谢您的留言。{name} 将在 {when} 之前回复。",
        "ru": "Спасибо за сообщение. {name} ответит до: {when}.",
        "uk": "Дякуємо за повідомлення. {name} відповість до: {when}.",
        "fr": "Merci pour votre message. {name} vous répondra avant {when}.",
    },
    Standing.LINK: {
        "en": "{name} wrote to you. Read and answer here: {address}",
        "es": "{name} le ha escrito. Lea y responda aquí: {address}",
        "vi": "{name} đã viết cho quý vị. Đọc và trả lời tại đây: {address}",
        "ar": "كتب لكم {name}. اقرأوا وأجيبوا هنا: {address}",
        "so": "Fariin ayaa kaaga timid {name}. Halkan ka akhri kana jawaab: {address}",
        "zh": "{name} 给您写了信息。请在此阅读和回复：{address}",
        "ru": "Вам написали: {name}. Прочитать и ответить: {address}",
        "uk": "Вам написали: {name}. Прочитати й відповісти: {address}",
        "fr": "{name} vous a écrit. Lisez et répondez ici : {address}",
    },
    Standing.VIDEO: {
        "en": "{name} invites you to a video call. Open this link to join: {address}",
        "es": "{name} le invita a una videollamada. Abra este enlace para entrar: {address}",
        "vi": "{name} mời quý vị vào cuộc gọi video. Mở liên kết này để tham gia: {address}",
        "ar": "يدعوكم {name} إلى مكالمة فيديو. افتحوا هذا الرابط للانضمام: {address}",
        "so": "{name} ayaa kuugu yeeraya wicitaan fiidiyow ah. Fur xiriirkan si aad uga qayb gasho: {address}",
        "zh": "{name} 邀请您参加视频通话。请打开此链接加入：{address}",
        "ru": "{name}: приглашение на видеозвонок. Откройте ссылку, чтобы присоединиться: {address}",
        "uk": "{name}: запрошення на відеодзвінок. Відкрийте посилання, щоб приєднатися: {address}",
        "fr": "{name} vous invite à un appel vidéo. Ouvrez ce lien pour y participer : {address}",
    },
    Standing.CONSENT_ASKED: {
        "en": "May {school} send you texts about your child? Reply YES or NO. Text STOP to end them.",
        "es": "¿Autoriza que {school} le envíe mensajes sobre su hijo o hija? Responda SÍ o NO. Envíe STOP para dejar de recibirlos.",
        "vi": "{school} có thể nhắn tin cho quý vị về con quý vị không? Trả lời CÓ hoặc KHÔNG. Nhắn STOP để ngừng.",
        "ar": "هل توافقون على أن ترسل لكم {school} رسائل عن طفلكم؟ أجيبوا بـ نعم أو لا. أرسلوا STOP لإيقافها.",
        "so": "{school} ma kuu soo diri kartaa farriimo ku saabsan ilmahaaga? Ku jawaab HAA ama MAYA. Dir STOP si aad u joojiso.",
        "zh": "{school} 可以给您发送有关您孩子的短信吗？请回复“是”或“否”。发送 STOP 可停止接收。",
        "ru": "Можно ли {school} присылать вам сообщения о вашем ребёнке? Ответьте ДА или НЕТ. Отправьте STOP, чтобы отказаться.",
        "uk": "Чи можна {school} надсилати вам повідомлення про вашу дитину? Відповідайте ТАК або НІ. Надішліть STOP, щоб відмовитися.",
        "fr": "{school} peut-il vous envoyer des messages au sujet de votre enfant ? Répondez OUI ou NON. Envoyez STOP pour les arrêter.",
    },
    Standing.CONSENT_GIVEN: {
        "en": "Thank you. {school} will send you texts. Text STOP to end them.",
        "es": "Gracias. {school} le enviará mensajes. Envíe STOP para dejar de recibirlos.",
        "vi": "Cảm ơn quý vị. {school} sẽ nhắn tin cho quý vị. Nhắn STOP để ngừng.",
        "ar": "شكراً. ستصلكم رسائل من {school}. أرسلوا STOP لإيقافها.",
        "so": "Mahadsanid. {school} ayaa farriimo kuu soo diri doonta. Dir STOP si aad u joojiso.",
        "zh": "谢谢。{school} 将给您发送短信。发送 STOP 可停止接收。",
        "ru": "Спасибо. {school}: вы будете получать сообщения. Отправьте STOP, чтобы отказаться.",
        "uk": "Дякуємо. {school}: ви отримуватимете повідомлення. Надішліть STOP, щоб відмовитися.",
        "fr": "Merci. {school} vous enverra des messages. Envoyez STOP pour les arrêter.",
    },
    Standing.CONSENT_UNCLEAR: {
        "en": "Please reply YES or NO: may {school} send you texts?",
        "es": "Responda SÍ o NO, por favor: ¿autoriza que {school} le envíe mensajes?",
        "vi": "Xin trả lời CÓ hoặc KHÔNG: {school} có thể nhắn tin cho quý vị không?",
        "ar": "من فضلكم أجيبوا بـ نعم أو لا: هل توافقون على رسائل {school}؟",
        "so": "Fadlan ku jawaab HAA ama MAYA: {school} farriimo ma kuu soo diri kartaa?",
        "zh": "请回复“是”或“否”：{school} 可以给您发送短信吗？",
        "ru": "Пожалуйста, ответьте ДА или НЕТ: можно ли {school} присылать вам сообщения?",
        "uk": "Будь ласка, відповідайте ТАК або НІ: чи можна {school} надсилати вам повідомлення?",
        "fr": "Répondez OUI ou NON, s'il vous plaît : {school} peut-il vous envoyer des messages ?",
    },
}


def say(occasion: Standing, language: str | None, *, phone: str | None = None, **values: str) -> str:
    """The words for an occasion, in English where the language is not among ours; with a number to call if there is one."""
    code = (language or "en").split("-", maxsplit=1)[0].lower()
    words = _WORDS[occasion].get(code, _WORDS[occasion]["en"]).format(**values)
    if phone and occasion != Standing.STARTED:
        words += " " + _CALL.get(code, _CALL["en"]).format(phone=phone)
    return words


def speaks(language: str | None) -> bool:
    """Whether the words above exist in a language."""
    return (language or "en").split("-", maxsplit=1)[0].lower() in _CALL


def day_and_time(moment: datetime, language: str | None) -> str:
    """``Tue 3:30 PM`` in the manner of the language; `moment` is in the school's zone already."""
    code = (language or "en").split("-", maxsplit=1)[0].lower()
    try:
        locale = Locale.parse(code if speaks(code) else "en")
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    skeleton = "Ehm" if locale.language in {"en", "so"} else "EHm"
    return format_skeleton(skeleton, moment, tzinfo=moment.tzinfo, locale=locale).replace("\u202f", " ")
