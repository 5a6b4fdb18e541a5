"""The pages for clerks without JavaScript: who works here, which language, forms of pages, their headers, the list of forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import lxml.html
import pytest
from support.browsing import CLERK, Browser
from support.calling import run
from support.serving import Serving, served


@pytest.fixture
def browser(service: Serving) -> Iterator[Browser]:
    with Browser(service) as browser:
        yield browser


def test_a_clerk_is_asked_once_who_he_is_and_comes_to_the_page_that_he_wanted(browser):
    browser.open("/?search=plan")
    assert (browser.path, browser.title) == ("/who", "Who works here?")
    browser.send(who=CLERK)
    assert browser.path == "/"
    assert browser.page.get_element_by_id("search").value == "plan"
    assert CLERK in browser.text
    browser.open("/")
    assert browser.path == "/"


@pytest.mark.parametrize(
    ("name", "said"), [("", "nothing is given"), ("a\u202eb", "is no name of a clerk"), ("x" * 101, "is no name")]
)
def test_what_is_no_name_is_refused_on_the_same_page(browser, name, said):
    browser.open("/").send(who=name)
    assert browser.answer.status_code == 422
    assert said in browser.text
    assert browser.page.get_element_by_id("who").get("aria-invalid") == "true"


def test_a_clerk_who_leaves_is_unknown_again(browser):
    browser.enter()
    browser._show(browser.client.post("/leave", data=dict(browser.page.forms[0].form_values())))
    assert browser.path == "/who"
    assert browser.open("/").path == "/who"


@pytest.mark.parametrize(("language", "title"), [("kk", "Құжаттар"), ("ru", "Документы"), ("en", "Documents")])
def test_a_page_speaks_the_language_of_the_browser_and_the_one_that_is_chosen(service, language, title):
    with Browser(service, language) as browser:
        browser.enter()
        assert (browser.title, browser.page.get("lang")) == (title, language)
        browser.send(button=("language", "ru")).open("/")
        assert browser.title == "Документы"


def test_going_back_leads_to_no_other_site(browser):
    for back in ("https://example.com/", "//example.com/", "/\\example.com", "/x\nLocation: y"):
        browser.open("/who")
        token = dict(browser.form(who="").form_values())["token"]
        answer = browser.client.post("/who", data={"token": token, "who": CLERK, "back": back}, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "./")


def test_a_form_without_its_token_or_with_that_of_another_browser_is_refused(service, browser):
    browser.enter()
    with Browser(service) as other:
        token = dict(other.open("/who").form(who="").form_values())["token"]
    for data in ({"language": "kk"}, {"language": "kk", "token": ""}, {"language": "kk", "token": token}):
        answer = browser.client.post("/language", data=data)
        assert answer.status_code == 403
        assert "Open the page again" in answer.text
        assert 'lang="en"' in answer.text
    with httpx.Client(base_url=service.address, trust_env=False) as stranger:  # without a session the token is worth nothing
        assert stranger.post("/language", data={"language": "kk", "token": token}).status_code == 403


def test_a_form_sent_by_a_page_of_another_site_is_refused(browser):
    browser.enter()
    data = dict(browser.form(language="").form_values())
    answer = browser.client.post("/language", data=data, headers={"origin": "https://example.com"})
    assert answer.status_code == 403


@pytest.mark.slow
def test_forms_stay_good_over_a_restart(tmp_path):
    with served(tmp_path) as serving, Browser(serving) as browser:
        browser.enter()
        cookies, data = browser.client.cookies, dict(browser.form(language="").form_values())
    with served(tmp_path) as serving, Browser(serving) as again:
        again.client.cookies = cookies
        for cookie in cookies.jar:
            again.client.cookies.set(cookie.name, cookie.value, domain="127.0.0.1")
        assert again.client.post("/language", data={**data, "language": "kk"}).status_code == 200
        assert again.open("/").title == "Құжаттар"


def test_a_page_lets_a_browser_do_no_more_than_it_needs(browser):
    browser.enter()
    headers = browser.answer.headers
    policy = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))
    assert policy == {
        "default-src": "'none'", "style-src": "'self'", "script-src": "'self'", "img-src": "'self'", "connect-src": "'self'",
        "form-action": "'self'", "base-uri": "'none'", "frame-ancestors": "'none'",
    }  # fmt: skip
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert len(headers.get_list("content-security-policy")) == 1


def test_cookies_are_for_the_service_alone_and_travel_over_tls_unless_it_is_this_machine(service):
    for host, is_secure in (("127.0.0.1", False), ("localhost:8080", False), ("[::1]:80", False)):
        answer = httpx.get(service.address + "/who", headers={"host": host}, trust_env=False)
        [cookie] = answer.headers.get_list("set-cookie")
        parts = cookie.split("; ")
        assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(parts)
        assert ("Secure" in parts) == is_secure


def test_nothing_on_a_page_is_outside_the_service_or_begins_with_a_slash(browser):
    """A proxy may have put the service below a path of its own."""
    for path in ("/", "/nothing/at/all"):
        browser.enter() if path == "/" else browser.open(path)
        addresses = browser.page.xpath("//@href | //@src | //@action | //@hx-get | //@hx-post")
        assert len(addresses) > 5
        assert [each for each in addresses if re.match(r"/|[a-z]+:", each)] == []
        style = browser.page.xpath("//link[@rel='stylesheet']/@href")[0]
        assert browser.client.get(str(httpx.URL(str(browser.answer.url)).join(style))).status_code == 200


def test_no_page_has_a_style_or_script_within(browser):
    browser.enter()
    assert browser.page.xpath("//style | //*[@style] | //script[not(@src)] | //@onclick") == []


def test_files_of_pages_are_stored_by_browsers_and_no_other_file_is_sent(browser):
    browser.open("/who")
    for address in browser.page.xpath("//link/@href | //script/@src"):
        answer = browser.client.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    for name in ("htmx.LICENSE", "../pages.py", "..%2fwho.py", "%2fetc%2fpasswd"):
        assert browser.client.get(f"/assets/x/{name}").status_code == 404


def test_an_unknown_path_is_a_page_for_a_browser_and_a_problem_for_a_program(service, browser):
    browser.enter()
    browser.open("/nothing")
    assert browser.answer.status_code == 404
    assert "there is nothing at this path" in browser.text
    assert service.client.get("/nothing").json()["problems"][0]["code"] == "path-unknown"


def test_forms_say_what_they_are_for_and_are_found_by_words_of_any_language(browser):
    browser.enter()
    assert browser.words("h2") == ["28 forms"]
    card = next(each for each in browser.words(".card") if "by 1 October" in each)
    assert "Order of the Minister of Internal Affairs No. 422" in card
    browser.send(search="сертификат қайта")
    assert browser.words("h2") == ["1 form found"]
    assert browser.words("h3") == ["Certificate of retraining"]
    browser.send(search="<script>alert(1)</script>")
    assert "No form has all these words." in browser.text
    assert b"<script>alert" not in browser.answer.content


def test_kazakh_titles_are_in_the_order_of_the_kazakh_alphabet(service):
    with Browser(service, "kk") as browser:
        titles = browser.enter().words("h3")
    alphabet = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
    first = [alphabet.index(title[0].lower()) for title in titles]
    assert first == sorted(first)
    assert len(set(first)) > 4


@pytest.mark.slow
def test_a_clerk_with_a_token_signs_in_with_it_and_has_its_rights(tmp_path):
    tokens = tmp_path / "tokens.toml"
    token = run("token", tokens, "Б. Серік", "--rights", "read").output.split()[0]
    with served(tmp_path, "--tokens", tokens, "--allowed-host", "docgen.example.kz") as serving, Browser(serving) as browser:
        browser.open("/").send(who="docgen_wrong")
        assert "nobody has this token" in browser.text
        assert "docgen_wrong" not in browser.answer.text
        browser.send(who=token)
        assert (browser.path, "Б. Серік" in browser.text) == ("/", True)
        answer = browser.client.get("/who", headers={"host": "docgen.example.kz"})
        assert answer.status_code == 200
        fresh = httpx.get(serving.address + "/who", headers={"host": "docgen.example.kz"}, trust_env=False)
        assert "Secure" in fresh.headers["set-cookie"].split("; ")
        assert token not in serving.log_text()


def test_every_word_of_the_pages_is_in_the_html_of_its_language(service):
    """A page in Kazakh or Russian has no English sentence left: what is not translated is the names of forms' acts."""
    for language in ("kk", "ru"):
        with Browser(service, language) as browser:
            tree = lxml.html.fromstring(browser.open("/who").answer.content.decode())
            words = re.findall(r"\b[A-Za-z]{3,}\b", tree.find("body").text_content())
            assert set(words) <= {"docgen", "English"}
