"""The door of remittance advice: kept as it came, given to an account, tied to its payment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import polars as pl
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from recoup.books import bulk
from recoup.books.advised import of_accounts
from recoup.books.models import Account, Advice, AdviceRow, Creditor, SourceFile, StatementLine
from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame

ROWS = Frame(
    "advice",
    {
        "line": pl.Int64,
        "document": pl.String,
        "amount_minor": pl.Int64,
        "discount_minor": pl.Int64,
        "deduction_minor": pl.Int64,
        "reason": pl.String,
    },
)


def known_advice(*, creditor: Creditor, sha256: str) -> Advice | None:
    """The advice that came in the same bytes before."""
    found = Advice.objects.filter(creditor=creditor, source_file__sha256=sha256)
    return found.order_by("pk").first()


def keep_advice(
    *,
    source_file: SourceFile,
    facts: dict[str, object],
    rows: pl.DataFrame,
    account: Account | None,
    known_by: str,
    at: datetime,
) -> Advice:
    """Keep what a payer said; the same bytes again are the advice we have."""
    with transaction.atomic():
        # One file at a time: two copies brought at once are one advice.
        creditor = Creditor.objects.select_for_update().get(pk=source_file.creditor_id)
        known = known_advice(creditor=creditor, sha256=source_file.sha256)
        if known is not None:
            return known
        advice = Advice.objects.create(
            creditor=creditor,
            source_file=source_file,
            account=account,
            known_by=known_by,
            received_at=at,
            **facts,
        )
        bulk.insert(
            AdviceRow,
            ROWS.check(rows).with_columns(
                bulk.next_ids(AdviceRow, rows.height),
                pl.lit(creditor.pk).alias("creditor_id"),
                pl.lit(advice.pk).alias("advice_id"),
            ),
        )
    return advice


def give(*, advice: Advice, account: Account) -> None:
    """A person says whose advice it is."""
    changed = Advice.objects.filter(pk=advice.pk, state="waiting").update(
        account=account, known_by="person"
    )
    _moved_on(changed)


def tie(*, advice: Advice, line: StatementLine) -> None:
    """A person says which payment the advice tells of."""
    if line.currency != advice.currency:
        raise Refusal(
            "advice-other-currency",
            f"The advice is in {advice.currency} and the payment in {line.currency}. "
            "Choose a payment in the currency of the advice.",
        )
    changed = Advice.objects.filter(pk=advice.pk, state="waiting").update(line=line)
    _moved_on(changed)


def dismiss(*, advice: Advice, why: str) -> None:
    """Leave an advice out, with the reason."""
    if not why.strip():
        raise Refusal("reason-missing", "An advice is left out for a reason. Say why.")
    changed = Advice.objects.filter(pk=advice.pk, state="waiting").update(
        state="dismissed", why=why.strip()[:200], line=None
    )
    _moved_on(changed)


def reopen(*, advice: Advice) -> None:
    """Take a left-out advice back."""
    changed = Advice.objects.filter(pk=advice.pk, state="dismissed").update(state="waiting", why="")
    _moved_on(changed)


def _moved_on(changed: int) -> None:
    if not changed:
        raise Refusal("advice-moved-on", "This advice was settled meanwhile. Reload the page.")


def note_applied(*, lines: Iterable[StatementLine]) -> None:
    """The advice of payments that were just applied has served: the one tied, or of that sum."""
    applied = {line.pk: line for line in lines}
    accounts = set(
        StatementLine.objects.filter(pk__in=applied).values_list("receipt__account_id", flat=True)
    )
    waiting = Advice.objects.filter(
        Q(line__in=list(applied)) | (Q(line=None) & of_accounts(accounts - {None})),
        state="waiting",
    )
    if not waiting.exists():
        return
    said = waiting.annotate(paid=Coalesce(F("total_minor"), F("sum_minor"))).order_by("pk")
    for line in StatementLine.objects.filter(pk__in=applied).select_related("receipt"):
        tied = said.filter(line=line).first()
        of_sum = said.filter(
            of_accounts([line.receipt.account_id] if line.receipt else []),
            line=None,
            currency=line.currency,
            paid=line.amount_minor,
        ).first()
        if found := tied or of_sum:
            Advice.objects.filter(pk=found.pk).update(state="used", line=line)


def note_taken_back(*, line_ids: list[int]) -> None:
    """Payments that are to be applied again have their advice back."""
    Advice.objects.filter(line__in=line_ids, state="used").update(state="waiting")
