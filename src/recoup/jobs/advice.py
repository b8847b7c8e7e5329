"""Remittance advice in: read, given to whose it is, and the payments it tells of thought over."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from django.db import transaction

from recoup.books import advise, advised, files
from recoup.books.models import Account, Advice, ContactPoint, Creditor, SourceFile, StatementLine
from recoup.engine.matching.frames import MatchPolicy
from recoup.formats.advice.base import AdviceReading, Declared
from recoup.formats.advice.opening import read_advice
from recoup.formats.base import Question
from recoup.jobs import cash
from recoup.kernel.errors import Refusal
from recoup.kernel.money import MAX_MINOR

# How the file is named among all that came in.
FORMAT = "advice"


@dataclass(frozen=True)
class AdviceIn:
    """What an advice brought; with questions nothing, and for known bytes the one we have."""

    source_file: SourceFile
    questions: tuple[Question, ...]
    advice: Advice | None
    is_new: bool
    matched: cash.Matched


_NOTHING = cash.Matched(0, 0, 0)


def bring(
    source_file: SourceFile,
    *,
    declared: Declared,
    act: cash.Act,
    policy: MatchPolicy,
    account: Account | None = None,
) -> AdviceIn:
    """Take one advice in and think over the open payments it may tell of.

    What it lists by itself stops no reminder: only money does.
    """
    files.note_format(source_file=source_file, format_code=FORMAT)
    known = advise.known_advice(creditor=source_file.creditor, sha256=source_file.sha256)
    if known is not None:
        _note_known(source_file, known)
        return AdviceIn(source_file, (), known, is_new=False, matched=_NOTHING)
    try:
        with files.original(source_file).open("rb") as stream:
            opened = read_advice(source_file.name, stream, declared=declared)
        if not isinstance(opened, AdviceReading):
            said = " ".join(each.sentence for each in opened)
            files.refuse(source_file=source_file, state="needs_answers", sentence=said)
            return AdviceIn(source_file, tuple(opened), None, is_new=False, matched=_NOTHING)
        advice = _keep(source_file, opened, account, act)
    except Refusal as refusal:
        files.refuse(source_file=source_file, state="refused", sentence=refusal.sentence)
        raise
    return AdviceIn(source_file, (), advice, True, think_over(advice, act=act, policy=policy))


def think_over(advice: Advice, *, act: cash.Act, policy: MatchPolicy) -> cash.Matched:
    """Match the payments that an advice may tell of, now that it is known."""
    lines = advised.lines_concerned(advice)
    if advice.line_id is not None:
        lines = sorted({*lines, advice.line_id})
    if not lines:
        return _NOTHING
    creditor = Creditor.objects.get(pk=advice.creditor_id)
    return cash.match(creditor, act=act, policy=policy, line_ids=lines)


def _keep(
    source_file: SourceFile, reading: AdviceReading, account: Account | None, act: cash.Act
) -> Advice:
    heading = reading.heading
    if abs(reading.sum_minor) > MAX_MINOR:
        raise Refusal(
            "advice-too-much", "The rows come to more than any payment. Check the amounts."
        )
    rows = _as_known(source_file.creditor_id, reading)
    found, known_by = (account, "person") if account else _whose(source_file.creditor, reading)
    with transaction.atomic():
        advice = advise.keep_advice(
            source_file=source_file,
            facts={
                "origin": reading.origin,
                "payer_name": heading.payer_name,
                "payer_number": heading.payer_number,
                "payer_email": heading.payer_email[:254],
                "reference": heading.reference,
                "paid_date": heading.paid_date,
                "currency": heading.currency,
                "total_minor": heading.total_minor,
                "sum_minor": reading.sum_minor,
                "is_whole": reading.is_whole,
            },
            rows=rows,
            account=found,
            known_by=known_by,
            at=act.at,
        )
        files.set_aside(source_file=source_file, rows=reading.set_aside, state="dismissed")
        _finish(source_file, reading)
    return advice


def _as_known(creditor_id: int, reading: AdviceReading) -> pl.DataFrame:
    """The rows, each document as the books call it where any word of its line is one of theirs."""
    words = [
        word
        for document, others in reading.rows.select("document", "others").rows()
        for word in (document, *others.split())
    ]
    found = advised.accounts_of_documents(creditor_id, sorted(set(words)))
    known = dict(found.select("said", "number").rows())
    named = [
        next(
            (known[w.upper()] for w in (document, *others.split()) if w.upper() in known), document
        )
        for document, others in reading.rows.select("document", "others").rows()
    ]
    return reading.rows.with_columns(document=pl.Series(named, dtype=pl.String).str.slice(0, 60))


def _whose(creditor: Creditor, reading: AdviceReading) -> tuple[Account | None, str]:
    """The one account that its number, address, documents or name point to; none when two are."""
    heading = reading.heading
    documents = _as_known(creditor.pk, reading)["document"].to_list()
    owners = advised.accounts_of_documents(creditor.pk, documents)["account_id"].unique().to_list()
    mine = Account.objects.filter(creditor=creditor)
    contacts = ContactPoint.objects.filter(creditor=creditor, kind="email")
    by_email = contacts.filter(value__iexact=heading.payer_email or "-").values("account")
    ways = (
        ("number", mine.filter(number=heading.payer_number).exclude(number="")),
        ("documents", mine.filter(pk__in=owners)),
        ("email", mine.filter(pk__in=by_email)),
        ("name", mine.filter(name__iexact=heading.payer_name).exclude(name="")),
    )
    for known_by, accounts in ways:
        found = list(accounts[:2])
        if len(found) == 1:
            return found[0], known_by
        if found:
            return None, ""
    return None, ""


def _finish(source_file: SourceFile, reading: AdviceReading) -> None:
    aside = reading.set_aside["line"].n_unique()
    rows = reading.rows.height
    files.finish(
        source_file=source_file,
        account=files.Account(
            lines_total=rows + aside + reading.ignored,
            lines_posted=rows,
            lines_duplicate=0,
            lines_set_aside=aside,
            lines_ignored=reading.ignored,
        ),
        format_code=FORMAT,
        declared={},
        control={"total_minor": reading.heading.total_minor, "sum_minor": reading.sum_minor},
        state="done",
        sentence=f"{rows} documents listed, {aside} lines not read.",
    )


def _note_known(source_file: SourceFile, known: Advice) -> None:
    count = known.rows.count()
    files.finish(
        source_file=source_file,
        account=files.Account(count, 0, count, 0, 0),
        format_code=FORMAT,
        declared={},
        control={},
        state="done",
        sentence=f"Known already: it came as {known.source_file.name}.",
    )


def give(advice: Advice, account: Account, *, act: cash.Act, policy: MatchPolicy) -> cash.Matched:
    """A person says whose it is; the payments are thought over."""
    advise.give(advice=advice, account=account)
    advice.refresh_from_db()
    return think_over(advice, act=act, policy=policy)


def tie(advice: Advice, line: StatementLine, *, act: cash.Act, policy: MatchPolicy) -> cash.Matched:
    """A person says which payment it tells of; that one is thought over."""
    advise.tie(advice=advice, line=line)
    advice.refresh_from_db()
    return think_over(advice, act=act, policy=policy)
