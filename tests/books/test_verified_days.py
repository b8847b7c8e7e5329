"""A day as it is really decided and sent leaves books that pass every invariant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books.models import Creditor, Intent
from recoup.jobs.nightly import nightly
from recoup.jobs.verify import ALL, verify
from tests.books.histories import send
from tests.books.ledgers import BY

DAYS = (0, 1, 2, 7)


@pytest.fixture
def day(committed_ledger, settings, tmp_path):
    """Books with something of everything, on a day on which messages may go out."""
    settings.DATA = tmp_path
    ledger = committed_ledger
    late = ledger.today - timedelta(days=3)
    for number in range(6):
        account = ledger.account(f"K{number}")
        item = ledger.invoice(account, 100_00, due=late)
        ledger.invoice(account, 50_00, due=ledger.today + timedelta(days=20))
        if number == 1:
            ledger.apply(ledger.receipt(account, 100_00), item, 100_00)
        if number == 2:
            ledger.hold(account, item=item)
        if number == 3:
            ledger.receipt(account, 500_00)
        if number == 4:
            ledger.credit_note(account, 30_00)
        if number == 5:
            ledger.invoice(account, 70_00, currency="USD", due=late)
    return ledger


def breaches(ledger):
    found = verify(None, as_of=ledger.today, at=ledger.at, by=BY)
    return [(each.sentence, each.rows[0]) for each in found if not each.holds]


def test_every_invariant_is_asked(day):
    found = verify(day.creditor, as_of=day.today, at=day.at, by=BY)
    assert [each.code for each in found] == [each.code for each in ALL]
    assert all(each.holds and each.sentence.startswith(f"{each.code} holds") for each in found)


def test_days_decided_and_sent_pass_every_invariant(day):
    for days in DAYS:
        day.today += timedelta(days=days)
        day.at += timedelta(days=days)
        for _ in range(2):
            nightly(Creditor.objects.get(), as_of=day.today, at=day.at, by=BY)
            assert breaches(day) == []
        Intent.objects.filter(state="waiting").update(state="pending", not_before=day.at)
        send(day)
        assert breaches(day) == []
    assert Intent.objects.filter(state="accepted").exists()
    assert Creditor.objects.get().frozen_since is None


def test_a_day_decided_after_the_debt_was_paid_passes_too(day):
    nightly(day.creditor, as_of=day.today, at=day.at, by=BY)
    account = day.account("K0")
    day.at += timedelta(hours=1)
    day.receipt(account, 150_00)
    assert breaches(day) == []
    nightly(Creditor.objects.get(), as_of=day.today, at=day.at, by=BY)
    assert breaches(day) == []


def test_a_rehearsed_day_is_not_late_because_it_is_long_ago(day):
    nightly(day.creditor, as_of=day.today, at=day.at, by=BY)
    Intent.objects.filter(state="waiting").update(state="pending")
    assert Intent.objects.filter(state="pending").exists()
    day.at += timedelta(days=4000)
    assert breaches(day) == []
    day.today += timedelta(days=4000)
    assert [sentence[:3] for sentence, _ in breaches(day)] == ["C12"]


def test_a_day_on_which_nothing_is_due_passes_too(committed_ledger, settings, tmp_path):
    settings.DATA = tmp_path
    committed_ledger.account()
    nightly(
        committed_ledger.creditor,
        as_of=committed_ledger.today,
        at=committed_ledger.at,
        by=BY,
    )
    assert breaches(committed_ledger) == []
