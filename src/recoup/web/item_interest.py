"""The interest sheet of one open item: on the screen, as PDF, as a workbook."""

from __future__ import annotations

import io

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from recoup.access import Act, asks
from recoup.books.models import OpenItem, Seat
from recoup.jobs.item_interest import Item, item_sheet
from recoup.kernel.errors import Refusal
from recoup.reports.interest_pdf import write_pdf
from recoup.reports.interest_sheet import InterestSheet
from recoup.reports.interest_xlsx import write_workbook
from recoup.reports.statement_words import LANGUAGES, language_of
from recoup.web import clock
from recoup.web.calculator import shown
from recoup.web.page import show
from recoup.web.treatment import day_of


def item_of(seat: Seat, item_id: int) -> OpenItem:
    """The creditor's open item of this id, or 404."""
    found = OpenItem.objects.select_related("document", "account__debtor", "creditor__policy")
    return get_object_or_404(found, pk=item_id, creditor=seat.creditor)


def asked(request: HttpRequest, seat: Seat, item_id: int) -> Item:
    """The item with the day and language that the address asks for."""
    item = item_of(seat, item_id)
    until = day_of(request.GET.get("until", ""), "The last day")
    own = item.account.debtor.language or seat.creditor.language
    language = language_of(request.GET.get("language", "") or own)
    return Item(item, until or clock.today(seat.creditor), language)


@asks(Act.SEE)
def item_interest(request: HttpRequest, seat: Seat, item_id: int) -> HttpResponse:
    """Every stretch of days with its balance, rate and amount."""
    item, sheet, refusal, wanted = item_of(seat, item_id), None, None, None
    try:
        wanted = asked(request, seat, item_id)
        sheet = item_sheet(wanted)
    except Refusal as error:
        refusal = error
    as_of = wanted.as_of if wanted else clock.today(seat.creditor)
    language = wanted.language if wanted else LANGUAGES[0]
    context = {
        "here": "charges",
        "item": item,
        "as_of": as_of,
        "language": language,
        "languages": LANGUAGES,
        "sheet": sheet,
        "refusal": refusal,
        "query": f"?until={as_of}&language={language}",
        **(shown(sheet) if sheet else {}),
    }
    return show(request, seat, "item_interest.html", context)


@asks(Act.SEE)
def item_interest_pdf(request: HttpRequest, seat: Seat, item_id: int) -> HttpResponseBase:
    """The sheet as PDF; back to the page when there is none."""
    sheet = _sheet(request, seat, item_id)
    if sheet is None:
        return _page(seat, item_id)
    content = io.BytesIO(write_pdf(sheet))
    name = f"interest-{sheet.debt.document}-{sheet.as_of}.pdf"
    return FileResponse(content, as_attachment=True, filename=name)


@asks(Act.SEE)
def item_interest_xlsx(request: HttpRequest, seat: Seat, item_id: int) -> HttpResponseBase:
    """The sheet as a workbook; back to the page when there is none."""
    sheet = _sheet(request, seat, item_id)
    if sheet is None:
        return _page(seat, item_id)
    content = io.BytesIO()
    write_workbook(sheet, content)
    content.seek(0)
    name = f"interest-{sheet.debt.document}-{sheet.as_of}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name)


def _sheet(request: HttpRequest, seat: Seat, item_id: int) -> InterestSheet | None:
    try:
        return item_sheet(asked(request, seat, item_id))
    except Refusal:
        return None


def _page(seat: Seat, item_id: int) -> HttpResponseBase:
    named = {"code": seat.creditor.code, "item_id": item_id}
    return redirect(reverse("item_interest", kwargs=named))
