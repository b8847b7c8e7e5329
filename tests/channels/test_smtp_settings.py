"""The URL of a mail server: encryption unless it is this machine, and no password in the clear."""

from __future__ import annotations

import pytest

from recoup.channels.smtp import SmtpSettings
from recoup.kernel.errors import Refusal


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", {"host": "mail.example", "port": 587, "starttls": True}),
        ("smtp://mail.example:25?starttls=0", {"port": 25, "starttls": False}),
        ("smtps://mail.example", {"port": 465, "implicit_tls": True, "starttls": False}),
        ("smtp://localhost:2525", {"port": 2525, "starttls": False}),
        ("smtp://127.0.0.1:2525", {"starttls": False}),
        ("smtp://[::1]:2525", {"host": "::1", "starttls": False}),
        ("smtp://localhost?starttls=1", {"starttls": True}),
        ("smtp://me%40x:p%2Fw@mail.example", {"user": "me@x", "password": "p/w"}),
        ("smtp://u:p@localhost", {"user": "u", "starttls": False}),
        (
            "smtp://mail.example?timeout=5&reply_timeout=60&per_connection=9&helo=x.example",
            {
                "timeout_seconds": 5,
                "reply_timeout_seconds": 60,
                "messages_per_connection": 9,
                "helo": "x.example",
            },
        ),
        ("smtp://mail.example?ca=/etc/ca.pem", {"ca_file": "/etc/ca.pem"}),
        ("smtp://mail.example?timeout=0", {"timeout_seconds": 1}),
    ],
)
def test_a_url_says_where_and_how(url, expected):
    settings = SmtpSettings.parse(url)
    assert {name: getattr(settings, name) for name in expected} == expected


def test_we_wait_longest_for_the_answer_to_a_message_and_never_for_ever():
    settings = SmtpSettings.parse("smtp://mail.example")
    assert 0 < settings.timeout_seconds <= 60 <= settings.reply_timeout_seconds <= 600


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example:99999",
        "smtp://mail.example/path",
        "smtp://mail.example?starttls",
        "smtp://mail.example?starttls=maybe",
        "smtp://mail.example?timeout=-1",
        "smtp://mail.example?timout=3",
        "smtp://ü:p@mail.example",
    ],
)
def test_a_url_that_is_not_understood_is_refused(url):
    with pytest.raises(Refusal) as caught:
        SmtpSettings.parse(url)
    assert caught.value.code == "smtp-url-invalid"


def test_a_password_never_travels_in_the_clear_to_another_machine():
    with pytest.raises(Refusal) as caught:
        SmtpSettings.parse("smtp://me:secret@mail.example?starttls=0")
    assert caught.value.code == "smtp-password-in-clear"
    assert "secret" not in caught.value.sentence


def test_a_password_is_not_shown():
    assert "secret" not in repr(SmtpSettings.parse("smtp://me:secret@mail.example"))
