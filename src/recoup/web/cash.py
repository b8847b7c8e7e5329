"""Cash: the payments that wait for a person, each with what it may pay."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from recoup.access import Act, asks
from recoup.books.models import BankAccount, Creditor, Seat
from recoup.web import cash_lines
from recoup.web.cash_rows import rows_of
from recoup.web.cash_undo import last_done
from recoup.web.page import show

# Why payments are left out, for the usual cases.
LEFT_OUT_BECAUSE = (
    "Not from a customer",
    "Between our own accounts",
    "Counted already in another way",
    "Sent back to the payer",
)


def tabs(creditor: Creditor, here: str) -> list[tuple[str, str, bool]]:
    """The pages of Cash: address, title, and whether it is this one."""
    pages = (
        ("cash", "To be applied"),
        ("cash_settled", "Applied"),
        ("cash_left_out", "Left out"),
        ("advices", "Advice"),
        ("twice", "Counted twice?"),
        ("cash_requests", "To approve"),
    )
    return [(reverse(name, args=[creditor.code]), title, name == here) for name, title in pages]


@asks(Act.SEE)
def cash(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The open payments, newest first, with their suggestions and sums."""
    creditor, asked = seat.creditor, cash_lines.Asked.of(request)
    lines = cash_lines.filtered(creditor, asked)
    page = cash_lines.page(lines, asked)
    banks = BankAccount.objects.filter(creditor=creditor).order_by("name", "key")
    sums = cash_lines.totals(lines)
    context = {
        "here": "cash",
        "tabs": tabs(creditor, "cash"),
        "asked": asked,
        "shown": cash_lines.SHOWN,
        "sorts": cash_lines.SORTS,
        "banks": banks,
        "currencies": sorted({*(each["currency"] for each in sums), *_currencies(banks)}),
        "rows": rows_of(page.lines),
        "after": page.after,
        "first": asked.query(),
        "totals": sums,
        "count": sum(each["count"] for each in sums),
        "left_out_because": LEFT_OUT_BECAUSE,
        "last_done": last_done(request, creditor),
    }
    is_part = request.headers.get("HX-Target") == "payments"
    return show(request, seat, "cash_list.html" if is_part else "cash.html", context)


def _currencies(banks: object) -> set[str]:
    return {each.currency for each in banks if each.currency}  # type: ignore[attr-defined]
