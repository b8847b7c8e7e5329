"""One payment: split over what an account owes, with small rests given up within limits."""

from __future__ import annotations

import pytest
from django.urls import reverse

from recoup.books.models import Entry, MoneyRequest, OpenItem, Receipt, Seat, StatementLine
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR
from recoup.web.cash_amounts import minor_of, written
from tests.web.cash_books import mt940, taken_in


@pytest.fixture
def line(books, today, at):
    """A payment of 300.00 that names no document."""
    return taken_in(books, today, at, mt940((300_00, "Tidewater Boats", "thanks")))[0]


@pytest.fixture
def account(account_named):
    """The account with two invoices: 300.00 and 99.00."""
    return account_named("Tidewater")


@pytest.fixture
def items():
    """The open items by number."""
    return lambda number: OpenItem.objects.get(document__number=number)


@pytest.fixture
def send(books, owner, line, account, items):
    """Send the split form: amounts by document number, and the rest of the form."""

    def sent(name="cash_settle", client=owner, numbers=None, **form):
        amounts = {f"item-{items(each).pk}": said for each, said in (numbers or {}).items()}
        address = reverse(name, args=[books.code, line.pk])
        wanted = {"account": account.pk} | amounts | form
        return client.post(address, wanted, follow=True).content.decode()

    return sent


def left(number):
    return OpenItem.objects.get(document__number=number).open_minor


def test_the_page_shows_what_the_account_owes_filled_oldest_first(books, owner, line, account):
    address = reverse("cash_line", args=[books.code, line.pk])
    text = owner.get(address, {"account": account.pk, "fill": "oldest"}).content.decode()
    assert 'value="300,00"' in text
    assert "T-2" in text


def test_another_account_is_found_by_name(books, owner, line):
    text = owner.get(reverse("cash_line", args=[books.code, line.pk]), {"q": "quiet"})
    assert "Quiet Rooms" in text.content.decode()


def test_a_payment_is_split_and_the_rest_stays_a_credit(send, line):
    assert "is applied to Tidewater Boats" in send(numbers={"T-1": "150.00", "T-2": "99"})
    assert (left("T-1"), left("T-2")) == (150_00, 0)
    assert Receipt.objects.get().unapplied_minor == 51_00
    assert StatementLine.objects.get(pk=line.pk).state == "applied"


def test_the_sum_is_told_while_one_types_and_nothing_is_posted(send):
    text = send("cash_sum", numbers={"T-1": "100", "T-2": "99,00"})
    assert "199,00" in text
    assert "101,00" in text
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"T-1": "300", "T-2": "1"}, "more than came in"),
        ({"T-2": "99.01"}, "T-2 has 99.00 open"),
        ({"T-2": "-1"}, "T-2 has 99.00 open"),
        ({"T-2": "a lot"}, "is not an amount"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_what_was_typed_stays(
    send, numbers, sentence
):
    assert sentence in send("cash_sum", numbers=numbers)
    text = send(numbers=numbers)
    assert sentence in text
    assert next(iter(numbers.values())) in text
    assert not Receipt.objects.exists()


@pytest.mark.parametrize(("kind", "entry"), [("write_off", 1), ("bank_charges", 1), ("", 0)])
def test_a_small_rest_is_given_up_as_said(send, kind, entry):
    send(numbers={"T-2": "97.50"}, rest=kind)
    assert left("T-2") == (0 if kind else 1_50)
    assert Entry.objects.filter(kind=kind or "write_off").count() == entry


def test_giving_up_needs_one_document_that_is_paid_in_part(send):
    assert "exactly one document" in send(numbers={"T-2": "99"}, rest="write_off")
    both = {"T-1": "1", "T-2": "1"}
    assert "exactly one document" in send(numbers=both, rest="write_off")


def test_a_large_rest_is_posted_only_when_a_second_person_approves(send, books, owner, person):
    controller = person("controller")
    text = send(client=controller, numbers={"T-2": "90"}, rest="write_off")
    assert "waits for a second person" in text
    assert left("T-2") == 9_00
    page = reverse("cash_requests", args=[books.code])
    assert "somebody else decides" in controller.get(page).content.decode()
    assert (
        "above what one person may give away"
        in owner.get(reverse("today", args=[books.code])).content.decode()
    )
    request = MoneyRequest.objects.get()
    address = reverse("cash_approve", args=[books.code, request.pk])
    assert "Somebody else" in controller.post(address, follow=True).content.decode()
    assert "Approved and posted" in owner.post(address, follow=True).content.decode()
    assert left("T-2") == 0
    assert "approved already" in owner.post(address, follow=True).content.decode()
    assert "Decided" in owner.get(page).content.decode()


def test_a_controller_gives_up_exactly_the_limit(send, person):
    send(client=person("controller"), numbers={"T-2": "94"}, rest="write_off")
    assert left("T-2") == 0


def test_a_settled_payment_is_not_settled_again(send):
    send(numbers={"T-2": "99"})
    assert "settled meanwhile" in send(numbers={"T-1": "100"})
    assert Receipt.objects.count() == 1


def test_a_settled_payment_leads_to_what_it_paid(send, books, owner, line):
    send(numbers={"T-2": "99"})
    text = owner.get(reverse("cash_line", args=[books.code, line.pk])).content.decode()
    assert "Applied to" in text
    assert "Post</button>" not in text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12", "EUR", 12_00),
        ("12.5", "EUR", 12_50),
        ("12,50", "EUR", 12_50),
        ("1.234,50", "EUR", 1_234_50),
        ("1,234.50", "EUR", 1_234_50),
        ("1'234.50", "CHF", 1_234_50),
        ("1 234,50 EUR", "EUR", 1_234_50),
        ("1,234", "EUR", 1_234_00),
        ("1.234.567", "EUR", 1_234_567_00),
        ("-3.00", "EUR", -3_00),
        ("1,234", "JPY", 1_234),
        ("1.234", "BHD", 1_234),
        ("1.5", "BHD", 1_500),
    ],
)
def test_amounts_are_read_as_people_write_them(text, currency, minor):
    assert minor_of(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("x", "EUR"),
        ("1.2.3", "EUR"),
        ("12.345.6", "EUR"),
        ("1,234", "BHD"),
        ("1e5", "EUR"),
        ("٣", "EUR"),
        ("9" * 60, "EUR"),
    ],
)
def test_what_is_no_amount_or_has_two_readings_is_refused(text, currency):
    with pytest.raises(Refusal, match="not an amount"):
        minor_of(text, currency)


@pytest.mark.parametrize("minor", [0, 1, 99, 100, 1_234_50, 1_234_567_89, MAX_MINOR])
@pytest.mark.parametrize("currency", ["EUR", "JPY", "BHD"])
@pytest.mark.parametrize("country", ["DE", "GB", "CH", "FR"])
def test_what_a_field_shows_is_read_back(books, owner, minor, currency, country):
    seat = Seat.objects.get(creditor=books)
    seat.creditor.country = country
    assert minor_of(written(seat, minor, currency), currency) == minor
