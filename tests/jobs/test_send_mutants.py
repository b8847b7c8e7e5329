"""The soak's mutants are wrong in the way they claim to be, and its questions find them."""

from __future__ import annotations

import pytest

from recoup.books.invariants import INVARIANTS, Scope, offenders
from recoup.jobs import gatekeeper, send
from soak import mutants
from tests.books.ledgers import Ledger
from tests.jobs.sending import Office


@pytest.fixture
def office(creditor, today, at):
    return Office(Ledger(creditor, today, at))


@pytest.fixture
def unmutated():
    """Mutants change modules for good; here they are taken off again."""
    ask, release = gatekeeper.Gatekeeper.ask, send._Round._release
    yield
    gatekeeper.Gatekeeper.ask, send._Round._release = ask, release


def test_without_the_lock_a_payment_gets_in_between(office, unmutated, monkeypatch, today, at):
    (item,) = office.owe("K1", 9000)
    office.plan()

    def meanwhile(_):
        receipt = office.ledger.receipt(item.account, 9000)
        office.ledger.apply(receipt, item, 9000)

    monkeypatch.setattr("soak.mutants.time.sleep", meanwhile)
    mutants.put_on("no lock")
    office.send()
    (rule,) = (each for each in INVARIANTS if each.code == "C4")
    assert len(office.server.got) == 1
    assert len(offenders(rule, Scope(None, today, at))) == 1
