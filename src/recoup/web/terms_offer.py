"""The public page of a terms link: read the terms, accept them. No login, no cookie."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from recoup.books.accept import accept_by_link
from recoup.books.models import TermsAcceptance, TermsLink
from recoup.kernel.errors import Refusal
from recoup.reports.terms_sheet import paragraphs, version_of
from recoup.reports.terms_words import words
from recoup.web import clock
from recoup.web.terms_link import link_of
from recoup.wording import locales

# Names our readers may type are far shorter; the door cuts at its own limit.
NAME_MAX = 200

Page = Callable[[HttpRequest, str], HttpResponseBase]


def private(page: Page) -> Page:
    """Nobody keeps, indexes or is told of the address: whoever knows it may accept."""

    @wraps(page)
    def view(request: HttpRequest, token: str) -> HttpResponseBase:
        response = page(request, token)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return view


# No cookie is set, so there is no session that another site could misuse: the address itself is
# the right to act. Without a referrer, browsers send no origin that a CSRF check could compare.
@csrf_exempt
@private
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponseBase:
    """The terms in the debtor's language; a name accepts them, looking changes nothing."""
    if not ratelimit.consume(request, action="terms"):
        return render(request, "web/terms_closed.html", {"is_busy": True}, status=429)
    link = link_of(token)
    if link is None or not _opens(link):
        return render(request, "web/terms_closed.html", status=404 if link is None else 410)
    if request.method != "POST":
        return _show(request, link)
    name = request.POST.get("name", "")[:NAME_MAX]
    today = clock.today(link.account.creditor)
    try:
        accept_by_link(link=link, person=name, today=today, at=clock.now())
    except Refusal:
        return _show(request, link, is_nameless=True, status=422)
    return redirect("terms_offer", token)


def _opens(link: TermsLink) -> bool:
    today = clock.today(link.account.creditor)
    return link.revoked_at is None and link.first_date <= today <= link.last_date


def _show(
    request: HttpRequest, link: TermsLink, *, is_nameless: bool = False, status: int = 200
) -> HttpResponse:
    said = words(link.language)
    account = link.account
    locale = locales.locale_of(link.language, account.debtor.country or account.creditor.country)
    accepted = TermsAcceptance.objects.filter(link=link).first()
    context = {
        "language": link.language,
        "said": said,
        "creditor": account.creditor,
        "head": paragraphs(link.text)[0],
        "blocks": paragraphs(link.text)[1:],
        "version": said["version"].format(version=version_of(link.fingerprint)),
        "goes_on": said["goes_on"].format(old=account.number, new=account.merged_into.number)
        if account.merged_into
        else "",
        "until": said["open_until"].format(day=locales.long_day(link.last_date, locale)),
        "accepted": said["accepted"].format(
            name=accepted.person, day=locales.long_day(accepted.accepted_date, locale)
        )
        if accepted
        else "",
        "is_nameless": is_nameless,
    }
    return render(request, "web/terms_offer.html", context, status=status)
