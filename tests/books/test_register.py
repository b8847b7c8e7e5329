"""The door of parties: accounts opened once, gaps filled, nothing overwritten, sending stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from recoup.books.models import Account, ContactPoint, Creditor, TimelineEvent
from recoup.books.register import (
    add_contact,
    change_contact,
    freeze,
    search_text,
    unfreeze,
)
from recoup.kernel.errors import Refusal

pytestmark = pytest.mark.django_db


def addresses():
    return list(ContactPoint.objects.order_by("pk").values_list("kind", "value"))


def test_an_account_is_opened_once(ledger):
    assert ledger.account() == ledger.account()
    assert TimelineEvent.objects.filter(kind="account_opened").count() == 1
    assert addresses() == [("email", "ap@k1.example")]


def test_a_file_fills_gaps_and_overwrites_nothing(ledger):
    ledger.account("K1", country="", tier="", name="First")
    ledger.account("K1", country="AT", tier="A", name="Second", email="new@k1.example")
    ledger.account("K1", country="CH", tier="B")
    account = Account.objects.get()
    assert (account.name, account.tier, account.debtor.country) == ("First", "A", "AT")
    assert [value for _, value in addresses()] == ["ap@k1.example", "new@k1.example"]


def test_search_finds_names_without_accents():
    assert search_text("K-1", "Żółć & ÉTÉ Straße") == "k-1 zołc & ete strasse"


def test_an_address_that_bounced_is_told_once(ledger):
    point = ledger.contact_point(ledger.account())
    words = {"today": ledger.today, "at": ledger.at, "by": "tests"}
    change_contact(contact_point=point, state="bounced", **words)
    assert ContactPoint.objects.get().state == "bounced"
    assert TimelineEvent.objects.filter(kind="contact_changed").count() == 1
    with pytest.raises(Refusal, match="no state"):
        change_contact(contact_point=point, state="lost", **words)


def test_an_address_is_added_once(ledger):
    account = ledger.account()
    for _ in range(2):
        add_contact(
            account=account,
            kind="phone",
            value="+4930123",
            person="Reception",
            today=ledger.today,
            at=ledger.at,
            by="tests",
        )
    assert addresses()[1:] == [("phone", "+4930123")]


def test_sending_is_stopped_for_the_first_reason_until_a_person_lets_it_go(ledger):
    creditor = ledger.creditor
    assert freeze(creditor=creditor, reason="M2 broken", at=ledger.at)
    assert not freeze(creditor=creditor, reason="C4", at=ledger.at + timedelta(days=1))
    held = Creditor.objects.get()
    assert (held.frozen_since, held.frozen_reason) == (ledger.at, "M2 broken")
    assert unfreeze(creditor=creditor)
    assert not unfreeze(creditor=creditor)
    assert Creditor.objects.get().frozen_since is None
