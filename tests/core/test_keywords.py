"""Keywords act at once; everything else is only a suggestion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.keywords import KEYWORDS, Keyword, Refusal, keyword, plain_words_refusal

BLANKS = st.text(st.sampled_from(" \t\r\n\u00a0\u200b\ufeff"), max_size=4)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        *[(word, Keyword.OPT_OUT) for word in ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]],
        *[(word, Keyword.OPT_IN) for word in ["START", "YES", "UNSTOP"]],
        *[(word, Keyword.HELP) for word in ["HELP", "INFO"]],
    ],
)
def test_each_keyword_in_any_case(word: str, kind: Keyword) -> None:
    for written in (word, word.lower(), word.title(), f" {word}\n", f"\u200b{word.swapcase()} "):
        assert keyword(written) is kind
        assert plain_words_refusal(written) is None


@given(st.sampled_from(sorted(KEYWORDS)), BLANKS, BLANKS, st.data())
def test_blanks_and_case_do_not_matter(word: str, before: str, after: str, data: st.DataObject) -> None:
    written = "".join(data.draw(st.sampled_from([letter, letter.lower()])) for letter in word)
    assert keyword(before + written + after) is KEYWORDS[word]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Stop.",
        "STOP please",
        "stop it",
        "Yes!",
        "yes we will",
        "the end",
        "S T O P",
        "OPT OUT",
        "stop stop",
        "end?",
        "ok",
    ],
)
def test_anything_more_than_the_lone_word_is_no_keyword(text: str) -> None:
    assert keyword(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Please stop texting me",
        "STOP!",
        "stop it please",
        "Opt out",
        "Don't text me again",
        "dont message this number",
        "No more texts please",
        "take me off your list",
        "I don't want to receive any more messages",
        "Remove my number from this",
        "leave me alone!!",
        "Por favor dejen de mandarme mensajes",
        "Ya no quiero recibir mensajes",
        "No me escriba más",
        "Basta",
        "no quiero más mensajes",
        "Quite mi número por favor",
        "Arrêtez de m'écrire s'il vous plaît",
        "Não me mande mais mensagens",
        "sispann voye mesaj",
        "Đừng nhắn tin cho tôi nữa",
        "Xin ngừng nhắn tin cho tôi",
        "joojiya farriimaha",
        "Перестаньте мне писать",
        "Не пишите мне больше",
        "Припиніть писати",
        "لا ترسلوا لي رسائل",
        "توقفوا عن الإرسال",
        "请不要再给我发短信",
        "退订",
    ],
)
def test_asking_to_stop(text: str) -> None:
    assert plain_words_refusal(text) is Refusal.STOP_ASKED


@pytest.mark.parametrize(
    "text",
    [
        "Wrong number",
        "I think you have the wrong person",
        "you texted the wrong parent sorry",
        "I don't have kids",
        "i have no children",
        "I'm not his mom",
        "Sorry, no one here by that name",
        "Número equivocado",
        "numero incorrecto",
        "Se equivocó de número",
        "No soy la mamá de Mateo",
        "no tengo hijos",
        "Mauvais numéro",
        "Vous vous êtes trompé de numéro",
        "Número errado",
        "move nimewo",
        "Nhầm số rồi",
        "Sai số",
        "lambarku waa khaldan",
        "Вы ошиблись номером",
        "Ви помилились номером",
        "الرقم خطأ",
        "打错了",
        "你发错人了",
    ],
)
def test_a_wrong_person(text: str) -> None:
    assert plain_words_refusal(text) is Refusal.WRONG_PERSON


@pytest.mark.parametrize(
    "text",
    [
        "Mateo doesn't go to this school anymore",
        "she no longer attends your school",
        "He goes to a different school now",
        "Mi hijo ya no va a esa escuela",
        "va a otra escuela",
    ],
)
def test_a_student_who_left(text: str) -> None:
    assert plain_words_refusal(text) is Refusal.LEFT_SCHOOL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Where is the bus stop?",
        "I will stop by the office at 3",
        "Please don't stop texting, it helps a lot",
        "no dejen de avisarme",
        "He is not going to school today",
        "She doesn't feel well, she won't go to school tomorrow",
        "His phone is broken, call me instead",
        "Call me when you can",
        "Thank you for the message",
        "Can you text me the address?",
        "Para el viernes está bien",
        "No, gracias",
        "gracias por escribirme",
        "It starts at the end of the day",
        "He got the answer wrong",
        "Нет, спасибо",
        "شكرا لكم",
        "好的，谢谢",
        "Cảm ơn cô",
        "Mahadsanid macallin",
        "yes",
        "cancel",
        "x" * 5000,
    ],
)
def test_ordinary_replies_raise_no_suggestion(text: str) -> None:
    assert plain_words_refusal(text) is None


@given(st.text(max_size=300))
def test_it_never_raises(text: str) -> None:
    plain_words_refusal(text)
