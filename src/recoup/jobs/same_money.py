"""Money that came in twice in the books and once in the world: told by a person, counted once."""

from __future__ import annotations

from django.db import transaction

from recoup.books import same
from recoup.books.models import Receipt, SameMoney, StatementLine
from recoup.jobs import cash
from recoup.kernel.errors import Refusal


def link_line(line: StatementLine, other: Receipt, *, act: cash.Act) -> SameMoney:
    """A payment not applied yet is the money of a receipt from elsewhere: it takes its place."""
    if line.currency != other.currency or line.amount_minor != other.amount_minor:
        raise Refusal(
            "not-the-same-money", "The two differ in amount or currency: they are two payments."
        )
    with transaction.atomic():
        receipt = cash.settle_line(cash.Settlement(line.pk, other.account_id), act=act)
        return same.link(
            receipt=receipt, other=other, today=act.today, at=act.at, by=act.by, why=act.why
        )
