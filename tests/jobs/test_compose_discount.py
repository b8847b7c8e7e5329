"""A note before the due date names the discount that still stands."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from recoup.books import agree, outbox
from recoup.books.models import Message, OpenItem
from recoup.books.publish import publish_policy
from recoup.jobs.nightly import nightly
from recoup.policy import document
from tests.books.ledgers import Ledger


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    text = document.standard().text.replace("days_before_due: 3", "days_before_due: 25")
    publish_policy(creditor=creditor, name="early", text=text, at=at, by="vera")
    return Ledger(creditor, today, at)


@pytest.mark.parametrize(("days_old", "says"), [(5, True), (10, True), (11, False)])
def test_the_note_says_how_much_is_enough_and_until_when(books, days_old, says):
    account = books.account("K1", name="Ahorn Handels GmbH")
    issued = books.today - timedelta(days=days_old)
    item = books.invoice(account, 1000_00, key="R-1", due=books.today + timedelta(days=20))
    OpenItem.objects.filter(pk=item.pk).update(issue_date=issued)
    row = {
        "kind": "invoice",
        "key": "R-1",
        "text": "2/10 net 30",
        "source": "agreed",
        "is_counted": False,
        "discount_ppm": 20_000,
        "discount_days": 10,
        "later_ppm": 0,
        "later_days": 0,
    }
    agree.note_document_terms(creditor=books.creditor, terms=agree.DOCUMENT_TERMS.of([row]))
    nightly(books.creditor, as_of=books.today, at=books.at, by="vera")
    mail = message_from_bytes(outbox.message_bytes(Message.objects.get()), policy=default)
    body = mail.get_body(preferencelist=("plain",))
    assert ("980" in body.get_content()) is says
