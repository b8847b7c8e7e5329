"""When the documents of a file are due: as stated, or counted by the terms that hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from recoup.books import agree
from recoup.books import terms as read
from recoup.engine.terms import Rules, Said, Source, TermsOf, terms_of
from recoup.jobs.intake.brought import Origin
from recoup.jobs.terms import rules_of
from recoup.kernel.parties import LegalKind
from recoup.kernel.terms import Discount, Kind, Terms, installments
from recoup.policy.terms import TermsRules

# Everything that decides on terms; a million invoices say only a few different things.
_SAID = ("kind", "own", "agreed", "account", "tier", "legal_kind", "issue_date")
_COUNTED = {
    "row": pl.UInt32,
    "counted_position": pl.Int16,
    "counted_date": pl.Date,
    "counted_minor": pl.Int64,
    "counted_open": pl.Int64,
}


@dataclass(frozen=True)
class Dated:
    """The rows with their due dates, one for each installment, and what their terms say."""

    rows: pl.DataFrame
    # As the door of document terms takes them.
    terms: pl.DataFrame
    # Documents asked for before delivery.
    in_advance: pl.DataFrame


@dataclass(frozen=True)
class _Found:
    """Different things said, each with the terms that hold."""

    said: pl.DataFrame
    terms: list[TermsOf]


def dated(rows: pl.DataFrame, origin: Origin) -> Dated:
    """Give every row its due date; what the file states stands, the rest is counted.

    A document that is known already keeps the terms it was posted with.
    """
    told = _told(rows, origin)
    found = _found(told, rules_of(origin.creditor))
    asked = told.join(found.said, on=_SAID, maintain_order="left")
    counted = pl.DataFrame(
        list(_counted(asked.filter(pl.col("due_date").is_null()), found.terms, origin)),
        schema=_COUNTED,
        orient="row",
    )
    split = asked.join(counted, on="row", how="left", maintain_order="left")
    return Dated(
        rows=split.with_columns(
            position=pl.coalesce("counted_position", "position"),
            total_minor=pl.coalesce("counted_minor", "total_minor"),
            open_minor=pl.when(pl.col("counted_minor").is_null())
            .then("open_minor")
            .otherwise("counted_open"),
            due_date=pl.coalesce("due_date", "counted_date", "issue_date"),
        ).select(rows.columns),
        terms=_noted(asked, found.terms),
        in_advance=asked.filter(
            pl.col("number_said").is_in(
                [n for n, each in enumerate(found.terms) if each.terms.kind is Kind.ADVANCE]
            )
        ).select("kind", "key"),
    )


def _told(rows: pl.DataFrame, origin: Origin) -> pl.DataFrame:
    """The rows with everything that anybody says of their terms."""
    creditor, ids = origin.creditor.pk, rows["account_id"].unique().to_list()
    agreed = read.agreed_with(creditor, ids).unique(
        ["account_id", "first_date"], keep="last", maintain_order=True
    )
    told = (
        rows.with_row_index("row")
        .join(read.of_accounts(creditor, ids).rename({"tier": "its_tier"}), on="account_id")
        .join(
            read.posted_by_key(creditor, rows["key"].unique().to_list()),
            on=["kind", "key"],
            how="left",
        )
        .sort("issue_date", "row")
        .join_asof(
            agreed.sort("first_date"),
            left_on="issue_date",
            right_on="first_date",
            by="account_id",
            check_sortedness=False,
        )
        .sort("row")
    )
    return told.with_columns(
        pl.col("agreed").fill_null(""),
        own=pl.coalesce("posted_terms", "terms", pl.lit("")),
        tier=pl.col("its_tier"),
        # Posted before without terms of its own: it has its installments already.
        is_settled=pl.col("posted_terms").fill_null("-") == "",
    )


def _found(told: pl.DataFrame, rules: Rules) -> _Found:
    """The terms for each different thing that is said."""
    said = told.select(_SAID).unique(maintain_order=True).with_row_index("number_said")
    nothing = Rules(TermsRules(), None)
    terms = []
    for kind, own, agreed, account, tier, legal, issued in said.select(_SAID).iter_rows():
        if kind == "invoice":
            each = Said(own, agreed, account, tier, LegalKind(legal))
            terms.append(terms_of(each, rules, on=issued))
        else:
            terms.append(terms_of(Said(own), nothing, on=issued))
    return _Found(said, terms)


_Row = tuple[int, int, date, int, int | None]


def _counted(undated: pl.DataFrame, terms: list[TermsOf], origin: Origin) -> Iterator[_Row]:
    """The installments of rows without a due date; what is paid already is on the earliest."""
    columns = ("row", "number_said", "is_settled", "issue_date", "total_minor", "open_minor")
    creditor = origin.creditor
    for row, number, is_settled, issued, total, left in undated.select(columns).iter_rows():
        if is_settled:
            continue
        parts = installments(
            terms[number].terms,
            issue_date=issued,
            amount_minor=total,
            country=creditor.country,
            region=creditor.region,
        )
        paid = 0 if left is None else total - left
        for position, part in enumerate(parts, start=1):
            taken = min(max(paid, 0), part.amount_minor)
            paid -= taken
            still = None if left is None else part.amount_minor - taken
            yield row, position, part.due_date, part.amount_minor, still


def _noted(asked: pl.DataFrame, terms: list[TermsOf]) -> pl.DataFrame:
    """What is worth keeping: a due date that was counted, a discount, a payment in advance."""
    facts = pl.DataFrame(
        [(number, *_facts(each)) for number, each in enumerate(terms)],
        schema=_FACTS,
        orient="row",
    )
    noted = asked.join(facts, on="number_said").with_columns(
        is_counted=pl.col("due_date").is_null() & ~pl.col("is_settled")
    )
    says = pl.col("is_counted") | (pl.col("discount_ppm") > 0) | pl.col("is_early")
    is_first = pl.col("kind") == "invoice"
    kept = noted.filter(says & is_first).select(list(agree.DOCUMENT_TERMS.columns))
    return agree.DOCUMENT_TERMS.check(kept)


_FACTS = {
    "number_said": pl.UInt32,
    "text": pl.String,
    "source": pl.String,
    "is_early": pl.Boolean,
    "discount_ppm": pl.Int32,
    "discount_days": pl.Int16,
    "later_ppm": pl.Int32,
    "later_days": pl.Int16,
}


def _facts(found: TermsOf) -> tuple[str, str, bool, int, int, int, int]:
    first, later = _steps(found.terms)
    return (
        found.text if found.source is not Source.NONE else "",
        found.source.value,
        found.terms.kind is Kind.ADVANCE,
        first.ppm if first else 0,
        first.days if first else 0,
        later.ppm if later else 0,
        later.days if later else 0,
    )


def _steps(terms: Terms) -> tuple[Discount | None, Discount | None]:
    first, later, *_ = (*terms.discounts, None, None)
    return first, later
