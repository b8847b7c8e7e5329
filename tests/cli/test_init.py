"""Starting: the first creditor, its owner, and more people."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import authenticate, get_user_model

from recoup.books.models import Creditor, Seat
from recoup.cli import init

pytestmark = pytest.mark.django_db

START = ("init", "--name", "Weir & Sons", "--country", "Ireland", "--email", "ann@weir.example")


def test_a_firm_starts_with_its_country_s_money_zone_and_the_standard_policy(recoup):
    assert recoup(*START).exit_code == 0
    creditor = Creditor.objects.get()
    assert (creditor.code, creditor.country, creditor.currency, creditor.time_zone) == (
        "weir-sons",
        "IE",
        "EUR",
        "Europe/Dublin",
    )
    assert creditor.policy.name == "standard"


def test_the_owner_s_password_is_shown_once_and_works(recoup):
    told = recoup(*START).stdout
    password = re.search(r"shown this once: (\S+)", told)[1]
    assert (
        authenticate(email="ann@weir.example", password=password) == get_user_model().objects.get()
    )
    assert "shown this once" not in recoup(*START).stdout
    assert Seat.objects.get().role == "owner"


def test_starting_again_changes_nothing(recoup):
    recoup(*START)
    before = (Creditor.objects.get().pk, get_user_model().objects.get().password)
    assert recoup("init").exit_code == 0
    assert (Creditor.objects.get().pk, get_user_model().objects.get().password) == before


@pytest.mark.parametrize(
    ("missing", "option"),
    [("--name", "--name"), ("--country", "--country"), ("--email", "--email")],
)
def test_where_nobody_can_be_asked_the_missing_option_is_named(recoup, missing, option):
    words = list(START)
    del words[words.index(missing) : words.index(missing) + 2]
    refused = recoup(*words)
    assert refused.exit_code == 2
    assert option in refused.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--country", "Atlantis"), "Atlantis"),
        (("--time-zone", "Mars/Olympus"), "Mars/Olympus"),
        (("--currency", "XQQ"), "XQQ"),
        (("--email", "nobody"), "nobody"),
        (("--password", "short"), "short"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(recoup, words, code):
    refused = recoup(*START, *words)
    assert refused.exit_code == 1
    assert code in refused.stderr


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("DE", "Europe/Berlin"),
        ("US", "America/New_York"),
        ("FR", "Europe/Paris"),
        ("ES", "Europe/Madrid"),
        ("BR", None),
    ],
)
def test_a_country_s_zone_is_known_where_one_is_usual(country, zone):
    assert init.zone_of(country) == zone


def test_people_come_and_go_and_the_last_owner_stays(recoup, answer):
    recoup(*START)
    assert recoup("login", "add", "bo@weir.example", "--role", "viewer").exit_code == 0
    assert [(each["email"], each["role"]) for each in answer("login", "list")] == [
        ("ann@weir.example", "owner"),
        ("bo@weir.example", "viewer"),
    ]
    assert recoup("login", "remove", "bo@weir.example").exit_code == 0
    refused = recoup("login", "remove", "ann@weir.example")
    assert refused.exit_code == 1
    assert "last owner" in refused.stderr


def test_a_new_password_replaces_the_old_one(recoup):
    recoup(*START)
    told = recoup("login", "password", "ann@weir.example").stdout
    password = re.search(r"shown this once: (\S+)", told)[1]
    assert authenticate(email="ann@weir.example", password=password)
    chosen = "a-horse-in-a-library"
    recoup("login", "password", "ann@weir.example", "--password", chosen)
    assert authenticate(email="ann@weir.example", password=chosen)
    assert recoup("login", "password", "nobody@weir.example").exit_code == 1


def test_a_creditor_says_how_it_is_paid(recoup):
    recoup(*START)
    kept = recoup("creditor", "set", "--bank-iban", "IE00WEIR", "--sender-email", "a@weir.example")
    assert kept.exit_code == 0
    creditor = Creditor.objects.get()
    assert (creditor.bank_iban, creditor.sender_email) == ("IE00WEIR", "a@weir.example")
    assert recoup("creditor", "set").exit_code == 2
    assert recoup("creditor", "set", "--name", "").exit_code == 1


def test_sending_that_was_stopped_goes_on_when_a_person_says_so(recoup, answer, at):
    recoup(*START)
    Creditor.objects.update(frozen_since=at, frozen_reason="M1 is broken")
    assert [each["is_frozen"] for each in answer("creditor", "list")] == [True]
    assert "goes on" in recoup("creditor", "unfreeze").stdout
    assert "was not stopped" in recoup("creditor", "unfreeze").stdout
