"""The door of terms: what was agreed with an account, and what a document was posted with."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
from django.db import transaction

from recoup.books import bulk, record
from recoup.books.lock import hold_open
from recoup.books.models import (
    Account,
    AgreedTerms,
    Creditor,
    Document,
    DocumentTerms,
    Merge,
)
from recoup.books.query import any_of, frame, many
from recoup.books.terms import agreed_from
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
        hold_open([account.pk])
        mine = AgreedTerms.objects.filter(account=account, first_date__lte=first_date)
        newest = mine.order_by("-first_date", "-pk").first()
        if newest is not None and newest.text == written:
            return newest
        if newest is None and not written:
            raise Refusal("nothing-agreed", "Nothing was agreed with this account that could end.")
        return _note(
            AgreedTerms(account=account, first_date=first_date, text=written, reason=why),
            today=today,
            at=at,
            by=by,
        )


def _note(said: AgreedTerms, *, today: date, at: datetime, by: str) -> AgreedTerms:
    said.creditor_id, said.by, said.recorded_at = said.account.creditor_id, by, at
    said.reason = said.reason.strip()[:300]
    said.save(force_insert=True)
    record.record(
        account=said.account,
        kind="terms_agreed" if said.text else "terms_ended",
        business_date=today,
        at=at,
        by=by,
        facts={"first_date": str(said.first_date), "terms": said.text, "agreed": said.pk},
    )
    return said


def hand_on_terms(
    account: Account, to: Account, *, merge: Merge | None, today: date, at: datetime, by: str
) -> None:
    """What is agreed with an account holds of another too, from today, where it has nothing agreed.

    The other's own agreement prevails wholly, today's and what is to come.
    """
    if any(each.text for each in agreed_from(to, today)):
        return
    for each in agreed_from(account, today):
        copy = AgreedTerms(
            account=to,
            first_date=max(each.first_date, today),
            text=each.text,
            reason=f"as with account {account.number}: {each.reason}",
            merge=merge,
        )
        _note(copy, today=today, at=at, by=by)


def end_handed_on(merge: Merge, *, today: date, at: datetime, by: str) -> None:
    """What came with a merge and still holds ends today; what was agreed since stays."""
    survivor = merge.survivor
    for each in agreed_from(survivor, today):
        if each.merge_id == merge.pk and each.text:
            end = AgreedTerms(
                account=survivor,
                first_date=max(each.first_date, today),
                reason=f"taken apart from account {merge.account.number}",
            )
            _note(end, today=today, at=at, by=by)


def copy_document_terms(before: Document, after: Document) -> None:
    """A document that stands for another, because it moved, bears the same terms."""
    noted = DocumentTerms.objects.filter(document=before).first()
    if noted is not None:
        noted.pk, noted.document = None, after
        noted.save(force_insert=True)


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
