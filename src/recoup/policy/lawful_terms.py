"""Whether the terms of a policy are longer than the law of the creditor's place allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from recoup.kernel.parties import LegalKind
from recoup.kernel.terms import read_terms
from recoup.law.lookup import Law, law_of
from recoup.law.payment import too_long
from recoup.policy.lint import Finding, Path
from recoup.policy.model import Policy


def terms_against_law(policy: Policy, *, country: str, region: str, on: date) -> list[Finding]:
    """Terms beyond the law's longest: an error where no agreement with a company may have them."""
    law = law_of(country, region)
    wanted: list[tuple[Path, str]] = [(("terms", "default"), policy.terms.default or "")]
    wanted += [(("terms", "tiers", tier), text) for tier, text in policy.terms.tiers.items()]
    return [finding for path, text in wanted if text for finding in _longest(path, text, law, on)]


def _longest(path: Path, text: str, law: Law | None, on: date) -> Iterator[Finding]:
    """Whoever else is in the tier, a company may be: its limit refuses, a public body's warns."""
    terms = read_terms(text)
    company = too_long(terms, law, on=on, kind=LegalKind.COMPANY)
    if company is not None:
        yield Finding(path, company.sentence, is_error=company.longest.is_strict)
    public = too_long(terms, law, on=on, kind=LegalKind.PUBLIC_BODY)
    if public is not None and (company is None or company.longest != public.longest):
        yield Finding(path, public.sentence, is_error=False)
