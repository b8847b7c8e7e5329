"""Money for the pages: a statement of a bank account, read, thought over and partly applied."""

from __future__ import annotations

import io

from recoup.books import files, post, same
from recoup.books.models import Account, OpenItem, Receipt, StatementLine
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.advice import base as advice_base
from recoup.formats.statements.base import Declared
from recoup.jobs import advice, cash
from recoup.jobs.bank import import_statements

IBAN = "DE02120300000000202051"
PAYER = "DE75512108001245126199"


def mt940(*lines, number=1, opening="0,00", day="260302", currency="EUR", iban=IBAN):
    """A statement of one day that adds up; a line is minor units, payer and words."""
    rows = [
        f":61:{day}{day[2:]}C{_comma(minor)}NTRFNONREF\n"
        f":86:166?00GUTSCHRIFT?20{words[:27]}?21{words[27:54]}?31{PAYER}?32{name[:27]}"
        for minor, name, words in lines
    ]
    closing = int(opening.replace(",", "")) + sum(minor for minor, _, _ in lines)
    head = f":20:ST{number}\n:25:{iban}\n:28C:{number}/1\n:60F:C{day}{currency}{opening}"
    return "\n".join([head, *rows, f":62F:C{day}{currency}{_comma(closing)}", "-", ""])


def _comma(minor):
    return f"{minor // 100},{minor % 100:02}"


def taken_in(creditor, today, at, text, name="statement.sta"):
    """The statement in the books; every payment thought over and none posted by itself."""
    stream = io.BytesIO(text.encode())
    kept = files.receive(creditor=creditor, name=name, stream=stream, at=at, by="vera")
    files.note_format(source_file=kept, format_code="mt940")
    import_statements(kept, declared=Declared())
    act = cash.Act(today=today, at=at, by="vera", why="thought over")
    cash.match(creditor, act=act, policy=MatchPolicy(auto_post_ppm=2_000_000))
    return list(StatementLine.objects.filter(creditor=creditor, state="open").order_by("pk"))


def paid_in(creditor, today, at):
    """One payment to be applied with a suggestion, and one that is on account."""
    account = Account.objects.filter(creditor=creditor).order_by("pk").first()
    item = OpenItem.objects.filter(account=account).select_related("document").first()
    number = item.document.number
    text = mt940(
        (item.open_minor, account.name, f"Invoice {number}"),
        (10_00, "Somebody Else", "thank you"),
        currency=creditor.currency,
    )
    lines = taken_in(creditor, today, at, text)
    act = cash.Act(today=today, at=at, by="vera", why="on account")
    cash.settle_line(cash.Settlement(lines[1].pk, account.pk), act=act)
    return lines[0]


def told_apart(creditor, today, at):
    """What a payer said of a payment, and two receipts that a person told apart."""
    text = f"Document,Amount,Currency\nX-9,10.00,{creditor.currency}\n"
    kept = files.receive(
        creditor=creditor, name="advice.csv", stream=io.BytesIO(text.encode()), at=at, by="vera"
    )
    act = cash.Act(today=today, at=at, by="vera", why="brought")
    advice.bring(kept, declared=advice_base.Declared(), act=act, policy=MatchPolicy())
    bank = Receipt.objects.filter(creditor=creditor).order_by("pk").first()
    row = {
        "line": 1,
        "account_id": bank.account_id,
        "source": "payments",
        "source_ref": "told/1",
        "received_date": bank.received_date,
        "currency": bank.currency,
        "amount_minor": bank.amount_minor,
        "reference": "thank you",
    }
    post.post_receipts(
        creditor=creditor, receipts=post.RECEIPTS.of([row]), today=today, at=at, by="vera", why="x"
    )
    other = Receipt.objects.get(creditor=creditor, source="payments")
    same.keep_apart(receipt=bank, other=other, at=at, by="vera", why="two orders")
