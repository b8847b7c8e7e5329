"""A ledger in a few words, built through the doors only; for every test that needs one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from django.db.models import Sum

from recoup.books.apply_cash import APPLICATIONS, apply_cash
from recoup.books.models import (
    Account,
    CashApplication,
    ContactPoint,
    Creditor,
    Document,
    Entry,
    OpenItem,
    Receipt,
)
from recoup.books.post import DOCUMENTS, RECEIPTS, Posted, post_documents, post_receipts
from recoup.books.register import PARTIES, NewCreditor, enroll, enroll_creditor
from recoup.books.scope import MaybePaid
from recoup.books.treat import HoldRecord, NewHold, set_hold
from recoup.engine.bundle import Hold
from recoup.jobs.verify import verify
from recoup.policy.cash import NEVER_PPM

BY = "tests"
# As the standard policy has it.
MAYBE = MaybePaid(held_from_ppm=200_000, mentioned_from_ppm=NEVER_PPM)


def party(number: str, **changes: object) -> dict[str, object]:
    """A row of PARTIES: a company in Germany with an e-mail address."""
    return {
        "number": number,
        "name": f"Debtor {number}",
        "email": f"ap@{number.lower()}.example",
        "phone": "",
        "person": "",
        "postal_address": "",
        "country": "DE",
        "language": "de",
        "legal_kind": 1,
        "tier": "",
        "terms": "",
    } | changes


@dataclass
class Ledger:
    """The books of one creditor on one day; documents number themselves."""

    creditor: Creditor
    today: date
    at: datetime
    numbers: count[int] = field(default_factory=lambda: count(1))

    @property
    def told(self) -> dict[str, object]:
        """What every door is told: the day, the instant, who and why."""
        return {"today": self.today, "at": self.at, "by": BY, "why": "a test"}

    def other(self, code: str) -> Ledger:
        """The books of another creditor in the same installation."""
        wanted = NewCreditor(code=code, name=code, country="DE", currency="EUR")
        return Ledger(enroll_creditor(wanted, at=self.at), self.today, self.at)

    def account(self, number: str = "K1", **changes: object) -> Account:
        """An account, opened when there is none."""
        enroll(
            creditor=self.creditor,
            parties=PARTIES.of([party(number, **changes)]),
            source="test.csv",
            today=self.today,
            at=self.at,
            by=BY,
        )
        return Account.objects.get(creditor=self.creditor, number=number)

    def document_rows(
        self,
        account: Account,
        *amounts: int,
        kind: str = "invoice",
        key: str = "",
        due: date | None = None,
        issued: date | None = None,
        currency: str = "EUR",
    ) -> list[dict[str, object]]:
        """Rows of DOCUMENTS: one per installment, a month apart."""
        key = key or f"{kind}-{next(self.numbers)}"
        due = due or self.today - timedelta(days=10)
        return [
            {
                "line": position,
                "account_id": account.pk,
                "kind": kind,
                "key": key,
                "number": key,
                "reference": "",
                "issue_date": issued or min(due, self.today) - timedelta(days=14),
                "currency": currency,
                "total_minor": sum(amounts),
                "position": position,
                "due_date": due + timedelta(days=30 * (position - 1)),
                "amount_minor": amount,
            }
            for position, amount in enumerate(amounts, start=1)
        ]

    def post(self, rows: list[dict[str, object]]) -> Posted:
        """Post rows of DOCUMENTS."""
        return post_documents(creditor=self.creditor, documents=DOCUMENTS.of(rows), **self.told)

    def items(self, account: Account, *amounts: int, **words: object) -> list[OpenItem]:
        """The items of a new invoice (or `kind="credit_note"`), one per amount."""
        rows = self.document_rows(account, *amounts, **words)
        self.post(rows)
        held = OpenItem.objects.filter(
            creditor=self.creditor, document__kind=rows[0]["kind"], document__key=rows[0]["key"]
        )
        return list(held.order_by("position"))

    def invoice(self, account: Account, amount: int, **words: object) -> OpenItem:
        """The one item of a new invoice."""
        return self.items(account, amount, **words)[0]

    def credit_note(self, account: Account, amount: int, **words: object) -> OpenItem:
        """The one item of a new credit note; its amounts are negative."""
        return self.items(account, amount, kind="credit_note", **words)[0]

    def receipt_row(
        self,
        account: Account,
        amount: int,
        *,
        ref: str = "",
        on: date | None = None,
        currency: str = "EUR",
        source: str = "bank",
    ) -> dict[str, object]:
        """A row of RECEIPTS."""
        return {
            "line": 1,
            "account_id": account.pk,
            "source": source,
            "source_ref": ref or f"R{next(self.numbers)}",
            "received_date": on or self.today,
            "currency": currency,
            "amount_minor": amount,
            "reference": "",
        }

    def post_receipts(self, rows: list[dict[str, object]]) -> Posted:
        """Post rows of RECEIPTS."""
        return post_receipts(creditor=self.creditor, receipts=RECEIPTS.of(rows), **self.told)

    def receipt(self, account: Account, amount: int, **words: object) -> Receipt:
        """Money that came in, not yet applied."""
        row = self.receipt_row(account, amount, **words)
        self.post_receipts([row])
        return Receipt.objects.get(creditor=self.creditor, source_ref=row["source_ref"])

    def application_row(
        self, source: Receipt | OpenItem, item: OpenItem, amount: int, **changes: object
    ) -> dict[str, object]:
        """A row of APPLICATIONS."""
        is_receipt = isinstance(source, Receipt)
        return {
            "account_id": item.account_id,
            "receipt_id": source.pk if is_receipt else None,
            "credit_item_id": None if is_receipt else source.pk,
            "open_item_id": item.pk,
            "currency": item.currency,
            "amount_minor": amount,
            "applied_date": self.today,
            "key": f"application-{next(self.numbers)}",
        } | changes

    def post_applications(self, rows: list[dict[str, object]]) -> int:
        """Post rows of APPLICATIONS."""
        return apply_cash(creditor=self.creditor, applications=APPLICATIONS.of(rows), **self.told)

    def apply(
        self, source: Receipt | OpenItem, item: OpenItem, amount: int, **changes: object
    ) -> CashApplication:
        """Apply money or a credit note to an item."""
        row = self.application_row(source, item, amount, **changes)
        self.post_applications([row])
        return CashApplication.objects.get(creditor=self.creditor, entry__key=row["key"])

    def hold(
        self,
        account: Account,
        *,
        item: OpenItem | None = None,
        part: int | None = None,
        first: date | None = None,
        last: date | None = None,
        reason: Hold = Hold.DISPUTE,
    ) -> HoldRecord:
        """Stop dunning of an account, an item or part of one."""
        new = NewHold(
            reason=reason,
            first_date=first or self.today,
            last_date=last,
            open_item=item,
            held_minor=part,
        )
        return set_hold(account=account, new=new, today=self.today, at=self.at, by=BY)

    def contact_point(self, account: Account) -> ContactPoint:
        """The first address of an account."""
        return ContactPoint.objects.filter(account=account).order_by("pk")[0]


def entry_of(thing: OpenItem | Receipt) -> Entry:
    """The entry that brought an item or a receipt into the books."""
    if isinstance(thing, Receipt):
        return Entry.objects.get(
            creditor=thing.creditor, key=f"receipt/{thing.source}/{thing.source_ref}"
        )
    document = Document.objects.get(pk=thing.document_id)
    return Entry.objects.get(creditor=thing.creditor, key=f"{document.kind}/{document.key}")


def balance(account: Account) -> int:
    """What an account owes, less what it has not applied."""
    items = OpenItem.objects.filter(account=account).aggregate(sum=Sum("open_minor"))
    money = Receipt.objects.filter(account=account).aggregate(sum=Sum("unapplied_minor"))
    return (items["sum"] or 0) - (money["sum"] or 0)


def sound(ledger: Ledger) -> bool:
    """Whether every invariant holds of the books."""
    found = verify(ledger.creditor, as_of=ledger.today, at=ledger.at, by="verify")
    return [each.sentence for each in found if not each.holds] == []
