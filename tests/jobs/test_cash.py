"""Money in: statements read whole or held, the certain posted, the rest for a person."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from recoup.books import correct, files
from recoup.books.apply_cash import reverse
from recoup.books.models import (
    Alias,
    BankAccount,
    Creditor,
    Entry,
    Intent,
    OpenItem,
    Proposal,
    Receipt,
    Statement,
    StatementLine,
)
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.statements.base import Declared
from recoup.jobs import cash
from recoup.jobs.bank import import_statements
from recoup.jobs.nightly import nightly
from recoup.jobs.verify import verify
from recoup.kernel.errors import Refusal
from tests.books.ledgers import Ledger

IBAN = "DE02120300000000202051"
PAYER = "DE75512108001245126199"


@pytest.fixture
def books(creditor, today, at) -> Ledger:
    Creditor.objects.filter(pk=creditor.pk).update(
        first_run_approved_at=at, sender_email="books@lindenhof.example"
    )
    creditor.refresh_from_db()
    return Ledger(creditor, today, at)


@pytest.fixture
def act(books) -> cash.Act:
    return cash.Act(today=books.today, at=books.at, by="vera", why="test")


def statement(number: int, opening: str, closing: str, *lines: tuple[str, str, str]) -> str:
    """An MT940 statement of one day; a line is amount, payer and words."""
    rows = [
        f":61:2603020302C{amount}NTRFNONREF\n"
        f":86:166?00GUTSCHRIFT?20{words[:27]}?21{words[27:54]}?31{PAYER}?32{name}"
        for amount, name, words in lines
    ]
    head = f":20:ST{number}\n:25:{IBAN}\n:28C:{number}/1\n:60F:C260301EUR{opening}"
    return "\n".join([head, *rows, f":62F:C260302EUR{closing}", "-", ""])


def taken_in(books: Ledger, text: str):
    file = files.receive(
        creditor=books.creditor,
        name="statement.sta",
        stream=io.BytesIO(text.encode()),
        at=books.at,
        by="vera",
    )
    return import_statements(file, declared=Declared())


def think(books: Ledger, act: cash.Act) -> cash.Matched:
    return cash.match(books.creditor, act=act, policy=MatchPolicy())


def owes(books: Ledger, amount: int = 100_00, key: str = "RE-2026-0815", days: int = 4):
    account = books.account("K1", name="Ahorn Handels GmbH")
    item = books.invoice(account, amount, key=key, due=books.today - timedelta(days=days))
    OpenItem.objects.filter(pk=item.pk).update(imported_date=item.issue_date)
    return item


def left(item) -> int:
    return OpenItem.objects.get(pk=item.pk).open_minor


def test_a_statement_that_adds_up_is_kept_line_by_line(books):
    text = statement(1, "0,00", "150,00", ("100,00", "A", "one"), ("50,00", "B", "two"))
    done = taken_in(books, text)
    assert (done.statements, done.lines_new) == (1, 2)
    assert BankAccount.objects.get().iban == IBAN
    assert Creditor.objects.get().bank_data_until == books.today - timedelta(days=1)


def test_a_statement_that_does_not_add_up_is_held_and_posts_nothing(books):
    done = taken_in(books, statement(1, "0,00", "151,00", ("100,00", "A", "one")))
    assert done.source_file.state == "held"
    assert done.source_file.sentence
    assert not StatementLine.objects.exists()


def test_the_same_statement_again_adds_nothing(books):
    text = statement(1, "0,00", "100,00", ("100,00", "A", "one"))
    taken_in(books, text)
    again = taken_in(books, text)
    assert (again.lines_new, again.lines_known) == (0, 1)
    assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 1)


def test_two_equal_payments_of_one_day_stay_two(books):
    line = ("50,00", "Ahorn", "same words")
    taken_in(books, statement(1, "0,00", "100,00", line, line))
    assert StatementLine.objects.count() == 2


def test_a_missing_statement_between_two_is_noticed(books):
    taken_in(books, statement(1, "0,00", "100,00", ("100,00", "A", "one")))
    later = statement(3, "500,00", "510,00", ("10,00", "A", "x")).replace("26030", "26031")
    taken_in(books, later)
    assert "missing" in BankAccount.objects.get().gap


def test_a_payment_that_names_its_invoice_is_posted_by_itself(books, act):
    item = owes(books)
    taken_in(
        books, statement(1, "0,00", "100,00", ("100,00", "Ahorn Handels GmbH", "RE-2026-0815"))
    )
    done = think(books, act)
    assert done.posted == 1
    assert left(item) == 0
    assert StatementLine.objects.get().state == "applied"


def test_what_is_not_certain_waits_with_its_proposals(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "100,00", ("100,00", "Somebody", "thanks")))
    done = think(books, act)
    assert done.posted == 0
    assert left(item) == 100_00


def test_a_person_accepts_a_proposal_and_the_payer_is_learned(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "100,00", ("100,00", "Ahorn Handel", "thanks")))
    think(books, act)
    proposal = Proposal.objects.order_by("rank").first()
    assert proposal is not None
    cash.accept(proposal, act=act)
    assert left(item) == 0
    assert Alias.objects.filter(account=item.account, kind="iban", value=PAYER).exists()
    assert not Proposal.objects.exists()


def test_undoing_opens_the_invoice_and_puts_the_line_back(books, act):
    item = owes(books)
    taken_in(
        books, statement(1, "0,00", "100,00", ("100,00", "Ahorn Handels GmbH", "RE-2026-0815"))
    )
    think(books, act)
    cash.undo(StatementLine.objects.get(), act=act)
    line = StatementLine.objects.get()
    assert left(item) == 100_00
    assert (line.state, line.receipt) == ("open", None)
    # What a person took back is proposed again, and not posted by itself again.
    assert think(books, act).posted == 0
    cash.accept(Proposal.objects.get(rank=1), act=act)
    assert left(item) == 0
    assert Receipt.objects.count() == 2


def test_a_person_says_what_a_payment_is_for(books, act):
    first, second = owes(books, 60_00, "R-1"), owes(books, 70_00, "R-2")
    taken_in(books, statement(1, "0,00", "100,00", ("100,00", "Somebody", "x")))
    line = StatementLine.objects.get()
    parts = (cash.Part(second.pk, 70_00), cash.Part(first.pk, 30_00))
    cash.settle_line(cash.Settlement(line.pk, first.account_id, parts), act=act)
    assert (left(first), left(second)) == (30_00, 0)


def test_a_payment_on_account_is_credit_until_it_is_applied(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "40,00", ("40,00", "Somebody", "x")))
    line = StatementLine.objects.get()
    receipt = cash.settle_line(cash.Settlement(line.pk, item.account_id), act=act)
    assert receipt.unapplied_minor == 40_00


def test_settling_a_line_that_moved_on_is_refused(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "40,00", ("40,00", "Somebody", "x")))
    settlement = cash.Settlement(StatementLine.objects.get().pk, item.account_id)
    cash.settle_line(settlement, act=act)
    with pytest.raises(Refusal, match="meanwhile"):
        cash.settle_line(settlement, act=act)
    assert Receipt.objects.count() == 1


def test_no_more_is_applied_than_came_in(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "40,00", ("40,00", "Somebody", "x")))
    parts = (cash.Part(item.pk, 40_01),)
    settlement = cash.Settlement(StatementLine.objects.get().pk, item.account_id, parts)
    with pytest.raises(Refusal, match="More is applied than came in"):
        cash.settle_line(settlement, act=act)
    assert left(item) == 100_00


def test_what_is_short_by_bank_charges_is_given_up_and_owed_again_when_undone(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "95,00", ("95,00", "Somebody", "x")))
    line = StatementLine.objects.get()
    cash.settle_line(
        cash.Settlement(
            line.pk,
            item.account_id,
            (cash.Part(item.pk, 95_00),),
            given_up_minor=5_00,
            given_up_as="bank_charges",
        ),
        act=act,
    )
    assert left(item) == 0
    cash.undo(StatementLine.objects.get(), act=act)
    assert left(item) == 100_00


def test_credit_notes_are_netted_before_the_money(books, act):
    item = owes(books)
    note = books.credit_note(item.account, 30_00)
    taken_in(books, statement(1, "0,00", "70,00", ("70,00", "Somebody", "x")))
    line = StatementLine.objects.get()
    parts = (cash.Part(note.pk, -30_00), cash.Part(item.pk, 100_00))
    receipt = cash.settle_line(cash.Settlement(line.pk, item.account_id, parts), act=act)
    assert (left(item), left(note), receipt.unapplied_minor) == (0, 0, 0)


def test_a_returned_payment_opens_what_it_paid(books, act):
    item = owes(books)
    taken_in(
        books, statement(1, "0,00", "100,00", ("100,00", "Ahorn Handels GmbH", "RE-2026-0815"))
    )
    think(books, act)
    correct.bounce(
        receipt=Receipt.objects.get(), today=books.today, at=books.at, by="vera", why="returned"
    )
    assert left(item) == 100_00


def test_a_refund_is_at_most_what_is_not_applied(books, act):
    item = owes(books)
    taken_in(books, statement(1, "0,00", "40,00", ("40,00", "Somebody", "x")))
    line = StatementLine.objects.get()
    receipt = cash.settle_line(cash.Settlement(line.pk, item.account_id), act=act)
    told = {"today": books.today, "at": books.at, "by": "vera", "why": "overpaid"}
    with pytest.raises(Refusal, match="not applied"):
        correct.refund(receipt=receipt, amount_minor=40_01, **told)
    correct.refund(receipt=receipt, amount_minor=15_00, **told)
    assert Receipt.objects.get().unapplied_minor == 25_00
    refunded = Entry.objects.get(kind="refund")
    with pytest.raises(Refusal, match="its own correction"):
        reverse(entry=refunded, **told)
    assert Receipt.objects.get().unapplied_minor == 25_00


def test_who_may_have_paid_already_is_not_written_to(books, act):
    owes(books)
    taken_in(books, statement(1, "0,00", "100,00", ("100,00", "Ahorn Handel", "thanks")))
    think(books, act)
    assert Proposal.objects.exists()
    nightly(Creditor.objects.get(), as_of=books.today, at=books.at, by="tests")
    assert not Intent.objects.exists()


def test_the_books_keep_every_promise_after_all_of_it(books, act):
    item = owes(books)
    text = statement(1, "0,00", "140,00", ("100,00", "Ahorn", "RE-2026-0815"), ("40,00", "B", "x"))
    taken_in(books, text)
    think(books, act)
    for line in StatementLine.objects.filter(state="open"):
        cash.settle_line(cash.Settlement(line.pk, item.account_id), act=act)
    for line in StatementLine.objects.filter(state="applied").order_by("pk")[:1]:
        cash.undo(line, act=act)
    findings = verify(books.creditor, as_of=books.today, at=books.at, by="tests")
    assert [each.sentence for each in findings if not each.holds] == []
