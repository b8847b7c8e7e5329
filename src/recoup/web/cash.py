"""Cash: the payments that wait for a person, each with what it may pay; many accepted at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books.models import BankAccount, Creditor, Proposal, Seat, StatementLine
from recoup.web import cash_lines
from recoup.web.cash_rows import Row, rows_of
from recoup.web.cash_undo import last_done
from recoup.web.page import show

# Why payments are left out, for the usual cases.
LEFT_OUT_BECAUSE = (
    "Not from a customer",
    "Between our own accounts",
    "Counted already in another way",
    "Sent back to the payer",
)
MARKED_MAX = 200


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


@dataclass(frozen=True)
class Preview:
    """What accepting the marked payments would post, and what of them cannot be accepted."""

    ready: list[Row]
    unready: list[tuple[Row, str]]

    @property
    def totals(self) -> list[tuple[str, int, int]]:
        """Count and sum by currency of what would be posted."""
        counts: Counter[str] = Counter(row.line.currency for row in self.ready)
        return [
            (
                currency,
                count,
                sum(row.line.amount_minor for row in self.ready if row.line.currency == currency),
            )
            for currency, count in sorted(counts.items())
        ]


@asks(Act.APPLY)
@require_POST
def preview(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What the best suggestions of the marked payments would post; nothing is posted yet."""
    ids = [int(each) for each in request.POST.getlist("line") if each.isdigit()][:MARKED_MAX]
    lines = StatementLine.objects.filter(pk__in=ids, creditor=seat.creditor, state="open")
    found = preview_of(rows_of(list(lines.order_by("-booked_date", "pk"))))
    context = {
        "here": "cash",
        "preview": found,
        "is_cut": len(request.POST.getlist("line")) > MARKED_MAX,
        "marked_max": MARKED_MAX,
        "back": request.POST.get("back", ""),
    }
    return show(request, seat, "cash_preview.html", context)


def preview_of(rows: list[Row]) -> Preview:
    """The rows whose best suggestion can be posted beside the others, and why the rest cannot.

    Of two for the same document the surer is posted; a person reads the least certain first.
    """
    ready: list[Row] = []
    unready: list[tuple[Row, str]] = []
    left: dict[int, int] = {}
    for row in sorted(rows, key=_sureness, reverse=True):
        best = row.best
        if best is None:
            unready.append((row, "nothing is suggested that can still be posted"))
            continue
        wanted = {
            each.item.pk: abs(each.applied_minor) + each.discount_minor for each in best.pieces
        }
        for each in best.pieces:
            left.setdefault(each.item.pk, abs(each.item.open_minor))
        if any(left[item] < minor for item, minor in wanted.items()):
            unready.append((row, "another marked payment pays the same document"))
            continue
        for item, minor in wanted.items():
            left[item] -= minor
        ready.append(row)
    return Preview(ready[::-1], unready)


def _sureness(row: Row) -> int:
    return row.best.proposal.confidence_ppm if row.best else -1


def proposals_of(seat: Seat, ids: list[int]) -> list[Proposal]:
    """The creditor's proposals of these ids, in the order of their payments."""
    found = Proposal.objects.filter(pk__in=ids, creditor=seat.creditor)
    return list(found.select_related("line").order_by("line_id"))
