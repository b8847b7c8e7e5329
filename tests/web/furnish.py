"""A small business for the pages: five accounts, a policy, a decided day, people with roles."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from recoup.books import apply_cash, post, publish, register, standing
from recoup.books.models import Account, ContactPoint, Intent, OpenItem, Receipt, Seat
from recoup.jobs.nightly import nightly
from recoup.policy import document
from recoup.web.board import forget

PASSWORD = "a-long-enough-password"

# Number, name, language, address; then its invoices: number, days late, amount in minor units.
ACCOUNTS = (
    ("K-1", "Bäckerei Sommer", "de", "buch@sommer.example", (("S-1", 12, 1_240_50),)),
    (
        "K-2",
        "Tidewater Boats",
        "en",
        "ap@tidewater.example",
        (("T-1", 45, 300_00), ("T-2", 5, 99_00)),
    ),
    ("K-3", "Quiet Rooms", "en", "", (("Q-1", 30, 75_00),)),
    ("K-4", "Not Yet Due Ltd", "en", "ap@notyet.example", (("N-1", -20, 500_00),)),
    ("K-5", "Paid And Done", "en", "ap@done.example", ()),
)


def _party(number, name, language, email):
    empty = dict.fromkeys(("phone", "person", "postal_address", "tier", "terms"), "")
    return empty | {
        "number": number,
        "name": name,
        "email": email,
        "country": "DE" if language == "de" else "GB",
        "language": language,
        "legal_kind": 1,
    }


def open_books(creditor, today, at, accounts=ACCOUNTS):
    """The accounts with their invoices, posted; the standings of today."""
    people = [_party(*each[:4]) for each in accounts]
    ids = register.enroll(
        creditor=creditor,
        parties=register.PARTIES.of(people),
        source="customers.csv",
        today=today,
        at=at,
        by="vera",
    )
    known = dict(zip(ids["number"], ids["account_id"], strict=True))
    rows = [
        {
            "line": 1,
            "account_id": known[number],
            "kind": "invoice",
            "key": invoice,
            "number": invoice,
            "reference": "",
            "issue_date": today - timedelta(days=late + 30),
            "currency": creditor.currency,
            "total_minor": minor,
            "position": 1,
            "due_date": today - timedelta(days=late),
            "amount_minor": minor,
        }
        for number, _, _, _, invoices in accounts
        for invoice, late, minor in invoices
    ]
    # First heard of before they were due, so none counts as old debt.
    post.post_documents(
        creditor=creditor,
        documents=post.DOCUMENTS.of(rows),
        today=today - timedelta(days=100),
        at=at,
        by="vera",
        why="invoices.csv",
    )
    standing.refresh(creditor_id=creditor.pk, account_ids=list(known.values()), today=today)
    text = document.standard()
    publish.publish_policy(
        creditor=creditor, name=text.policy.name, text=text.text, at=at, by="vera"
    )


@pytest.fixture(autouse=True)
def _fresh_boards():
    """Each test has books of its own, whose rows may have the ids of the test before."""
    forget()


@pytest.fixture
def books(creditor, today, at):
    """The creditor's books, open."""
    creditor.sender_name, creditor.sender_email = creditor.name, "accounts@lindenhof.example"
    creditor.bank_holder, creditor.bank_iban = creditor.name, "DE02120300000000202051"
    creditor.postal_address = "Hafenstr. 3, 20457 Hamburg"
    creditor.bank_data_until = today
    creditor.save()
    open_books(creditor, today, at)
    return creditor


@pytest.fixture
def decided(books, today, at):
    """The same with the day decided: a first run that waits for approval."""
    nightly(books, as_of=today, at=at, by="worker")
    return books


@pytest.fixture
def other(today, at, creditor):
    """Another creditor of the same installation, with an account and a message of its own."""
    new = register.NewCreditor(code="strand", name="Strand Foods", country="GB", currency="GBP")
    found = register.enroll_creditor(new, at=at)
    found.sender_email, found.sender_name = "accounts@strand.example", "Strand Foods"
    found.save()
    wanted = (("X-1", "Secret Debtor", "en", "ap@secret.example", (("Z-1", 12, 80_00),)),)
    open_books(found, today, at, wanted)
    nightly(found, as_of=today, at=at, by="worker")
    return found


@pytest.fixture
def person(creditor):
    """A signed-in client of somebody with this role; no seat at all for an empty role."""

    def sign_in(role, at_creditor=creditor):
        name = f"{role or 'stranger'}@lindenhof.example"
        login = get_user_model().objects.create_user(name, name, PASSWORD)
        if role:
            Seat.objects.create(login=login, creditor=at_creditor, role=role)
        client = Client()
        client.force_login(login)
        return client

    return sign_in


@pytest.fixture
def owner(person):
    """A client signed in as an owner."""
    return person("owner")


@pytest.fixture
def account_named(creditor):
    """An account of the creditor by the beginning of its name."""

    def find(name):
        return Account.objects.get(creditor=creditor, name__startswith=name)

    return find


@pytest.fixture
def message_to(creditor):
    """The message of the day to an account, by the beginning of its name."""

    def find(name):
        return Intent.objects.get(creditor=creditor, account__name__startswith=name)

    return find


@pytest.fixture
def paid(books, today, at):
    """Apply a payment of some minor units to an invoice."""

    def pay(number, minor):
        item = OpenItem.objects.get(document__number=number, creditor=books)
        row = {
            "line": 1,
            "account_id": item.account_id,
            "source": "bank",
            "source_ref": f"{number}/{minor}",
            "received_date": today,
            "currency": item.currency,
            "amount_minor": minor,
            "reference": number,
        }
        told = {"today": today, "at": at, "by": "vera", "why": "bank"}
        post.post_receipts(creditor=books, receipts=post.RECEIPTS.of([row]), **told)
        receipt = Receipt.objects.get(source_ref=row["source_ref"], creditor=books)
        application = {
            "account_id": item.account_id,
            "receipt_id": receipt.pk,
            "credit_item_id": None,
            "open_item_id": item.pk,
            "currency": item.currency,
            "amount_minor": minor,
            "applied_date": today,
            "key": f"apply/{number}/{minor}",
        }
        apply_cash.apply_cash(
            creditor=books, applications=apply_cash.APPLICATIONS.of([application]), **told
        )

    return pay


@pytest.fixture
def contact_of(creditor):
    """The e-mail contact point of an account, by the beginning of its name."""

    def find(name):
        return ContactPoint.objects.get(
            creditor=creditor, account__name__startswith=name, kind="email"
        )

    return find
