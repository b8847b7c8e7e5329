"""When imported invoices are due: as they say, as was agreed, by tier, by policy, by law."""

from __future__ import annotations

from datetime import date

import pytest

from recoup.books.agree import agree_terms
from recoup.books.models import Account, Document, DocumentTerms, HoldRecord, OpenItem
from recoup.books.publish import publish_policy
from recoup.engine.bundle import Hold
from recoup.jobs.terms import terms_of
from recoup.kernel.errors import Refusal
from recoup.policy import document
from tests.jobs.importing import AT, TODAY, imported

CUSTOMERS = """\
account_number,account_name,contact_name,email,country,terms,tier,legal_kind
K1,Ahorn GmbH,,,DE,{terms},{tier},company
"""
INVOICES = "account_number,account_name,number,issue_date,due_date,terms,currency,total,open\n"


def policy_with(creditor, terms):
    text = f"{document.standard().text}\nterms: {terms}\n"
    publish_policy(creditor=creditor, name="standard", text=text, at=AT, by="vera")


def customer(creditor, terms="", tier=""):
    imported(creditor, CUSTOMERS.format(terms=terms, tier=tier))
    return Account.objects.get(number="K1")


def invoice(creditor, number="R-1", *, issued="2026-01-05", due="", terms="", left="100.00"):
    row = f"K1,Ahorn GmbH,{number},{issued},{due},{terms},EUR,100.00,{left}\n"
    imported(creditor, INVOICES + row)
    return Document.objects.get(number=number)


def agreed(account, text, first=date(2026, 1, 1), why="agreed by phone with Mr Ahorn"):
    return agree_terms(
        account=account, text=text, first_date=first, why=why, today=TODAY, at=AT, by="vera"
    )


def due_dates(found):
    return list(found.items.order_by("position").values_list("due_date", flat=True))


def test_a_stated_due_date_stands_and_needs_no_terms(creditor):
    customer(creditor, terms="60 days")
    found = invoice(creditor, due="2026-01-20")
    assert due_dates(found) == [date(2026, 1, 20)]
    assert not DocumentTerms.objects.exists()


@pytest.mark.parametrize(
    ("on_invoice", "agreement", "file", "tier", "due", "source"),
    [
        ("10 days", "20 days", "30 days", "gold", date(2026, 1, 15), "invoice"),
        ("", "20 days", "30 days", "gold", date(2026, 1, 25), "agreed"),
        ("", "", "30 days", "gold", date(2026, 2, 4), "account"),
        ("", "", "", "gold", date(2026, 2, 14), "tier"),
        ("", "", "", "silver", date(2026, 1, 19), "creditor"),
        ("see contract", "", "30 days", "", date(2026, 2, 4), "account"),
    ],
)
def test_the_nearest_terms_count_and_the_document_says_which(
    creditor, on_invoice, agreement, file, tier, due, source
):
    policy_with(creditor, "{default: 14 days, tiers: {gold: 40 days}}")
    account = customer(creditor, terms=file, tier=tier)
    if agreement:
        agreed(account, agreement)
    found = invoice(creditor, terms=on_invoice)
    assert due_dates(found) == [due]
    assert (found.terms.source, found.terms.is_counted) == (source, True)


def test_where_nothing_was_agreed_the_law_of_the_place_says_when(creditor):
    creditor.country, creditor.region = "GB", "ENG"
    creditor.save()
    customer(creditor)
    found = invoice(creditor)
    assert due_dates(found) == [date(2026, 2, 3)]
    assert found.terms.source == "law"


def test_where_no_law_is_known_it_is_due_on_its_day_and_says_so(creditor):
    creditor.country = "AQ"
    creditor.save()
    account = customer(creditor)
    found = invoice(creditor)
    assert due_dates(found) == [date(2026, 1, 5)]
    assert found.terms.source == "none"
    assert "no law is known" in terms_of(account, on=TODAY).because


def test_what_was_agreed_holds_from_its_first_day_on(creditor):
    account = customer(creditor, terms="30 days")
    agreed(account, "10 days", first=date(2026, 2, 1))
    assert due_dates(invoice(creditor, "R-1", issued="2026-01-31")) == [date(2026, 3, 2)]
    assert due_dates(invoice(creditor, "R-2", issued="2026-02-01")) == [date(2026, 2, 11)]


def test_a_new_agreement_moves_no_due_date_of_what_is_posted(creditor):
    account = customer(creditor, terms="30 days")
    found = invoice(creditor)
    agreed(account, "in 3 monthly parts")
    invoice(creditor, left="40.00")
    assert due_dates(found) == [date(2026, 2, 4)]
    assert OpenItem.objects.get().open_minor == 40_00


def test_an_agreement_ends_and_the_customer_file_counts_again(creditor):
    account = customer(creditor, terms="30 days")
    agreed(account, "10 days")
    agreed(account, "", first=date(2026, 2, 1), why="trial over")
    assert terms_of(account, on=date(2026, 1, 15)).source == "agreed"
    assert terms_of(account, on=date(2026, 2, 1)).source == "account"


def test_agreeing_twice_adds_nothing_and_terms_must_be_terms(creditor):
    account = customer(creditor)
    assert agreed(account, "10 days").pk == agreed(account, " 10  days ").pk
    with pytest.raises(Refusal, match="not understood"):
        agreed(account, "whenever")
    with pytest.raises(Refusal, match="Say why"):
        agreed(account, "12 days", why=" ")


def test_a_deposit_and_monthly_parts_become_items_and_the_paid_part_is_the_earliest(creditor):
    customer(creditor, terms='"30% on order, rest in 3 monthly parts"')
    found = invoice(creditor, left="60.00")
    items = found.items.order_by("position").values_list("due_date", "amount_minor", "open_minor")
    assert list(items) == [
        (date(2026, 1, 5), 30_00, 0),
        (date(2026, 2, 5), 23_33, 13_33),
        (date(2026, 3, 5), 23_33, 23_33),
        (date(2026, 4, 5), 23_34, 23_34),
    ]
    again = invoice(creditor, left="0.00")
    assert list(again.items.exclude(open_minor=0)) == []


def test_what_is_asked_for_in_advance_is_held_until_it_is_delivered(creditor):
    customer(creditor, terms="proforma")
    found = invoice(creditor)
    held = HoldRecord.objects.get()
    assert (held.reason, held.open_item.document, held.last_date) == (Hold.ADVANCE, found, None)


def test_a_discount_of_the_account_is_kept_with_an_invoice_that_states_its_due_date(creditor):
    customer(creditor, terms="3/10 2/20 net 30")
    found = invoice(creditor, due="2026-02-10").terms
    assert (found.discount_ppm, found.discount_days) == (30_000, 10)
    assert (found.later_ppm, found.later_days) == (20_000, 20)
    assert not found.is_counted
