"""What the house says to families about their answers, in their languages; a person wrote these, so no machine is asked."""

from enum import StrEnum


class Said(StrEnum):
    """The occasions of a text."""

    NOTED = "noted"
    CHANGED = "changed"
    FIXED = "fixed"
    CLOSED = "closed"
    REPLACED = "replaced"
    """Another adult of the family answered otherwise since."""
    UNCOUNTED = "uncounted"
    """It fits no choice; the choices follow."""


_WORDS: dict[Said, dict[str, str]] = {
    Said.NOTED: {
        "en": "{school}: Thank you. Your answer: {choice}.",
        "es": "{school}: Gracias. Su respuesta: {choice}.",
        "vi": "{school}: Xin cảm ơn. Câu trả lời của quý vị: {choice}.",
        "ar": "{school}: شكراً لكم. إجابتكم: {choice}.",
        "so": "{school}: Mahadsanid. Jawaabtaadu waa: {choice}.",
        "zh": "{school}：谢谢。您的回答：{choice}。",
        "ru": "{school}: Спасибо. Ваш ответ: {choice}.",
        "uk": "{school}: Дякуємо. Ваша відповідь: {choice}.",
        "fr": "{school} : Merci. Votre réponse : {choice}.",
    },
    Said.CHANGED: {
        "en": "{school}: Thank you. Your answer is now: {choice}.",
        "es": "{school}: Gracias. Su respuesta ahora es: {choice}.",
        "vi": "{school}: Xin cảm ơn. Câu trả lời mới của quý vị: {choice}.",
        "ar": "{school}: شكراً لكم. أصبحت إجابتكم: {choice}.",
        "so": "{school}: Mahadsanid. Jawaabtaadu hadda waa: {choice}.",
        "zh": "{school}：谢谢。您的回答已改为：{choice}。",
        "ru": "{school}: Спасибо. Теперь ваш ответ: {choice}.",
        "uk": "{school}: Дякуємо. Тепер ваша відповідь: {choice}.",
        "fr": "{school} : Merci. Votre réponse est maintenant : {choice}.",
    },
    Said.FIXED: {
        "en": "{school}: An answer of yours is already there, and it cannot be changed. Call the school if it is wrong.",
        "es": "{school}: Ya hay una respuesta de su parte y no se puede cambiar. Si no es correcta, llame a la escuela.",
        "vi": "{school}: Quý vị đã có câu trả lời và không thể đổi. Nếu sai, xin gọi cho trường.",
        "ar": "{school}: لديكم إجابة مسجلة ولا يمكن تغييرها. إن كانت غير صحيحة فاتصلوا بالمدرسة.",
        "so": "{school}: Jawaab hore ayaa jirta, lamana beddeli karo. Haddii ay khalad tahay, wac iskuulka.",
        "zh": "{school}：您已有回答，且不能更改。如有错误，请致电学校。",
        "ru": "{school}: Ваш ответ уже принят, изменить его нельзя. Если он неверен, позвоните в школу.",
        "uk": "{school}: Вашу відповідь уже прийнято, змінити її не можна. Якщо вона неправильна, зателефонуйте до школи.",
        "fr": "{school} : Une réponse de votre part est déjà là et ne peut plus changer. Si elle est fausse, appelez l'école.",
    },
    Said.CLOSED: {
        "en": "{school}: Thank you, but this question is closed. Call the school if it is important.",
        "es": "{school}: Gracias, pero esta pregunta ya está cerrada. Si es importante, llame a la escuela.",
        "vi": "{school}: Xin cảm ơn, nhưng câu hỏi này đã đóng. Nếu quan trọng, xin gọi cho trường.",
        "ar": "{school}: شكراً لكم، لكن هذا السؤال أُغلق. إن كان الأمر مهماً فاتصلوا بالمدرسة.",
        "so": "{school}: Mahadsanid, laakiin su'aashan way xidhan tahay. Haddii ay muhiim tahay, wac iskuulka.",
        "zh": "{school}：谢谢，但此问题已截止。如有要事，请致电学校。",
        "ru": "{school}: Спасибо, но этот опрос уже закрыт. Если это важно, позвоните в школу.",
        "uk": "{school}: Дякуємо, але це опитування вже закрито. Якщо це важливо, зателефонуйте до школи.",
        "fr": "{school} : Merci, mais cette question est close. Si c'est important, appelez l'école.",
    },
    Said.REPLACED: {
        "en": "{school}: Another adult of your family has answered since, and that answer counts now. Call the school if it is wrong.",
        "es": "{school}: Otro adulto de su familia respondió después y ahora cuenta esa respuesta. Si no es correcta, llame a la escuela.",
        "vi": "{school}: Một người lớn khác trong gia đình đã trả lời sau, và câu trả lời đó được tính. Nếu sai, xin gọi cho trường.",
        "ar": "{school}: أجاب بعدكم شخص بالغ آخر من أسرتكم، وإجابته هي المحتسبة الآن. إن كانت غير صحيحة فاتصلوا بالمدرسة.",
        "so": "{school}: Qof kale oo weyn oo qoyskaaga ah ayaa kadib jawaabay, jawaabtaas ayaana hadda tirsan. Haddii ay khalad tahay, wac iskuulka.",
        "zh": "{school}：您家中另一位成人之后作了回答，现以该回答为准。如有错误，请致电学校。",
        "ru": "{school}: Другой взрослый из вашей семьи ответил позже, теперь учитывается его ответ. Если он неверен, позвоните в школу.",
        "uk": "{school}: Інший дорослий вашої родини відповів пізніше, тепер враховано його відповідь. Якщо вона неправильна, зателефонуйте до школи.",
        "fr": "{school} : Un autre adulte de votre famille a répondu depuis, et sa réponse compte. Si elle est fausse, appelez l'école.",
    },
    Said.UNCOUNTED: {
        "en": "{school}: Thank you. This could not be counted as an answer. {choice}",
        "es": "{school}: Gracias. Esto no se pudo contar como respuesta. {choice}",
        "vi": "{school}: Xin cảm ơn. Tin này chưa được tính là câu trả lời. {choice}",
        "ar": "{school}: شكراً لكم. لم نتمكن من احتساب هذه الرسالة كإجابة. {choice}",
        "so": "{school}: Mahadsanid. Tan looma tirin karin jawaab ahaan. {choice}",
        "zh": "{school}：谢谢。此信息无法计为回答。{choice}",
        "ru": "{school}: Спасибо. Это сообщение не удалось засчитать как ответ. {choice}",
        "uk": "{school}: Дякуємо. Це повідомлення не вдалося зарахувати як відповідь. {choice}",
        "fr": "{school} : Merci. Ce message n'a pas pu être compté comme réponse. {choice}",
    },
}
LANGUAGES = tuple(_WORDS[Said.NOTED])


def spoken(language: str) -> str:
    """The language in which the house speaks to somebody with this one: the same where there are words, or English."""
    base = language.partition("-")[0]
    return base if base in LANGUAGES else "en"


def say(said: Said, language: str, *, school: str, choice: str, ends: bool = True) -> str:
    """A text in a reader's language; a choice that `ends` a sentence itself is not ended twice."""
    return _WORDS[said][spoken(language)].format(school=school, choice=choice.rstrip(".。") if ends else choice)
