"""The interest calculator: any debt under any law we know, to read, print and check by hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from recoup.access import Act, asks
from recoup.books.models import Creditor, Seat
from recoup.jobs.account_statement import letterhead, paper_of, ways_of
from recoup.jobs.interest_sheet import Asked, Letterhead, sheet_of
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import KIND_OF_WORD, LegalKind
from recoup.law.interest import Rounding
from recoup.law.lookup import Law, law, law_of, ppm
from recoup.law.read import documents
from recoup.reports.interest_pdf import write_pdf
from recoup.reports.interest_sheet import (
    InterestSheet,
    basis_words,
    closing_words,
    counting_words,
    exact_words,
    localized,
    move_words,
    other_rows,
    rate_words,
    signature_words,
)
from recoup.reports.interest_xlsx import write_workbook
from recoup.reports.statement import Party
from recoup.reports.statement_words import LANGUAGES, language_of
from recoup.web import clock
from recoup.web.cash_amounts import minor_of
from recoup.web.page import show
from recoup.web.treatment import day_of

# Rows for money that came meanwhile.
PAYMENTS = 3
ROUNDINGS = (
    ("", "As the law or its courts do"),
    ("total", "Only the total"),
    ("segment", "Each line"),
    ("daily", "The amount of a day"),
)
KINDS = [(kind.word, kind.word.replace("_", " ")) for kind in LegalKind if kind]
# A rate that nobody means, in per cent.
RATE_MAX = 100


@dataclass(frozen=True)
class Row:
    """One line of the sheet as the page shows it."""

    first: date
    last: date
    days: int
    balance_minor: int
    rate: str
    daily_minor: int
    interest: str


@asks(Act.SEE)
def calculator(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is asked for, and its sheet below."""
    sheet, refusal = None, None
    if request.GET.get("amount"):
        try:
            sheet = sheet_asked(request.GET, seat.creditor)
        except Refusal as error:
            refusal = error
    context = {
        "here": "charges",
        "form": _form(request.GET, seat.creditor),
        "laws": [(code, each.name) for code, each in documents().items()],
        "kinds": KINDS,
        "roundings": ROUNDINGS,
        "languages": LANGUAGES,
        "sheet": sheet,
        "refusal": refusal,
        "query": "?" + urlencode(list(_pairs(request.GET))),
        **(shown(sheet) if sheet else {}),
    }
    return show(request, seat, "calculator.html", context)


