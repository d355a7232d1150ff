"""The page of handsets, without a browser: it works before any script does."""

import io
import re
import time

import pytest
import requests

from tests.simulator.running import PICTURE, ROSA, SCHOOL, Network, School

THREAD = f"/phones/{ROSA}/with/{SCHOOL}"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rosa(network: Network) -> Network:
    """A network on which Rosa has a phone and the school has a number."""
    network.control("handsets", [
        {"number": ROSA, "name": "Rosa María Hernández", "note": "Spanish, texts a lot", "language": "es", "rank": 0},
        {"number": "+15032220001", "name": "Eleanor Whitehorse", "note": "Landline", "line_type": "landline"},
        *({"number": f"+1503777{index:04d}", "name": f"Guardian {index}"} for index in range(40)),
    ])  # fmt: skip
    network.control("numbers", {"number": SCHOOL, "name": "Cedar Grove School"})
    return network


def get(network: Network, path: str, **more) -> requests.Response:
    return requests.get(network.url + path, timeout=60, **more)


def post(network: Network, path: str, data: dict, **more) -> requests.Response:
    return requests.post(network.url + path, data=data, timeout=60, **more)


def test_the_page_opens_on_the_phone_that_had_the_latest_text(rosa: Network) -> None:
    assert get(rosa, "/").url.endswith(f"/phones/{ROSA}")
    rosa.send(to="+15032220001")
    rosa.send(body="¡Hola, Rosa!")
    rosa.settle()
    page = get(rosa, "/")
    assert page.url.endswith(THREAD)
    assert "¡Hola, Rosa!" in page.text
    assert "Cedar Grove School" in page.text
    assert page.text.count("<h1") == 1


def test_a_text_shows_only_once_it_arrived(rosa: Network) -> None:
    rosa.control(f"handsets/{ROSA}/switches", {"is_off": True})
    rosa.send(body="You will not read this")
    rosa.set(callback_delay=0)
    assert 'dir="auto">You will not read this</p>' not in get(rosa, THREAD).text
    rosa.control(f"handsets/{ROSA}/switches", {"is_off": False})
    rosa.send(body="You will read this")
    _until(lambda: "You will read this</p>" in get(rosa, THREAD).text)


def _until(holds) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_words_and_links_are_shown_but_never_as_markup(rosa: Network) -> None:
    rosa.send(body='<script>alert("x")</script> see https://hmrm.example/s/7KQ2?a=1&b=2.')
    rosa.settle()
    page = get(rosa, THREAD)
    assert "<script>alert" not in page.text
    assert 'href="https://hmrm.example/s/7KQ2?a=1&amp;b=2"' in page.text
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page.text)


def test_the_handset_texts_the_school_without_script(rosa: Network, school: School) -> None:
    answer = post(rosa, THREAD, {"body": "Gracias maestra"}, files={"photo": ("a.png", io.BytesIO(PICTURE))})
    assert answer.url.endswith(THREAD)
    form = school.wait_for(1)[0].form
    assert (form["Body"], form["MediaContentType0"], form["From"]) == ("Gracias maestra", "image/png", ROSA)
    rosa.settle()
    page = get(rosa, THREAD)
    assert "“Gracias maestra” reached the school" in page.text
    picture = re.search(r'<img src="(/files/ME\w+)"', page.text)
    assert picture is not None
    assert get(rosa, picture[1]).content == PICTURE


@pytest.mark.parametrize(
    ("quick", "body", "files"),
    [("thanks", "Gracias 🙏", "0"), ("stop", "STOP", "0"), ("start", "START", "0"), ("photo", "", "1"), ("long", "Buenos días", "0")],
)
def test_quick_texts_speak_the_language_of_the_phone(rosa: Network, school: School, quick: str, body: str, files: str) -> None:
    post(rosa, THREAD, {"quick": quick})
    form = school.wait_for(1)[0].form
    assert form["Body"].startswith(body)
    assert form["NumMedia"] == files


@pytest.mark.parametrize(
    ("data", "files", "advice"),
    [
        ({"body": ""}, {}, "Write a text or choose a photo first."),
        ({"quick": "rude"}, {}, "There is no such quick text."),
        ({"body": "Look"}, {"photo": ("virus.exe", io.BytesIO(b"MZ\x90"))}, "virus.exe is not a photo"),
        ({"body": "Look"}, {"photo": ("film.png", io.BytesIO(PICTURE + bytes(5 * 1024 * 1024)))}, "film.png is over 5 MB"),
    ],
)
def test_what_a_phone_cannot_send_is_said_beside_the_field(rosa: Network, school: School, data: dict, files: dict, advice: str) -> None:
    refused = post(rosa, THREAD, data, files=files)
    assert refused.status_code == 422
    assert advice in refused.text
    assert data.get("body", "") in refused.text
    for file in files.values():
        file[1].seek(0)
    assert advice in post(rosa, THREAD, data, files=files, headers=HTMX).text
    assert school.heard == []


