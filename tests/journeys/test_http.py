"""What any client, proxy or probe sees of the running site."""

import json
import os
import re
import signal
import urllib.request
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import pytest

from tests.journeys.demo import ANSWER_SECONDS, Answer, Demo

HELLO = json.dumps({"query": "{ clinic { name } }"}).encode()
JSON = "application/json"
AT_ONCE = 16


def test_both_server_processes_answer(demo: Demo) -> None:
    one, other = demo.worker_pids

    for stopped in (one, other):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            os.kill(stopped, signal.SIGSTOP)
            try:
                # Some of them wait for the one that is stopped: the system deals connections out by chance.
                asked = [pool.submit(demo.ask, "{ clinic { name } }") for _ in range(AT_ONCE)]
                answered, _ = wait(asked, timeout=ANSWER_SECONDS, return_when=FIRST_COMPLETED)
            finally:
                os.kill(stopped, signal.SIGCONT)
            assert answered
            found = [each.result() for each in asked]
        assert found == [{"clinic": {"name": "Larkspur Chiropractic"}}] * AT_ONCE


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_answer(demo: Demo, path: str) -> None:
    answer = demo.request(path)

    assert (answer.status, answer.data) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "cookie",
    [f"sessionid={'a' * 32}; csrftoken={'b' * 32}", "sessionid=odd", "csrftoken=odd"],
    ids=["outdated", "odd session", "odd form token"],
)
def test_only_the_admin_uses_cookies(demo: Demo, cookie: str) -> None:
    answers = [
        demo.request("/healthz", cookie=cookie),
        demo.request("/readyz", cookie=cookie),
        demo.request("/graphql/", cookie=cookie),
        demo.request("/graphql/", method="OPTIONS", cookie=cookie),
        demo.request("/graphql/", method="POST", body=HELLO, content_type=JSON, cookie=cookie),
        demo.request("/graphql/", method="POST", body=b"{", content_type=JSON, cookie=cookie),
        demo.request("/graphql/", method="POST", body=b"{}", content_type="text/plain", cookie=cookie),
    ]

    assert [answer.status for answer in answers] == [200, 200, 405, 204, 200, 400, 415]
    assert [cookies(answer) for answer in answers] == [(False, False)] * len(answers)
    assert cookies(demo.request("/admin/login/")) == (True, True)


def cookies(answer: Answer) -> tuple[bool, bool]:
    """Tell whether the answer sets a cookie, and whether it varies by cookie."""
    return "Set-Cookie" in answer.headers, "cookie" in answer.headers.get("Vary", "").lower()


@pytest.mark.parametrize("path", ["/graphql/", "/healthz", "/admin/login/"])
def test_unknown_host_is_refused(demo: Demo, path: str) -> None:
    answer = demo.request(path, host="elsewhere.example")

    assert (answer.status, b"elsewhere" in answer.body) == (400, False)


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"]
)
def test_what_a_form_can_post_is_refused(demo: Demo, content_type: str) -> None:
    answer = demo.request("/graphql/", method="POST", body=HELLO, content_type=content_type)

    [error] = answer.data["errors"]
    assert (answer.status, error["extensions"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_staff_sign_in_with_what_the_demo_prints(demo: Demo) -> None:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{demo.site}/admin/login/") as form:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form.read().decode())
    assert found
    details = {"username": "admin", "password": "larkspur-demo", "csrfmiddlewaretoken": found[1]}

    with browser.open(f"{demo.site}/admin/login/", urlencode(details).encode()) as answer:
        assert (answer.status, answer.url) == (200, f"{demo.site}/admin/")
    with browser.open(f"{demo.site}/graphiql/") as answer:
        assert (answer.status, answer.url) == (200, f"{demo.site}/graphiql/")