@asks(Act.SEE)
def calculator_pdf(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The sheet as PDF; back to the fields when they are not right."""
    try:
        content = io.BytesIO(write_pdf(sheet_asked(request.GET, seat.creditor)))
    except Refusal:
        return _again(request, seat)
    return FileResponse(content, as_attachment=True, filename="interest.pdf")


@asks(Act.SEE)
def calculator_xlsx(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """The sheet as a workbook; back to the fields when they are not right."""
    content = io.BytesIO()
    try:
        write_workbook(sheet_asked(request.GET, seat.creditor), content)
    except Refusal:
        return _again(request, seat)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename="interest.xlsx")


def _again(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    here = reverse("calculator", kwargs={"code": seat.creditor.code})
    return redirect(f"{here}?{urlencode(list(_pairs(request.GET)))}")


def sheet_asked(query: QueryDict, creditor: Creditor) -> InterestSheet:
    """The sheet of the debt that the fields describe; Refusal that names the field."""
    language = language_of(query.get("language", "") or "en")
    return sheet_of(
        _asked(query, creditor),
        Letterhead(
            creditor=letterhead(creditor),
            debtor=Party(query.get("debtor", "").strip()[:200]),
            number="",
            ways=ways_of(language, creditor.country),
            paper=paper_of(creditor.country),
        ),
    )


def _asked(query: QueryDict, creditor: Creditor) -> Asked:
    wanted = _law(query, creditor)
    currency = wanted.document.currency
    kind = KIND_OF_WORD.get(query.get("kind", "company"))
    if kind is None:
        raise Refusal("kind-unknown", "Choose what the debtor is.")
    due = day_of(query.get("due", ""), "The due date")
    if due is None:
        raise Refusal("day-missing", "Enter the due date: interest begins after it.")
    rounding = query.get("rounding", "")
    return Asked(
        law=wanted,
        kind=kind,
        currency=currency,
        amount_minor=minor_of(query.get("amount", ""), currency),
        due_date=due,
        as_of=day_of(query.get("until", ""), "The last day") or clock.today(creditor),
        payments=tuple(_payments(query, currency)),
        annual_rate_ppm=_rate(query.get("rate", "")),
        rounding=Rounding[rounding.upper()] if rounding.upper() in Rounding.__members__ else None,
        document=query.get("document", "").strip()[:100],
    )


def _law(query: QueryDict, creditor: Creditor) -> Law:
    code = query.get("law", "")
    found = law(code) if code else law_of(creditor.country, creditor.region)
    if found is None:
        raise Refusal("law-unknown", "No law document covers this country yet. Choose another law.")
    return found


def _payments(query: QueryDict, currency: str) -> Iterator[tuple[date, int]]:
    days, amounts = query.getlist("paid_on"), query.getlist("paid")
    for written_day, written in zip(days[:PAYMENTS], amounts[:PAYMENTS], strict=False):
        day = day_of(written_day, "The day of the payment")
        if day is None and not written.strip():
            continue
        if day is None:
            raise Refusal("day-missing", f"Say on which day {written.strip()[:40]} was paid.")
        minor = minor_of(written, currency)
        if minor <= 0:
            raise Refusal("amount-missing", "A payment is an amount above zero.")
        yield day, minor


def _rate(written: str) -> int | None:
    """An agreed rate in millionths; None when there is none."""
    bare = written.strip().rstrip("%").strip().replace(",", ".")
    if not bare:
        return None
    try:
        # Long numbers are no rates, and cost time to read.
        rate = Decimal(bare) if len(bare) < 9 and bare.isascii() else Decimal("NaN")
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or not 0 <= rate <= RATE_MAX or rate != rate.quantize(Decimal("1e-4")):
        raise Refusal(
            "rate-unreadable", f"“{written.strip()[:20]}” is no yearly rate. Write it as 9.5."
        )
    return ppm(rate)


def _form(query: QueryDict, creditor: Creditor) -> dict[str, object]:
    """What the fields show: what was sent, or where one begins."""
    own = law_of(creditor.country, creditor.region)
    days, amounts = query.getlist("paid_on"), query.getlist("paid")
    filler = [""] * PAYMENTS
    return {
        "law": query.get("law", "") or (own.code if own else ""),
        "kind": query.get("kind", "company"),
        "rounding": query.get("rounding", ""),
        "language": language_of(query.get("language", "") or "en"),
        "until": query.get("until", "") or clock.today(creditor).isoformat(),
        **{name: query.get(name, "") for name in ("amount", "due", "rate", "debtor", "document")},
        "payments": list(
            zip([*days, *filler][:PAYMENTS], [*amounts, *filler][:PAYMENTS], strict=True)
        ),
    }


def _pairs(query: QueryDict) -> Iterator[tuple[str, str]]:
    for name, values in query.lists():
        for value in values:
            yield name, str(value)


def shown(sheet: InterestSheet) -> dict[str, object]:
    """The sheet in the words of its language, for the page."""
    return {
        "said": sheet.said,
        "currency": sheet.debt.currency,
        "rows": [
            Row(
                each.first,
                each.last,
                each.days,
                each.balance_minor,
                rate_words(sheet, each.annual_rate_ppm),
                each.daily_minor,
                exact_words(sheet, each),
            )
            for each in sheet.stretches
        ],
        "rates": [
            (each.since, rate_words(sheet, each.annual_rate_ppm), localized(sheet, each.of))
            for each in sheet.basis.rates
        ],
        "moves": move_words(sheet),
        "others": other_rows(sheet),
        "extras": [(sheet.said[each.word], each.cite, each.amount_minor) for each in sheet.extras],
        "basis": basis_words(sheet),
        "counting": counting_words(sheet),
        "closing": closing_words(sheet),
        "signature": signature_words(sheet),
    }
