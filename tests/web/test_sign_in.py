"""Signing in: by e-mail and password, without telling strangers anything."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.web.furnish import PASSWORD

EMAIL = "vera@lindenhof.example"


@pytest.fixture
def known(login):
    """The owner, with a password and a clean slate of failures."""
    cache.clear()
    login.set_password(PASSWORD)
    login.save()
    return login


def sign_in(email, password, **more):
    return Client().post(reverse("account_login"), {"login": email, "password": password}, **more)


def test_who_knows_the_password_gets_to_today(known):
    answer = sign_in(EMAIL, PASSWORD)
    assert answer.status_code == 302
    assert answer.url == "/"


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "wrong"), ("nobody@x.example", PASSWORD)])
def test_a_failure_does_not_say_which_half_was_wrong(known, email, password):
    answer = sign_in(email, password)
    assert answer.status_code == 200
    assert "The email address and/or password you specified are not correct." in answer.text


def test_after_too_many_failures_even_the_right_password_waits(known):
    for _ in range(6):
        sign_in(EMAIL, "wrong")
    answer = sign_in(EMAIL, PASSWORD)
    assert "Too many failed login attempts" in answer.text


def test_nobody_signs_up_by_themselves(db):
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert Client().get("/sign-up/").status_code == 404
    assert Client().get("/accounts/signup/").status_code == 404


def test_signing_out_takes_a_form_not_a_link(known):
    client = Client()
    client.force_login(known)
    assert client.get(reverse("account_logout")).status_code == 405
    assert client.post(reverse("account_logout")).status_code == 302
    assert client.get("/").url == "/sign-in/"


def test_the_bare_address_leads_to_the_first_creditor(known):
    client = Client()
    client.force_login(known)
    assert client.get("/").url == "/c/lindenhof/"


def test_a_login_without_a_seat_is_told_whom_to_ask(db):
    stranger = get_user_model().objects.create_user("s", "s@x.example")
    client = Client()
    client.force_login(stranger)
    answer = client.get("/")
    assert "You serve no creditor yet" in answer.text
    assert answer["Cache-Control"] == "no-store"


def test_pages_carry_a_policy_without_inline_or_foreign_code(books, owner):
    for address in ("/sign-in/", "/c/lindenhof/"):
        answer = owner.get(address, follow=True)
        policy = answer["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son[a-z]+=", answer.text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)


def test_where_it_was_going_is_kept_only_inside_the_house(known):
    inside = sign_in(EMAIL, PASSWORD, QUERY_STRING="next=/c/lindenhof/aging/")
    outside = sign_in(EMAIL, PASSWORD, QUERY_STRING="next=https://evil.example/")
    assert inside.url == "/c/lindenhof/aging/"
    assert outside.url == "/"
