"""What every page shares: the frame around it, messages about what was done, paging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from recoup.access import MAY, Act, seats_of
from recoup.books.models import Creditor, Seat
from recoup.kernel.errors import Refusal
from recoup.web import clock
from recoup.wording.locales import locale_of

PAGE_ROWS = 50


@dataclass(frozen=True)
class Place:
    """A page in the rail: its address by name, the key after `g` that opens it."""

    name: str
    title: str
    icon: str
    key: str
    act: Act = Act.SEE


PLACES = (
    Place("today", "Today", "calendar-check", "t"),
    Place("accounts", "Accounts", "users", "a"),
    Place("cash", "Cash", "coins", "c"),
    Place("bank", "Bank", "landmark", "k"),
    Place("charges", "Charges", "percent", "h"),
    Place("messages", "Messages", "mail", "m"),
    Place("imports", "Imports", "upload", "i"),
    Place("aging", "Aging", "chart-column", "r"),
    Place("journal", "Journal", "book-open", "j"),
    Place("policy", "Policy", "scroll-text", "p"),
    Place("law", "Law", "scale", "l"),
    Place("terms", "Terms", "clock", "e"),
    Place("mailbox", "Mailbox", "inbox", "b"),
    Place("settings", "Settings", "settings", "s"),
)


def places(seat: Seat) -> list[Place]:
    """The pages this person may use here; no mailbox where mail really leaves."""
    return [
        each
        for each in PLACES
        if each.act in MAY[seat.role] and (each.name != "mailbox" or not is_production())
    ]


def is_production() -> bool:
    """Whether messages of this instance reach real people."""
    return bool(settings.ENVIRONMENT == "production")


def staff_locale(creditor: Creditor) -> str:
    """English words with the numbers and dates of the creditor's country."""
    found = locale_of("en", creditor.country)
    return found if found != "en" or creditor.country == "US" else "en_GB"


def show(
    request: HttpRequest,
    seat: Seat,
    template: str,
    context: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """The template inside the frame every page shares."""
    creditor = seat.creditor
    frame = {
        "seat": seat,
        "creditor": creditor,
        "may": {act.value for act in MAY[seat.role]},
        "places": places(seat),
        "seats": seats_of(request.user),
        "today": clock.today(creditor),
        "locale": staff_locale(creditor),
        "environment": settings.ENVIRONMENT,
    }
    return render(request, f"web/{template}", frame | dict(context), status=status)


@contextmanager
def told(request: HttpRequest, done: str) -> Iterator[None]:
    """Say that it is done, or why it was refused."""
    try:
        yield
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)


def back(request: HttpRequest, seat: Seat, name: str, **named: int) -> HttpResponseBase:
    """To the page the form names in `back`, else to the page of this name."""
    wanted = request.POST.get("back", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return redirect(reverse(name, kwargs={"code": seat.creditor.code, **named}))


def actor(request: HttpRequest) -> str:
    """The person as the books name them."""
    return request.user.get_username()[:150]


@dataclass(frozen=True)
class Pager:
    """Where a list stands: which page of how many rows, and the addresses beside it."""

    number: int
    total: int
    query: Mapping[str, str]
    rows: int = PAGE_ROWS

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 when there is none."""
        return min(self.total, (self.number - 1) * self.rows + 1)

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return min(self.total, self.number * self.rows)

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.rows))

    @property
    def before(self) -> str:
        """Query of the page before this one; empty on the first."""
        return self._query(self.number - 1) if self.number > 1 else ""

    @property
    def after(self) -> str:
        """Query of the page after this one; empty on the last."""
        return self._query(self.number + 1) if self.number < self.pages else ""

    def _query(self, number: int) -> str:
        return "?" + urlencode({**self.query, "page": number})


def page_number(request: HttpRequest) -> int:
    """The page asked for, from 1; anything that is no sensible number is the first."""
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
