"""The terms sheet of a creditor, for everybody or for one account, in a language we print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from recoup.books.models import Account, Creditor
from recoup.engine.terms import Said, TermsOf
from recoup.engine.terms import terms_of as nearest
from recoup.jobs.account_statement import letterhead, lines_of, paper_of
from recoup.jobs.compose import language_of as spoken_in
from recoup.jobs.terms import policy_of, rules_of, terms_of
from recoup.kernel.parties import LegalKind
from recoup.kernel.terms import Kind, Roll, Terms
from recoup.kernel.terms.words import discount_words, percent, schedule_words
from recoup.policy.cash import ppm_of
from recoup.policy.charging import Charges
from recoup.policy.terms import TermsRules
from recoup.reports.statement_words import language_of
from recoup.reports.terms_sheet import Point, TermsSheet
from recoup.reports.terms_words import words


def sheet_of(account: Account, *, on: date, language: str = "") -> TermsSheet:
    """The sheet of an account as of a day, in the debtor's language or another one."""
    debtor = account.debtor
    wanted = language or debtor.language or spoken_in(debtor.country) or account.creditor.language
    return _sheet(
        account.creditor,
        terms_of(account, on=on),
        language=language_of(wanted),
        debtor=(account.name, *lines_of(account.postal_address)),
        reference=account.number,
        paper=paper_of(debtor.country or account.creditor.country),
    )


def sheet_for_everybody(creditor: Creditor, *, on: date, language: str = "") -> TermsSheet:
    """The sheet of a creditor for debtors with whom nothing else was agreed: a company."""
    found = nearest(Said(kind=LegalKind.COMPANY), rules_of(creditor), on=on)
    return _sheet(
        creditor,
        found,
        language=language_of(language or creditor.language),
        debtor=(),
        reference="",
        paper=paper_of(creditor.country),
    )


def _sheet(
    creditor: Creditor,
    found: TermsOf,
    *,
    language: str,
    debtor: tuple[str, ...],
    reference: str,
    paper: str,
) -> TermsSheet:
    said = words(language)
    rules = rules_of(creditor).terms
    points = [
        _when(found.terms, said, language),
        *_early(found.terms, rules, said, language),
        _how(creditor, reference, said),
        _late(policy_of(creditor).charges, said, language),
        _wrong(creditor, said),
    ]
    return TermsSheet(
        language=language,
        title=said["title"],
        creditor=letterhead(creditor),
        debtor=debtor,
        points=tuple(points),
        paper=paper,
    )


def _when(terms: Terms, said: Mapping[str, str], language: str) -> Point:
    lines = [said["due"].format(terms=schedule_words(terms, language))]
    if terms.kind is Kind.ADVANCE:
        lines.append(said["advance"])
    elif terms.kind is Kind.CREDIT:
        lines.append(said["counted"])
    if terms.roll is not Roll.NONE:
        lines.append(said[f"roll_{terms.roll.value}"])
    return Point(said["when"], (*lines, said["stated"]))


def _early(
    terms: Terms, rules: TermsRules, said: Mapping[str, str], language: str
) -> Iterator[Point]:
    if terms.discounts:
        steps = [
            said["early_line"].format(discount=discount_words(each, language))
            for each in terms.discounts
        ]
        part = "early_part" if rules.discounts_parts else "early_whole"
        yield Point(said["early"], (*steps, said[part]))


def _how(creditor: Creditor, reference: str, said: Mapping[str, str]) -> Point:
    iban = creditor.bank_iban.replace(" ", "")
    if not (iban or creditor.bank_account_number):
        return Point(said["how"], (said["as_invoiced"],))
    known = (
        (said["holder"], creditor.bank_holder or creditor.name),
        ("IBAN", " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))),
        ("BIC", creditor.bank_bic),
        (said["routing"], creditor.bank_routing_code),
        (said["number"], creditor.bank_account_number),
        (said["bank"], creditor.bank_name),
        (said["reference"], reference),
    )
    return Point(said["how"], (said["transfer"],), tuple(each for each in known if each[1]))


def _late(charges: Charges | None, said: Mapping[str, str], language: str) -> Point:
    """What being late costs, as the policy says; without charges, that reminders are free."""
    asked = list(_charged(charges, said, language)) if charges else []
    if not asked or charges is None:
        return Point(said["late"], (said["reminders"], said["free"]))
    waived = [said["first_waived"]] if charges.courtesy_waiver == "first" else []
    told = f"{said['charged']} {'; '.join(asked)}. {said['within_law']}"
    return Point(said["late"], (said["reminders"], " ".join([told, *waived])))


def _charged(charges: Charges, said: Mapping[str, str], language: str) -> Iterator[str]:
    if charges.interest is not None:
        rate = charges.interest.annual_rate_percent
        if rate is None:
            yield said["interest_law"]
        else:
            yield said["interest_rate"].format(rate=percent(ppm_of(rate), language))
    if charges.compensation is not None:
        yield said["compensation"]
    if charges.fees is not None:
        yield said["fees"]
    if charges.costs is not None:
        yield said["costs"].format(days=charges.costs.days_past_due)


def _wrong(creditor: Creditor, said: Mapping[str, str]) -> Point:
    known = (
        (said["person"], creditor.sender_name or creditor.name),
        (said["email"], creditor.reply_to or creditor.sender_email),
        (said["phone"], creditor.phone),
    )
    return Point(said["wrong"], (said["tell_us"],), tuple(each for each in known if each[1]))
