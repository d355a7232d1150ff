"""Why something could not be sent from the guardian's page, in the families' languages. A person wrote these."""

from typing import Final

from app.conversations.errors import MessageTooLong, NothingToSend, TooManyFiles
from app.conversations.service import web_thread
from app.core.errors import HomeroomError
from app.core.files import FileTooLarge, human_size
from app.core.uploads import UploadRefused

ENGLISH: Final = {
    "nothing": "Write a message or add a photo.",
    "long": "This message is too long. Please shorten it, or send it in two parts.",
    "many": "Please send at most {most} files at once.",
    "large": "This file is too large. Please send one of at most {limit}.",
    "empty": "{name} is empty. Please choose it again, or another file.",
    "kind": "{name} cannot be sent here. Please send a photo (JPEG or PNG) or a PDF.",
    "lies": "{name} is not what its name says. Please save it again, or send another file.",
    "picture": "This picture cannot be read. Please save it again, or take a new one.",
    "big_picture": "This picture is too large or too long. Please send a smaller one.",
    "often": "That was too often. Please wait a minute, then try again.",
    "failed": "This could not be sent. Please try again in a minute.",
}
REFUSALS: Final[dict[str, dict[str, str]]] = {
    "en": ENGLISH,
    "es": {
        "nothing": "Escriba un mensaje o agregue una foto.",
        "long": "Este mensaje es demasiado largo. Por favor acórtelo o envíelo en dos partes.",
        "many": "Por favor envíe como máximo {most} archivos a la vez.",
        "large": "Este archivo es demasiado grande. Por favor envíe uno de {limit} como máximo.",
        "empty": "{name} está vacío. Por favor elíjalo de nuevo, o elija otro archivo.",
        "kind": "{name} no se puede enviar aquí. Por favor envíe una foto (JPEG o PNG) o un PDF.",
        "lies": "{name} no es lo que dice su nombre. Por favor guárdelo de nuevo o envíe otro archivo.",
        "picture": "Esta imagen no se puede leer. Por favor guárdela de nuevo o tome otra.",
        "big_picture": "Esta imagen es demasiado grande o demasiado larga. Por favor envíe una más pequeña.",
        "often": "Fueron demasiados intentos. Por favor espere un minuto e inténtelo de nuevo.",
        "failed": "No se pudo enviar. Por favor inténtelo de nuevo en un minuto.",
    },
    "vi": {
        "nothing": "Xin quý vị viết tin nhắn hoặc thêm ảnh.",
        "long": "Tin nhắn này quá dài. Xin rút ngắn lại hoặc gửi làm hai phần.",
        "many": "Xin gửi nhiều nhất {most} tệp mỗi lần.",
        "large": "Tệp này quá lớn. Xin gửi tệp không quá {limit}.",
        "empty": "{name} trống. Xin chọn lại hoặc chọn tệp khác.",
        "kind": "Không thể gửi {name} ở đây. Xin gửi ảnh (JPEG hoặc PNG) hoặc PDF.",
        "lies": "Nội dung của {name} không đúng với tên tệp. Xin lưu lại hoặc gửi tệp khác.",
        "picture": "Không đọc được ảnh này. Xin lưu lại hoặc chụp ảnh mới.",
        "big_picture": "Ảnh này quá lớn hoặc quá dài. Xin gửi ảnh nhỏ hơn.",
        "often": "Quý vị đã thử quá nhiều lần. Xin đợi một phút rồi thử lại.",
        "failed": "Không gửi được. Xin thử lại sau một phút.",
    },
    "ar": {
        "nothing": "اكتبوا رسالة أو أضيفوا صورة.",
        "long": "هذه الرسالة طويلة جداً. نرجو اختصارها أو إرسالها على جزأين.",
        "many": "نرجو ألا يزيد عدد الملفات في المرة الواحدة على {most}.",
        "large": "هذا الملف كبير جداً. نرجو إرسال ملف لا يتجاوز {limit}.",
        "empty": "الملف {name} فارغ. نرجو اختياره من جديد أو اختيار ملف آخر.",
        "kind": "لا يمكن إرسال {name} هنا. نرجو إرسال صورة (JPEG أو PNG) أو ملف PDF.",
        "lies": "محتوى {name} لا يطابق اسمه. نرجو حفظه من جديد أو إرسال ملف آخر.",
        "picture": "تتعذر قراءة هذه الصورة. نرجو حفظها من جديد أو التقاط صورة أخرى.",
        "big_picture": "هذه الصورة كبيرة جداً أو طويلة جداً. نرجو إرسال صورة أصغر.",
        "often": "محاولات كثيرة جداً. نرجو الانتظار دقيقة ثم المحاولة من جديد.",
        "failed": "تعذر الإرسال. نرجو المحاولة من جديد بعد دقيقة.",
    },
    "so": {
        "nothing": "Fadlan qor farriin ama ku dar sawir.",
        "long": "Farriintani aad bay u dheer tahay. Fadlan soo gaabi ama laba qaybood u dir.",
        "many": "Fadlan mar kasta ha ka badin {most} fayl.",
        "large": "Faylkani aad buu u weyn yahay. Fadlan soo dir mid aan ka badnayn {limit}.",
        "empty": "{name} waa maran yahay. Fadlan mar kale dooro, ama dooro fayl kale.",
        "kind": "{name} halkan lagama diri karo. Fadlan soo dir sawir (JPEG ama PNG) ama PDF.",
        "lies": "{name} ma aha waxa magaciisu sheegayo. Fadlan mar kale keydi ama fayl kale soo dir.",
        "picture": "Sawirkan lama akhrin karo. Fadlan mar kale keydi ama mid cusub qaad.",
        "big_picture": "Sawirkani aad buu u weyn yahay ama u dheer yahay. Fadlan soo dir mid ka yar.",
        "often": "Marar badan ayaad isku dayday. Fadlan sug hal daqiiqo, ka dibna isku day.",
        "failed": "Lama diri karin. Fadlan daqiiqo ka dib mar kale isku day.",
    },
    "zh": {
        "nothing": "请输入消息或添加照片。",
        "long": "这条消息太长。请缩短，或分两次发送。",
        "many": "一次最多发送 {most} 个文件。",
        "large": "此文件太大。请发送不超过 {limit} 的文件。",
        "empty": "{name} 是空文件。请重新选择，或选择其他文件。",
        "kind": "{name} 无法在此发送。请发送照片（JPEG 或 PNG）或 PDF。",
        "lies": "{name} 的内容与文件名不符。请重新保存，或发送其他文件。",
        "picture": "无法读取这张图片。请重新保存，或另拍一张。",
        "big_picture": "这张图片太大或太长。请发送小一点的图片。",
        "often": "操作太频繁。请等一分钟再试。",
        "failed": "发送失败。请过一分钟再试。",
    },
    "ru": {
        "nothing": "Напишите сообщение или добавьте фото.",
        "long": "Сообщение слишком длинное. Пожалуйста, сократите его или отправьте двумя частями.",
        "many": "Пожалуйста, отправляйте за один раз не больше {most} файлов.",
        "large": "Файл слишком большой. Пожалуйста, отправьте файл не больше {limit}.",
        "empty": "Файл {name} пуст. Пожалуйста, выберите его ещё раз или другой файл.",
        "kind": "Файл {name} нельзя отправить здесь. Пожалуйста, отправьте фото (JPEG или PNG) или PDF.",
        "lies": "Содержимое файла {name} не соответствует его имени. Пожалуйста, сохраните его заново или отправьте другой файл.",
        "picture": "Не удаётся открыть это изображение. Пожалуйста, сохраните его заново или сделайте новое.",
        "big_picture": "Изображение слишком большое или слишком длинное. Пожалуйста, отправьте поменьше.",
        "often": "Слишком много попыток. Пожалуйста, подождите минуту и попробуйте снова.",
        "failed": "Отправить не удалось. Пожалуйста, попробуйте ещё раз через минуту.",
    },
    "uk": {
        "nothing": "Напишіть повідомлення або додайте фото.",
        "long": "Повідомлення задовге. Будь ласка, скоротіть його або надішліть двома частинами.",
        "many": "Будь ласка, надсилайте за один раз не більше {most} файлів.",
        "large": "Файл завеликий. Будь ласка, надішліть файл не більше {limit}.",
        "empty": "Файл {name} порожній. Будь ласка, виберіть його ще раз або інший файл.",
        "kind": "Файл {name} не можна надіслати тут. Будь ласка, надішліть фото (JPEG або PNG) або PDF.",
        "lies": "Вміст файлу {name} не відповідає його назві. Будь ласка, збережіть його знову або надішліть інший файл.",
        "picture": "Не вдається відкрити це зображення. Будь ласка, збережіть його знову або зробіть нове.",
        "big_picture": "Зображення завелике або задовге. Будь ласка, надішліть менше.",
        "often": "Забагато спроб. Будь ласка, зачекайте хвилину і спробуйте знову.",
        "failed": "Надіслати не вдалося. Будь ласка, спробуйте ще раз за хвилину.",
    },
    "fr": {
        "nothing": "Écrivez un message ou ajoutez une photo.",
        "long": "Ce message est trop long. Merci de le raccourcir ou de l'envoyer en deux parties.",
        "many": "Merci d'envoyer au plus {most} fichiers à la fois.",
        "large": "Ce fichier est trop volumineux. Merci d'en envoyer un de {limit} au plus.",
        "empty": "{name} est vide. Merci de le choisir à nouveau, ou d'en choisir un autre.",
        "kind": "{name} ne peut pas être envoyé ici. Merci d'envoyer une photo (JPEG ou PNG) ou un PDF.",
        "lies": "{name} n'est pas ce que son nom indique. Merci de l'enregistrer à nouveau ou d'envoyer un autre fichier.",
        "picture": "Cette image est illisible. Merci de l'enregistrer à nouveau ou d'en prendre une autre.",
        "big_picture": "Cette image est trop grande ou trop longue. Merci d'en envoyer une plus petite.",
        "often": "Il y a eu trop d'essais. Merci d'attendre une minute avant de réessayer.",
        "failed": "L'envoi a échoué. Merci de réessayer dans une minute.",
    },
}


def sentence_for(error: HomeroomError, language: str) -> str:
    """What the guardian reads about a refusal, in the page's language."""
    key, values = _about(error)
    return sentence(key, language, **values)


def sentence(key: str, language: str, **values: object) -> str:
    """One of the sentences above, with its values."""
    return REFUSALS.get(language, ENGLISH)[key].format_map(values)


def _about(error: HomeroomError) -> tuple[str, dict[str, object]]:
    match error:
        case NothingToSend():
            return "nothing", {}
        case MessageTooLong():
            return "long", {}
        case TooManyFiles():
            return "many", {"most": web_thread.MOST_FILES}
        case FileTooLarge():
            return "large", {"limit": human_size(error.limit)}
        case UploadRefused():
            return error.why, {"name": f"\u2068{error.name}\u2069"}  # a name reads in its own direction
        case _:
            return "failed", {}