def test_news_come_once_and_only_when_there_are_any(rosa: Network, school: School) -> None:
    page = get(rosa, THREAD)
    news = re.search(r'hx-get="([^"]+/news[^"]+)"', page.text)[1].replace("&amp;", "&")
    assert get(rosa, news, headers=HTMX).status_code == 204
    rosa.send(body="The bus leaves at 8:45", status_callback=f"{school.url}/status")
    rosa.settle()
    fresh = get(rosa, news, headers=HTMX)
    assert fresh.text.count("The bus leaves at 8:45</p>") == 1
    assert "was delivered, 1 text" in fresh.text
    following = re.search(r'hx-get="([^"]+/news[^"]+)"', fresh.text)[1].replace("&amp;", "&")
    assert get(rosa, following, headers=HTMX).status_code == 204
    assert get(rosa, f"{THREAD}/news?after=x&told=0").status_code == 404


def test_the_school_side_says_what_went_wrong(rosa: Network, school: School) -> None:
    rosa.set(drop_callbacks=1)
    rosa.send(body="Never told", status_callback=f"{school.url}/status")
    rosa.settle()
    rosa.set(drop_callbacks=0)
    rosa.send(body="Nobody asked")
    rosa.set(failure_rate=1, failure_code=30007)
    rosa.send(body="Too spammy", status_callback=f"{school.url}/status")
    rosa.settle()
    page = get(rosa, THREAD).text
    assert "“Never told” was delivered, 1 text, but the school was not told" in page
    assert "“Nobody asked” was delivered, 1 text, and the school did not ask to be told" in page
    assert "“Too spammy” did not arrive: 30007, Message filtered" in page


def test_people_are_found_by_name_note_or_number(rosa: Network) -> None:
    assert "Eleanor Whitehorse" in get(rosa, "/people?q=ELEANOR", headers=HTMX).text
    assert "Rosa María" in get(rosa, "/people?q=maria hern", headers=HTMX).text
    assert "Rosa María" in get(rosa, "/people", params={"q": "(503) 555-0123", "now": SCHOOL}, headers=HTMX).text
    assert get(rosa, "/people?q=guardian", headers=HTMX).text.count('class="persona"') == 31
    stranger = get(rosa, "/people?q=(971) 867-5309", headers=HTMX).text
    assert "/phones/+19718675309" in stranger
    assert "Nobody fits" in get(rosa, "/people?q=Xyzzy", headers=HTMX).text
    assert "%" not in get(rosa, "/people?q=%25_", headers=HTMX).text.split("Nobody fits")[0]


def test_any_phone_can_start_a_thread_with_a_number_of_the_school(rosa: Network, school: School) -> None:
    empty = get(rosa, "/phones/+19718675309")
    assert "No texts yet." in empty.text
    assert "Cedar Grove School, (503) 555-0100" in empty.text
    thread = post(rosa, "/phones/+19718675309/new", {"school": SCHOOL})
    assert thread.url.endswith(f"/phones/+19718675309/with/{SCHOOL}")
    post(rosa, f"/phones/+19718675309/with/{SCHOOL}", {"body": "Is this the office?"})
    assert school.wait_for(1)[0].form["From"] == "+19718675309"
    assert "Is this the office?" in get(rosa, "/phones/+19718675309/all").text


def test_switches_and_starting_over(rosa: Network) -> None:
    post(rosa, f"/phones/{ROSA}/switches", {"is_off": "on", "does_not_answer": "on", "school": SCHOOL})
    page = get(rosa, THREAD).text
    assert page.count('role="switch" id="is_off" name="is_off" checked') == 1
    post(rosa, THREAD, {"quick": "stop"})
    assert "This phone said STOP" in get(rosa, THREAD).text
    again = post(rosa, f"/phones/{ROSA}/start-over", {"school": SCHOOL})
    assert again.url.endswith(THREAD)
    assert "This phone said STOP" not in again.text
    assert "checked" not in again.text
    assert rosa.send().status == "queued"


@pytest.mark.parametrize("path", ["/phones/12", "/phones/+1503555", f"/phones/{ROSA}/with/nobody", "/files/ME0", "/static/nothing"])
def test_what_does_not_exist_is_not_found(rosa: Network, path: str) -> None:
    assert get(rosa, path).status_code == 404


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_another_site_cannot_text_for_a_handset(rosa: Network, school: School, headers: dict) -> None:
    assert post(rosa, THREAD, {"body": "Forged"}, headers=headers).status_code == 403
    assert school.heard == []


def test_it_works_under_the_path_it_is_mounted_at(rosa: Network) -> None:
    from werkzeug.middleware.dispatcher import DispatcherMiddleware
    from werkzeug.test import Client as Browser

    mounted = Browser(DispatcherMiddleware(lambda _environ, _start: [], {"/simulator": rosa.app.wsgi_app}))
    page = mounted.get(f"/simulator{THREAD}").text
    assert f'hx-post="/simulator{THREAD}"' in page
    assert f'href="/simulator{THREAD}?view=who"' in page
    assert not re.search(r'(href|action|hx-get|hx-post)="/(phones|people|files)', page)


def test_it_speaks_spanish_to_who_asks_for_it(rosa: Network) -> None:
    assert '<html lang="es"' in get(rosa, THREAD, headers={"Accept-Language": "es-MX,es;q=0.9"}).text
