"""Terms of one account: which hold and why, what was agreed and accepted, the link to send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from recoup.access import Act, asks
from recoup.books.accept import (
    Accepted,
    Shown,
    accepted_by,
    make_link,
    open_links,
    record_acceptance,
    revoke_link,
)
from recoup.books.agree import agree_terms
from recoup.books.models import (
    Account,
    AgreedTerms,
    DocumentTerms,
    Seat,
    TermsAcceptance,
    TermsLink,
)
from recoup.engine.terms import Said
from recoup.engine.terms import terms_of as nearest
from recoup.jobs.terms import rules_of, terms_of
from recoup.jobs.terms_sheet import sheet_of
from recoup.kernel.errors import Refusal
from recoup.kernel.parties import LegalKind
from recoup.law.payment import too_long
from recoup.reports.terms_sheet import TermsSheet, version_of, write_terms_pdf
from recoup.web import clock
from recoup.web.account import account_of
from recoup.web.page import actor, back, show, told
from recoup.web.terms import as_pdf, warnings_of
from recoup.web.terms_link import address_of
from recoup.web.treatment import day_of

# How long a link opens where nobody says otherwise.
LINK_DAYS = 30
LINK_DAYS_MAX = 366
AGREED_SHOWN = 10
INVOICES_LOOKED_AT = 50


@dataclass(frozen=True)
class OpenLink:
    """A link that still opens, with its address."""

    link: TermsLink
    address: str


def card_of(request: HttpRequest, account: Account) -> dict[str, object]:
    """What the account's page says of its terms."""
    today = clock.today(account.creditor)
    found = terms_of(account, on=today)
    sheet = sheet_of(account, on=today)
    kind = LegalKind(account.debtor.legal_kind)
    accepted = accepted_by(account)
    agreed = AgreedTerms.objects.filter(account=account).order_by("-first_date", "-pk")
    return {
        "found": found,
        "warnings": (*warnings_of(account.creditor, found, kind), *_long_invoices(account, kind)),
        "acceptance": accepted.first(),
        "version": sheet.version,
        "is_current": accepted.filter(fingerprint=sheet.fingerprint).exists(),
        "agreed": agreed[:AGREED_SHOWN],
        "links": _open_links(request, account),
        "ways": [each for each in TermsAcceptance.WAYS if each[0] != "link"],
    }


def _long_invoices(account: Account, kind: LegalKind) -> list[str]:
    """Open invoices whose own terms are longer than the law's longest."""
    held = DocumentTerms.objects.filter(
        document__account=account, document__items__open_minor__gt=0, source="invoice"
    ).distinct()
    rules, found = rules_of(account.creditor), []
    for each in held.select_related("document").order_by("pk")[:INVOICES_LOOKED_AT]:
        on = each.document.issue_date
        beyond = too_long(nearest(Said(each.text), rules, on=on).terms, rules.law, on=on, kind=kind)
        if beyond is not None:
            found.append(f"Invoice {each.document.number}: {beyond.sentence}")
    return found


def _open_links(request: HttpRequest, account: Account) -> list[OpenLink]:
    links = open_links(account, today=clock.today(account.creditor))
    return [OpenLink(each, address_of(request, each)) for each in links.select_related("account")]


def _shown(sheet: TermsSheet) -> Shown:
    return Shown(sheet.language, sheet.text)


@asks(Act.TREAT)
@require_POST
def agree(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Note terms agreed with an account from a day on, or that they ended."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    with told(request, "The terms are noted. What is posted already keeps its due date."):
        agree_terms(
            account=account,
            text=request.POST.get("terms", ""),
            first_date=day_of(request.POST.get("first_date", ""), "The first day") or today,
            why=request.POST.get("why", ""),
            today=today,
            at=clock.now(),
            by=actor(request),
        )
        found = terms_of(account, on=today)
        for warning in warnings_of(seat.creditor, found, LegalKind(account.debtor.legal_kind)):
            messages.warning(request, warning)
    return back(request, seat, "account", account_id=account.pk)


@asks(Act.TREAT)
@require_POST
def link(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Make a link to the account's sheet as it reads today."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    with told(request, "The link is made. Copy it from the card of terms and send it."):
        wanted = day_of(request.POST.get("last_date", ""), "The last day")
        last = wanted or today + timedelta(days=LINK_DAYS)
        if (last - today).days > LINK_DAYS_MAX:
            raise Refusal("link-long", "A link opens for a year at most. Choose an earlier day.")
        make_link(
            account=account,
            shown=_shown(sheet_of(account, on=today)),
            last_date=last,
            today=today,
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=account.pk)


@asks(Act.TREAT)
@require_POST
def revoke(request: HttpRequest, seat: Seat, link_id: int) -> HttpResponseBase:
    """Take a link back."""
    found = get_object_or_404(
        TermsLink.objects.select_related("account"), pk=link_id, creditor=seat.creditor
    )
    with told(request, "The link is taken back and opens no more."):
        today = clock.today(seat.creditor)
        revoke_link(link=found, today=today, at=clock.now(), by=actor(request))
    return back(request, seat, "account", account_id=found.account_id)


@asks(Act.TREAT)
@require_POST
def accepted(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponseBase:
    """Note that the sheet was accepted on paper or by e-mail."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    with told(request, "The acceptance is noted with the words as they read today."):
        record_acceptance(
            account=account,
            shown=_shown(sheet_of(account, on=today)),
            said=Accepted(
                person=request.POST.get("person", ""),
                accepted_date=day_of(request.POST.get("accepted_date", ""), "The day") or today,
                way=request.POST.get("way", ""),
                note=request.POST.get("note", ""),
            ),
            today=today,
            at=clock.now(),
            by=actor(request),
        )
    return back(request, seat, "account", account_id=account.pk)


@asks(Act.SEE)
def text(request: HttpRequest, seat: Seat, acceptance_id: int) -> HttpResponse:
    """The exact words that were accepted."""
    found = get_object_or_404(
        TermsAcceptance.objects.select_related("account"), pk=acceptance_id, creditor=seat.creditor
    )
    context = {"here": "accounts", "acceptance": found, "version": version_of(found.fingerprint)}
    return show(request, seat, "terms_text.html", context)


@asks(Act.SEE)
def sheet_pdf(request: HttpRequest, seat: Seat, account_id: int) -> HttpResponse:
    """The sheet of an account, in its language or another."""
    account = account_of(seat, account_id)
    today = clock.today(seat.creditor)
    sheet = sheet_of(account, on=today, language=request.GET.get("language", ""))
    return as_pdf(sheet, write_terms_pdf(sheet, on=today), account.number)
