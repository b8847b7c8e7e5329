"""The door of terms: what was agreed with an account, and what a document was posted with."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, record
from recoup.books.lock import hold
from recoup.books.models import Account, AgreedTerms, Creditor, DocumentTerms
from recoup.books.query import any_of, frame, many
from recoup.kernel.errors import Refusal
from recoup.kernel.frames import Frame
from recoup.kernel.terms import read_terms

# One row per document, named by its kind and key.
DOCUMENT_TERMS = Frame(
    "document terms",
    {
        "kind": pl.String,
        "key": pl.String,
        "text": pl.String,
        "source": pl.String,
        "is_counted": pl.Boolean,
        "discount_ppm": pl.Int32,
        "discount_days": pl.Int16,
        "later_ppm": pl.Int32,
        "later_days": pl.Int16,
    },
)


def agree_terms(
    *,
    account: Account,
    text: str,
    first_date: date,
    why: str,
    today: date,
    at: datetime,
    by: str,
) -> AgreedTerms:
    """Note terms agreed with an account from a day on; an empty text ends what was agreed.

    Documents that are posted keep their due dates. Agreeing the same again adds nothing.
    """
    written = " ".join(text.split())
    if written:
        read_terms(written)
    if not why.strip():
        raise Refusal("reason-missing", "Say why, or who agreed to it: the reason stays with it.")
    with transaction.atomic():
        hold([account.pk])
        mine = AgreedTerms.objects.filter(account=account, first_date__lte=first_date)
        newest = mine.order_by("-first_date", "-pk").first()
        if newest is not None and newest.text == written:
            return newest
        if newest is None and not written:
            raise Refusal("nothing-agreed", "Nothing was agreed with this account that could end.")
        made = AgreedTerms.objects.create(
            creditor_id=account.creditor_id,
            account=account,
            first_date=first_date,
            text=written,
            reason=why.strip()[:300],
            by=by,
            recorded_at=at,
        )
        record.record(
            account=account,
            kind="terms_agreed" if written else "terms_ended",
            business_date=today,
            at=at,
            by=by,
            facts={"first_date": str(first_date), "terms": written, "agreed": made.pk},
        )
        return made


def note_document_terms(*, creditor: Creditor, terms: pl.DataFrame) -> int:
    """Note with which terms documents were posted; what is noted already stays. How many new."""
    wanted = DOCUMENT_TERMS.check(terms).unique(["kind", "key"], keep="first", maintain_order=True)
    sql = (
        "SELECT d.kind, d.key, d.id FROM books_document d "
        "LEFT JOIN books_documentterms t ON t.document_id = d.id "
        f"WHERE d.creditor_id = %s AND t.id IS NULL AND {any_of('d.key')}"
    )
    schema = {"kind": pl.String, "key": pl.String, "document_id": pl.Int64}
    with transaction.atomic():
        known = frame(sql, [creditor.pk, many(wanted["key"].to_list())], schema)
        fresh = wanted.join(known, on=["kind", "key"])
        return bulk.insert(
            DocumentTerms,
            fresh.drop("kind", "key").with_columns(
                bulk.next_ids(DocumentTerms, fresh.height),
                pl.lit(creditor.pk).alias("creditor_id"),
            ),
        )
