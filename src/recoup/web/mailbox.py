"""The mailbox of a demo or rehearsal: what debtors received, and nothing that left the house."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import Intent, Message, Seat
from recoup.books.outbox import message_bytes
from recoup.web.message import read
from recoup.web.page import PAGE_ROWS, Pager, is_production, page_number, show


@asks(Act.SEE)
def mailbox(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The mails that were accepted, newest first, one of them open."""
    if is_production():
        raise Http404("mail really leaves here")
    rows = Message.objects.filter(
        creditor=seat.creditor, intent__state__in=Intent.SPOKEN
    ).select_related("intent__account")
    pager = Pager(page_number(request), rows.count(), {})
    start = (pager.number - 1) * PAGE_ROWS
    listed = list(rows.order_by("-pk")[start : start + PAGE_ROWS])
    asked = request.GET.get("mail", "")
    opened = next((each for each in listed if str(each.pk) == asked), None)
    context = {
        "here": "mailbox",
        "rows": listed,
        "pager": pager,
        "opened": opened,
        "mail": read(message_bytes(opened)) if opened else None,
    }
    return show(request, seat, "mailbox.html", context)
