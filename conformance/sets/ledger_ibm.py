"""IBM's ledger of paid invoices: import, aging on many days, and three nights."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from django.db.models import Sum

from conformance import house, plain
from conformance.base import Answer, KnownSet, same
from recoup.books import register
from recoup.books.models import Account, Creditor, Document, IntentItem

FOLDER = "data/ledgers/ibm"
BASE = "WA_Fn-UseC_-Accounts-Receivable.csv"
COPY = "WA_Fn-UseC_-Accounts-Receivable_with_missing_2586.csv"
FIRST = date(2012, 1, 2)
# The figures that the ledger's description states.
INVOICES, ACCOUNTS, TOTAL_MINOR, COPIED = 2_466, 100, 14_770_318, 2_586
# A Tuesday, no holiday until Thursday, with the ledger in full swing.
NIGHTS = [date(2013, 6, 4), date(2013, 6, 5), date(2013, 6, 6)]


def check(corpus: Path) -> Iterator[Answer]:
    """Every answer of the ledger."""
    base, copy = corpus / FOLDER / BASE, corpus / FOLDER / COPY
    creditor = house.firm("ibm")
    yield from _import(creditor, base)
    yield from _aging(creditor, plain.ibm(base))
    yield from _nights(creditor, plain.ibm(base))
    yield from _copy(copy, base)


def _import(creditor: Creditor, base: Path) -> Iterator[Answer]:
    house.bring(creditor, base, today=FIRST)
    before = house.counted(creditor)
    yield same("invoices", before[0], INVOICES)
    yield same("accounts", before[1], ACCOUNTS)
    yield same("total", _total(creditor), TOTAL_MINOR)
    again = house.bring(creditor, base, today=FIRST).source_file
    yield same("the same again adds nothing", house.counted(creditor), before)
    yield same("the same again is all known", again.lines_duplicate, INVOICES)


def _total(creditor: Creditor) -> object:
    return Document.objects.filter(creditor=creditor).aggregate(sum=Sum("total_minor"))["sum"]


def _aging(creditor: Creditor, invoices: list[plain.Invoice]) -> Iterator[Answer]:
    """Account by account and bucket by bucket, every ninth day of two years."""
    day = FIRST
    while day.year < 2014:
        yield same(f"aging on {day}", house.aging(creditor, day), plain.aging(invoices, day))
        day += timedelta(days=9)


def _nights(creditor: Creditor, invoices: list[plain.Invoice]) -> Iterator[Answer]:
    """Three days in a row, each run twice; accounts ending in a vowel have no address."""
    reachable = {each.account for each in invoices if each.account[-1] not in "AEIOU"}
    for account in Account.objects.filter(creditor=creditor, number__in=reachable):
        address = f"ap@{account.number.lower()}.example"
        told = {"person": "", "today": FIRST, "at": house.AT, "by": house.BY}
        register.add_contact(account=account, kind="email", value=address, **told)
    expected = plain.days(invoices, NIGHTS, reachable.__contains__)
    taken: list[tuple[str, int]] = []
    for day in NIGHTS:
        house.run_day(creditor, day)
        sent = _said(creditor, day)
        house.run_day(creditor, day)
        yield same(f"messages of {day}", set(sent), expected[day])
        yield same(f"{day} again sends nothing", _said(creditor, day), sent)
        paid = {each.number for each in invoices if not each.is_open(day)}
        named = IntentItem.objects.filter(
            intent__in=house.accepted(creditor, day)
        ).values_list("open_item__document__number", flat=True)  # fmt: skip
        yield same(f"nobody who has paid is written to on {day}", paid & set(named), set())
        taken += [step for said in sent for step in said.steps]
    repeated = [step for step, following in pairwise(sorted(taken)) if step == following]
    yield same("no step twice in three days", repeated, [])


def _said(creditor: Creditor, day: date) -> list[plain.Said]:
    found = []
    for intent in house.accepted(creditor, day):
        steps = intent.items.filter(role=1).values_list("open_item__document__number", "step_no")
        found.append(plain.Said(intent.account.number, tuple(sorted(steps))))
    return found


def _copy(copy: Path, base: Path) -> Iterator[Answer]:
    """The longer copy by itself, twice, and on top of the original."""
    alone = house.firm("ibm-copy")
    house.bring(alone, copy, today=FIRST)
    before = house.counted(alone)
    yield same("invoices of the copy", before[0], COPIED)
    yield same("total of the copy", _total(alone), sum(each.minor for each in plain.ibm(copy)))
    house.bring(alone, copy, today=FIRST)
    yield same("the copy again adds nothing", house.counted(alone), before)
    both = house.firm("ibm-both")
    house.bring(both, base, today=FIRST)
    house.bring(both, copy, today=FIRST)
    known = {each.number: each.minor for each in [*plain.ibm(copy), *plain.ibm(base)]}
    yield same("the copy on top adds what is new", house.counted(both)[0], len(known))
    yield same("total of both", _total(both), sum(known.values()))


SET = KnownSet("ledger-ibm", "IBM's ledger of paid invoices", FOLDER, check)
