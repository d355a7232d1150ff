"""What the house says to who calls it, and to staff whose own phone rings. A person wrote these; no machine is asked."""

from enum import StrEnum

from twilio.twiml.voice_response import Gather, VoiceResponse

from app.delivery.voice.voices import voice_for


class Words(StrEnum):
    """Each is whole sentences."""

    HELLO = "hello"
    CLOSED = "closed"
    PERSON = "person"
    OFFICE = "office"
    MESSAGE = "message"
    STOP = "stop"
    MOMENT = "moment"
    WRONG = "wrong"
    UNDECIDED = "undecided"
    SORRY = "sorry"
    BEEP = "beep"
    STOPPED = "stopped"
    THANKS = "thanks"
    PLACE = "place"
    WAITED = "waited"
    INSTEAD = "instead"
    TAKE = "take"
    BEGIN = "begin"
    UNANSWERED = "unanswered"
    BUSY = "busy"
    CANNOT = "cannot"


_WORDS: dict[str, dict[Words, str]] = {
    "en": {
        Words.HELLO: "Hello. You have reached {school}.",
        Words.CLOSED: "We are closed now.",
        Words.PERSON: "To speak with {person}, press 1.",
        Words.OFFICE: "To speak with the office, press 1.",
        Words.MESSAGE: "To leave a message, press 2.",
        Words.STOP: "To stop automated calls from us, press 3.",
        Words.MOMENT: "One moment, please.",
        Words.WRONG: "{key} is not offered.",
        Words.UNDECIDED: "You chose nothing, so you can leave a message.",
        Words.SORRY: "Nobody can take your call right now.",
        Words.BEEP: "Please leave a message after the tone. Press the pound key when you are done.",
        Words.STOPPED: "You will get no more automated calls from us. People at the school can still call you. Goodbye.",
        Words.THANKS: "Thank you. Goodbye.",
        Words.PLACE: "You are number {number} in line.",
        Words.WAITED: "You have been waiting for {number} min.",
        Words.INSTEAD: "To leave a message instead, press 2.",
        Words.TAKE: "A call for you from {caller}. To take it, press any key.",
        Words.BEGIN: "You are about to call {caller}. To begin, press any key.",
        Words.UNANSWERED: "Nobody answered. Goodbye.",
        Words.BUSY: "The line is busy. Goodbye.",
        Words.CANNOT: "This call cannot be placed. Goodbye.",
    },
    "es": {
        Words.HELLO: "Hola. Se ha comunicado con {school}.",
        Words.CLOSED: "En este momento estamos cerrados.",
        Words.PERSON: "Para hablar con {person}, oprima 1.",
        Words.OFFICE: "Para hablar con la oficina, oprima 1.",
        Words.MESSAGE: "Para dejar un mensaje, oprima 2.",
        Words.STOP: "Para dejar de recibir nuestras llamadas automáticas, oprima 3.",
        Words.MOMENT: "Un momento, por favor.",
        Words.WRONG: "El {key} no es una opción.",
        Words.UNDECIDED: "No eligió ninguna opción; puede dejar un mensaje.",
        Words.SORRY: "En este momento nadie puede atender su llamada.",
        Words.BEEP: "Deje su mensaje después del tono. Oprima la tecla de número cuando termine.",
        Words.STOPPED: "Ya no recibirá llamadas automáticas de nuestra parte. El personal de la escuela todavía puede llamarle. Adiós.",
        Words.THANKS: "Gracias. Adiós.",
        Words.PLACE: "Usted es el número {number} en la fila.",
        Words.WAITED: "Lleva {number} min esperando.",
        Words.INSTEAD: "Para dejar un mensaje, oprima 2.",
        Words.TAKE: "Llamada para usted de {caller}. Para contestarla, oprima cualquier tecla.",
        Words.BEGIN: "Va a llamar a {caller}. Para empezar, oprima cualquier tecla.",
        Words.UNANSWERED: "Nadie contestó. Adiós.",
        Words.BUSY: "La línea está ocupada. Adiós.",
        Words.CANNOT: "No se puede hacer esta llamada. Adiós.",
    },
    "vi": {
        Words.HELLO: "Xin chào. Đây là {school}.",
        Words.CLOSED: "Hiện giờ trường đã đóng cửa.",
        Words.PERSON: "Để nói chuyện với {person}, bấm số 1.",
        Words.OFFICE: "Để nói chuyện với văn phòng, bấm số 1.",
        Words.MESSAGE: "Để để lại lời nhắn, bấm số 2.",
        Words.STOP: "Để ngừng nhận các cuộc gọi tự động của chúng tôi, bấm số 3.",
        Words.MOMENT: "Xin chờ một chút.",
        Words.WRONG: "Không có lựa chọn {key}.",
        Words.UNDECIDED: "Quý vị chưa chọn gì, vì vậy quý vị có thể để lại lời nhắn.",
        Words.SORRY: "Hiện không ai có thể nhận cuộc gọi của quý vị.",
        Words.BEEP: "Xin để lại lời nhắn sau tiếng bíp. Bấm phím thăng khi nói xong.",
        Words.STOPPED: "Quý vị sẽ không nhận cuộc gọi tự động của chúng tôi nữa. Nhân viên nhà trường vẫn có thể gọi. Xin chào.",
        Words.THANKS: "Xin cảm ơn. Xin chào.",
        Words.PLACE: "Quý vị đang ở vị trí số {number}.",
        Words.WAITED: "Quý vị đã chờ {number} phút.",
        Words.INSTEAD: "Để để lại lời nhắn, bấm số 2.",
    },
    "ar": {
        Words.HELLO: "مرحباً. لقد اتصلتم بـ {school}.",
        Words.CLOSED: "نحن مغلقون الآن.",
        Words.PERSON: "للتحدث مع {person} اضغطوا 1.",
        Words.OFFICE: "للتحدث مع المكتب اضغطوا 1.",
        Words.MESSAGE: "لترك رسالة اضغطوا 2.",
        Words.STOP: "لإيقاف مكالماتنا الآلية اضغطوا 3.",
        Words.MOMENT: "لحظة من فضلكم.",
        Words.WRONG: "الرقم {key} ليس من الخيارات.",
        Words.UNDECIDED: "لم تختاروا شيئاً، لذلك يمكنكم ترك رسالة.",
        Words.SORRY: "لا يستطيع أحد الرد على مكالمتكم الآن.",
        Words.BEEP: "اتركوا رسالتكم بعد الصافرة، ثم اضغطوا مفتاح المربع عند الانتهاء.",
        Words.STOPPED: "لن تصلكم مكالمات آلية منا بعد الآن. قد يتصل بكم موظفو المدرسة. مع السلامة.",
        Words.THANKS: "شكراً لكم. مع السلامة.",
        Words.PLACE: "رقمكم في الانتظار هو {number}.",
        Words.WAITED: "أنتم تنتظرون منذ {number} دقيقة.",
        Words.INSTEAD: "لترك رسالة بدلاً من الانتظار اضغطوا 2.",
    },
    "zh": {
        Words.HELLO: "您好。这里是{school}。",
        Words.CLOSED: "我们现在不在办公时间。",
        Words.PERSON: "与{person}通话请按1。",
        Words.OFFICE: "与办公室通话请按1。",
        Words.MESSAGE: "留言请按2。",
        Words.STOP: "不再接收我们的自动电话请按3。",
        Words.MOMENT: "请稍候。",
        Words.WRONG: "没有{key}这个选项。",
        Words.UNDECIDED: "您没有作出选择，可以留言。",
        Words.SORRY: "现在没有人能接听您的电话。",
        Words.BEEP: "请在提示音后留言，说完请按井号键。",
        Words.STOPPED: "您将不再接到我们的自动电话。学校人员仍可能给您打电话。再见。",
        Words.THANKS: "谢谢。再见。",
        Words.PLACE: "您排在第{number}位。",
        Words.WAITED: "您已等候{number}分钟。",
        Words.INSTEAD: "改为留言请按2。",
    },
    "ru": {
        Words.HELLO: "Здравствуйте. Вы позвонили в {school}.",
        Words.CLOSED: "Сейчас мы закрыты.",
        Words.PERSON: "Чтобы поговорить с {person}, нажмите 1.",
        Words.OFFICE: "Чтобы поговорить с канцелярией, нажмите 1.",
        Words.MESSAGE: "Чтобы оставить сообщение, нажмите 2.",
        Words.STOP: "Чтобы отказаться от наших автоматических звонков, нажмите 3.",
        Words.MOMENT: "Одну минуту, пожалуйста.",
        Words.WRONG: "Варианта {key} нет.",
        Words.UNDECIDED: "Вы ничего не выбрали; вы можете оставить сообщение.",
        Words.SORRY: "Сейчас никто не может ответить на ваш звонок.",
        Words.BEEP: "Оставьте сообщение после сигнала, затем нажмите решётку.",
        Words.STOPPED: "Автоматических звонков от нас больше не будет. Сотрудники школы могут вам позвонить. До свидания.",
        Words.THANKS: "Спасибо. До свидания.",
        Words.PLACE: "Ваш номер в очереди: {number}.",
        Words.WAITED: "Вы ждёте {number} мин.",
        Words.INSTEAD: "Чтобы вместо этого оставить сообщение, нажмите 2.",
    },
    "fr": {
        Words.HELLO: "Bonjour. Vous êtes bien à {school}.",
        Words.CLOSED: "Nous sommes fermés en ce moment.",
        Words.PERSON: "Pour parler à {person}, appuyez sur 1.",
        Words.OFFICE: "Pour parler au secrétariat, appuyez sur 1.",
        Words.MESSAGE: "Pour laisser un message, appuyez sur 2.",
        Words.STOP: "Pour ne plus recevoir nos appels automatiques, appuyez sur 3.",
        Words.MOMENT: "Un instant, s’il vous plaît.",
        Words.WRONG: "Le choix {key} n’existe pas.",
        Words.UNDECIDED: "Vous n’avez rien choisi ; vous pouvez laisser un message.",
        Words.SORRY: "Personne ne peut prendre votre appel en ce moment.",
        Words.BEEP: "Laissez votre message après le bip, puis appuyez sur dièse.",
        Words.STOPPED: "Vous ne recevrez plus nos appels automatiques. Le personnel de l’école peut encore vous appeler. Au revoir.",
        Words.THANKS: "Merci. Au revoir.",
        Words.PLACE: "Vous êtes numéro {number} dans la file.",
        Words.WAITED: "Vous attendez depuis {number} min.",
        Words.INSTEAD: "Pour laisser plutôt un message, appuyez sur 2.",
    },
    "uk": {
        Words.HELLO: "Добрий день. Ви зателефонували до {school}.",
        Words.CLOSED: "Зараз ми зачинені.",
        Words.PERSON: "Щоб поговорити з {person}, натисніть 1.",
        Words.OFFICE: "Щоб поговорити з канцелярією, натисніть 1.",
        Words.MESSAGE: "Щоб залишити повідомлення, натисніть 2.",
        Words.STOP: "Щоб відмовитися від наших автоматичних дзвінків, натисніть 3.",
        Words.MOMENT: "Хвилинку, будь ласка.",
        Words.WRONG: "Варіанта {key} немає.",
        Words.UNDECIDED: "Ви нічого не вибрали; ви можете залишити повідомлення.",
        Words.SORRY: "Зараз ніхто не може відповісти на ваш дзвінок.",
        Words.BEEP: "Залиште повідомлення після сигналу, потім натисніть решітку.",
        Words.STOPPED: "Автоматичних дзвінків від нас більше не буде. Працівники школи можуть вам зателефонувати. До побачення.",
        Words.THANKS: "Дякуємо. До побачення.",
        Words.PLACE: "Ваш номер у черзі: {number}.",
        Words.WAITED: "Ви чекаєте {number} хв.",
        Words.INSTEAD: "Щоб натомість залишити повідомлення, натисніть 2.",
    },
}


def base_of(language: str) -> str:
    """The language without its region."""
    return language.partition("-")[0]


def speaks(language: str) -> bool:
    """Whether the house has words of its own for callers in it."""
    return Words.BEEP in _WORDS.get(base_of(language), {})


def say(place: VoiceResponse | Gather, words: Words, language: str, **filled: str | int) -> None:
    """Have it said in `language`, or in English where the house has no words for it."""
    base = base_of(language)
    spoken = base if words in _WORDS.get(base, {}) else "en"
    voice = voice_for(spoken)
    place.say(_WORDS[spoken][words].format(**filled), language=voice.language, voice=voice.name)
