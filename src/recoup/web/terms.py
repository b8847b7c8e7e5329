"""Terms: what holds where nothing else was agreed, what the law allows, and the sheet it makes."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from recoup.access import Act, asks
from recoup.books.models import AgreedTerms, Creditor, Seat
from recoup.engine.terms import Said, TermsOf
from recoup.engine.terms import terms_of as nearest
from recoup.jobs.terms import rules_of
from recoup.jobs.terms_sheet import sheet_for_everybody
from recoup.kernel.parties import LegalKind
from recoup.law.payment import ByLaw, by_default, by_longest, too_long
from recoup.reports.statement_words import LANGUAGES, language_of
from recoup.reports.terms_sheet import TermsSheet, write_terms_pdf
from recoup.web import clock
from recoup.web.page import show
from recoup.web.policy import current

AGREED_SHOWN = 20
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}


@dataclass(frozen=True)
class Row:
    """Terms for some accounts, and what the law says against them."""

    whose: str
    found: TermsOf
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """What the law says for one kind of debtor; None where it says nothing that we know."""

    kind: str
    default: ByLaw | None
    longest: ByLaw | None


def rows_of(creditor: Creditor) -> list[Row]:
    """The creditor's own terms first, then those of every tier."""
    rules, today = rules_of(creditor), clock.today(creditor)
    asked = [("Everybody else", Said(kind=LegalKind.COMPANY))]
    asked = [(tier, Said(tier=tier)) for tier in rules.terms.tiers] + asked
    return [
        Row(whose, found, warnings_of(creditor, found))
        for whose, said in asked
        for found in [nearest(said, rules, on=today)]
    ]


def warnings_of(
    creditor: Creditor, found: TermsOf, kind: LegalKind | None = None
) -> tuple[str, ...]:
    """Where terms are longer than the law's longest: for one kind of debtor, or for firms."""
    kinds = [kind] if kind is not None else [LegalKind.COMPANY, LegalKind.PUBLIC_BODY]
    law, today = rules_of(creditor).law, clock.today(creditor)
    beyond = [too_long(found.terms, law, on=today, kind=each) for each in kinds]
    return tuple(each.sentence for each in beyond if each is not None)


def limits_of(creditor: Creditor) -> list[Limit]:
    """What the law of the creditor's place says, by kind of debtor."""
    law, today = rules_of(creditor).law, clock.today(creditor)
    kinds = (LegalKind.COMPANY, LegalKind.SOLE_TRADER, LegalKind.PUBLIC_BODY, LegalKind.CONSUMER)
    return [
        Limit(
            kind.word.replace("_", " "),
            by_default(law, on=today, kind=kind),
            by_longest(law, on=today, kind=kind),
        )
        for kind in kinds
    ]


@asks(Act.SEE)
def terms(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Default and tiers, the law's limits, and the sheet in each language."""
    creditor = seat.creditor
    wanted = language_of(request.GET.get("language", "") or creditor.language)
    law = rules_of(creditor).law
    agreed = AgreedTerms.objects.filter(creditor=creditor).select_related("account")
    context = {
        "here": "terms",
        "rows": rows_of(creditor),
        "limits": limits_of(creditor) if law else [],
        "law": law.document if law else None,
        "grace_days": current(creditor).policy.cash.discount_grace_days,
        "discounts_parts": rules_of(creditor).terms.discounts_parts,
        "sheet": sheet_for_everybody(creditor, on=clock.today(creditor), language=wanted),
        "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
        "language": wanted,
        "agreed": agreed.order_by("-recorded_at", "-pk")[:AGREED_SHOWN],
    }
    return show(request, seat, "terms.html", context)


@asks(Act.SEE)
def sheet_pdf(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The sheet for everybody, to print or send."""
    today = clock.today(seat.creditor)
    wanted = request.GET.get("language", "")
    sheet = sheet_for_everybody(seat.creditor, on=today, language=wanted)
    return as_pdf(sheet, write_terms_pdf(sheet, on=today), seat.creditor.code)


def as_pdf(sheet: TermsSheet, content: bytes, name: str) -> HttpResponse:
    """A sheet as a file of its own name."""
    response = HttpResponse(content, content_type="application/pdf")
    letters = "".join(each if each.isascii() and each.isalnum() else "-" for each in name)
    file = f"terms-{letters}-{sheet.language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{file}"'
    return response
