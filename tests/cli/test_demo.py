"""The demo: the same every time, made through the doors, kept apart, open and signed in."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections import Counter
from datetime import date, timedelta
from http.cookiejar import CookieJar

import pytest
from django.test import RequestFactory

from recoup.books.models import HoldRecord, Intent, Run, SetAsideRow
from recoup.cli import demo as command
from recoup.demo import seed, site
from recoup.demo.business import OWNER, build
from recoup.demo.files import customers_file, invoices_file, payments_file
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal

ANCHOR = date(2026, 3, 3)
LAST_LINE = "  Approve today's run and read what arrives on the page Mailbox. Ctrl-C ends.\n"


@pytest.fixture(scope="module")
def business():
    """The business as of a Tuesday."""
    return build(anchor=ANCHOR)


def test_it_is_as_large_and_as_mixed_as_a_real_one(business):
    documents = {row.number for row in business.rows}
    habits = Counter(each.habit.code for each in business.customers)
    assert len(business.customers) == 300
    assert 6_000 <= len(documents) <= 8_000
    assert len({each.place.country for each in business.customers}) >= 6
    assert len({each.place.currency for each in business.customers}) >= 3
    assert {each.place.language for each in business.customers} == {"en", "de", "fr", "es"}
    assert min(habits.values()) >= 5
    assert any(row.position == 3 for row in business.rows)
    assert any(row.kind == "credit_note" for row in business.rows)
    assert any(not each.email for each in business.customers)
    assert any(not each.document_number for each in business.payments)


def test_no_two_customers_have_one_name(business):
    assert len({each.named.name for each in business.customers}) == 300


def test_the_same_seed_and_day_give_the_same_bytes(business):
    again = build(anchor=ANCHOR)
    assert customers_file(again.customers) == customers_file(business.customers)
    assert invoices_file(again.rows) == invoices_file(business.rows)
    assert payments_file(again.payments, spoiled=True) == payments_file(
        business.payments, spoiled=True
    )


def test_nothing_happens_after_the_day_it_lives_on(business):
    assert max(row.issue_date for row in business.rows) < ANCHOR
    assert max(each.day for each in business.payments) < ANCHOR


@pytest.mark.parametrize("later", [0, 1, 400, 3000])
def test_it_is_as_alive_on_any_other_day(later):
    other = build(anchor=seed.anchor_of(ANCHOR + timedelta(days=later)))
    assert 6_000 <= len({row.number for row in other.rows}) <= 8_000
    assert len(other.unpaid(days_late=12)) >= 30


@pytest.mark.parametrize(
    ("today", "anchor"),
    [
        (date(2026, 3, 3), date(2026, 3, 3)),
        (date(2026, 3, 8), date(2026, 3, 6)),
        (date(2026, 4, 6), date(2026, 4, 2)),
    ],
    ids=["a Tuesday", "a Sunday", "Easter Monday"],
)
def test_it_lives_on_a_working_day(today, anchor):
    assert seed.anchor_of(today) == anchor


def test_its_days_are_lived_and_today_is_left_to_a_person(db, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    settings.MAIL_URL = f"mailbox://{tmp_path / 'mailbox'}"
    monkeypatch.setattr(seed, "LIVED_DAYS", 17)
    monkeypatch.setattr(seed, "build", _smaller)
    anchor = date(2026, 3, 2)
    creditor = seed.seed(anchor=anchor)
    last = Run.objects.filter(as_of=anchor).latest("pk")
    states = Counter(Intent.objects.values_list("cycle_date", "state"))
    assert last.state == "awaiting_approval"
    assert "go out without a look" in last.brake
    assert states[anchor, "waiting"] == last.messages > 0
    assert {state for day, state in states if day < anchor} <= {"accepted", "cancelled"}
    assert len(list((tmp_path / "mailbox").iterdir())) == sum(
        count for (_, state), count in states.items() if state == "accepted"
    )
    assert HoldRecord.objects.count() >= 5
    assert SetAsideRow.objects.count() == 2
    found = verify(creditor, as_of=anchor, at=seed.Day(anchor, None).at(12), by="test")
    assert [each.sentence for each in found if not each.holds] == []


def _smaller(*, anchor):
    """Every third customer, so that the test is short; the ones with a part to play stay."""
    whole = build(anchor=anchor)
    kept = {
        each.number
        for count, each in enumerate(whole.customers)
        if count % 3 == 0 or count in (7, 11, 19)
    }
    whole.rows[:] = [row for row in whole.rows if row.customer.number in kept]
    whole.payments[:] = [each for each in whole.payments if each.customer.number in kept]
    return whole


def answer_of(path, monkeypatch, key="k3y"):
    """Status and headers of the demo's way in."""
    monkeypatch.setenv("RECOUP_DEMO_KEY", key)
    told = {}
    environ = RequestFactory().get(path).environ
    body = site.application(environ, lambda status, headers: told.update(dict(headers), s=status))
    list(body)
    return told


def test_whoever_has_the_link_is_signed_in(db, settings, monkeypatch, django_user_model):
    settings.ENVIRONMENT = "demo"
    django_user_model.objects.create_user(OWNER, OWNER, "demo")
    told = answer_of("/demo/k3y/", monkeypatch)
    assert told["s"] == "302 Found"
    assert "sessionid=" in told["Set-Cookie"]
    assert "HttpOnly" in told["Set-Cookie"]
    assert "Set-Cookie" not in answer_of("/demo/guess/", monkeypatch)


def test_outside_a_demo_there_is_no_such_link(db, settings, monkeypatch):
    settings.ENVIRONMENT = "production"
    told = answer_of("/demo/k3y/", monkeypatch)
    assert told["s"].startswith("404")
    assert "Set-Cookie" not in told


def test_a_folder_that_holds_something_else_is_never_cleared(tmp_path):
    (tmp_path / "letters.txt").write_text("precious")
    with pytest.raises(Refusal, match="holds no demo"):
        command._clear(tmp_path)
    assert (tmp_path / "letters.txt").exists()


def test_a_port_in_use_is_refused_before_anything_is_made():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(Refusal, match="--port"):
            command._refuse_taken(taken.getsockname()[1])


def free_port():
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_it_opens_signed_in_and_the_second_time_as_it_was_left(tmp_path):
    folder = tmp_path / "demo"
    words = [sys.executable, "-m", "recoup.cli", "demo", "--folder", str(folder), "--no-open"]
    # What belongs to the tests' own books does not reach the demo.
    environment = {name: each for name, each in os.environ.items() if name == "PATH"}
    once = subprocess.run(
        [*words, "--no-serve", "--day", "2026-03-03"],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "Making Larkspur & Vane" in once.stdout
    assert json.loads((folder / "demo.json").read_text())["is_ready"]
    served = subprocess.Popen(
        [*words, "--port", str(free_port())],
        env=environment | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told = "".join(iter(served.stdout.readline, LAST_LINE))
        assert "as you left it, on Tuesday 03 March 2026" in told
        page = visited(re.search(r"http://\S+/demo/\S+", told)[0])
        assert "Larkspur &amp; Vane" in page
        assert "waits for approval" in page
    finally:
        os.killpg(served.pid, signal.SIGINT)
        served.communicate(timeout=60)


def visited(link):
    """The page behind a link, once the server answers."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    pause = threading.Event()
    for _ in range(600):
        try:
            with browser.open(link, timeout=20) as answered:
                return answered.read().decode()
        except urllib.error.URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            # Nobody listens yet.
            pause.wait(0.1)
    raise AssertionError("the demo never answered")
