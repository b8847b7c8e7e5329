"""What a policy asks for beside what the law allows: the stricter of the two holds.

What no debtor may be asked is an error that names the paragraph; what only some may not be is
told as a limit, and those are not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from recoup.kernel.errors import Refusal
from recoup.kernel.parties import KIND_OF_WORD, LegalKind
from recoup.law.lookup import Found, Law, law, law_of, minor
from recoup.policy.charging import (
    Charges,
    CompensationCharge,
    CostCharge,
    Fee,
    FeeCharge,
    InterestCharge,
)
from recoup.policy.lint import Finding, Path
from recoup.policy.model import Policy
from recoup.policy.parts import minor_of

Section = InterestCharge | CompensationCharge | FeeCharge | CostCharge


def law_for(charges: Charges, *, country: str, region: str = "") -> Law:
    """The law that charges go by; Refusal `law-unknown` when there is no document of it."""
    if charges.law is not None:
        return law(charges.law)
    found = law_of(country, region)
    if found is None:
        raise Refusal(
            "law-unknown",
            f"There is no law document for {country or 'this place'}, so nothing is known of what"
            " may be charged. Name the law that was agreed with `law:`, or leave `charges` out.",
        )
    return found


def against_law(policy: Policy, *, country: str, region: str, on: date) -> list[Finding]:
    """Everything the law forbids or limits, in the order of the document."""
    charges = policy.charges
    if charges is None:
        return []
    try:
        ours = law_for(charges, country=country, region=region)
    except Refusal as refusal:
        named = ("charges", "law") if charges.law is not None else ("charges",)
        return [Finding(named, refusal.sentence)]
    sections: tuple[tuple[str, Section | None, str], ...] = (
        ("interest", charges.interest, "interest.claimable"),
        ("compensation", charges.compensation, "compensation.claimable"),
        ("fees", charges.fees, "fee.reminder_max"),
        ("costs", charges.costs, "costs.claimable"),
    )
    found: list[Finding] = []
    for name, section, topic in sections:
        if section is None:
            continue
        needs_law = not (isinstance(section, InterestCharge) and section.basis == "contractual")
        if needs_law:
            found += _kinds(charges, name, section, topic, ours, on)
    found += _creditor(charges, ours, on)
    found += _rate(charges, ours, on)
    found += _compounding(charges, ours, on)
    found += _rounding(charges, ours, on)
    found += _fees(policy, charges, ours, on)
    found += _costs(charges, ours, on)
    return found


def _kinds(
    charges: Charges, name: str, section: Section, topic: str, ours: Law, on: date
) -> Iterator[Finding]:
    """From whom the law gives it at all."""
    own = section.kinds is not None
    is_written = own or "kinds" in charges.model_fields_set
    kinds = kinds_of(charges, section)
    refused = [(kind, _why_not(ours, topic, on, kind)) for kind in kinds]
    denied = [(kind, why) for kind, why in refused if why]
    for kind, why in denied:
        path: Path = ("charges", name)
        if own:
            path = ("charges", name, "kinds", kinds.index(kind))
        yield Finding(
            path,
            f"{_title(name)} may not be charged to {people(kind)}: {why}."
            f" Leave {kind.word} out of `kinds` of {name}.",
            is_error=is_written or len(denied) == len(kinds),
        )


def kinds_of(charges: Charges, section: Section) -> list[LegalKind]:
    """The kinds of debtor a section is for."""
    return [KIND_OF_WORD[word] for word in section.kinds or charges.kinds]


def _why_not(ours: Law, topic: str, on: date, kind: LegalKind) -> str:
    """Why the law gives nothing, with its paragraph; empty when it does."""
    try:
        found = ours.get(topic, on=on, kind=kind)
    except Refusal as refusal:
        return refusal.sentence.rstrip(".")
    return _named(found) if found.entry.value is False else ""


def _named(found: Found) -> str:
    return f"{found.cite} ({found.document.name})"


def _title(name: str) -> str:
    return {
        "interest": "Statutory interest",
        "compensation": "Fixed compensation",
        "fees": "A fee for reminders",
        "costs": "Collection costs",
    }[name]


def people(kind: LegalKind) -> str:
    """Such debtors, in a sentence."""
    return {
        LegalKind.COMPANY: "companies",
        LegalKind.SOLE_TRADER: "sole traders",
        LegalKind.CONSUMER: "consumers",
        LegalKind.PUBLIC_BODY: "public bodies",
        LegalKind.UNKNOWN: "debtors of unknown kind",
    }[kind]


def _creditor(charges: Charges, ours: Law, on: date) -> Iterator[Finding]:
    """What the creditor itself must be, which only the creditor can know."""
    interest = charges.interest
    if interest is None or interest.basis == "contractual":
        return
    for kind in kinds_of(charges, interest):
        must_be = creditor_must_be(interest, ours, on=on, kind=kind)
        if must_be is not None:
            yield Finding(("charges", "interest"), not_stated(must_be))
            return


def creditor_must_be(
    section: InterestCharge, ours: Law, *, on: date, kind: LegalKind
) -> Found | None:
    """What the law asks of whoever claims its interest and the policy has not stated."""
    if section.creditor_qualifies:
        return None
    return ours.find("interest.creditor", on=on, kind=kind)


def not_stated(must_be: Found) -> str:
    """Why interest by law is not charged yet."""
    return (
        f"By {_named(must_be)} only some may claim this interest:"
        f" {str(must_be.entry.value).rstrip('.')}. If you are one of them, write"
        " `creditor_qualifies: true` in `interest`."
    )


def _rate(charges: Charges, ours: Law, on: date) -> Iterator[Finding]:
    """An agreed rate above what may be agreed."""
    interest = charges.interest
    if interest is None or interest.annual_rate_percent is None:
        return
    path = ("charges", "interest", "annual_rate_percent")
    asked = Decimal(interest.annual_rate_percent)
    for kind in kinds_of(charges, interest):
        most = ours.find("contract.interest_max", on=on, kind=kind)
        if most is not None and asked > Decimal(str(most.entry.value)):
            yield Finding(
                path,
                f"{asked} % a year is more than {people(kind)} may be charged: at most"
                f" {most.entry.value} % by {_named(most)}. Lower it.",
            )
        sized = ours.find("contract.interest_max_by_size", on=on, kind=kind)
        tops = [band.percent for band in sized.entry.bands] if sized else []
        below = [Decimal(top) for top in tops if top is not None and asked > top]
        if sized and below:
            yield Finding(
                path,
                f"{asked} % a year is limited to {min(below)} % for some sizes of credit to"
                f" {people(kind)} by {_named(sized)}.",
                is_error=len(below) == len(tops),
            )


def rate_max_ppm(ours: Law, *, on: date, kind: LegalKind) -> int | None:
    """The most an agreed rate may be, whatever the size of the debt; None without a limit."""
    most = ours.find("contract.interest_max", on=on, kind=kind)
    sized = ours.find("contract.interest_max_by_size", on=on, kind=kind)
    tops = [most.entry.value] if most else []
    tops += [band.percent for band in sized.entry.bands] if sized else []
    known = [Decimal(str(top)) for top in tops if top is not None]
    return int(min(known) * 10_000) if known else None


def _compounding(charges: Charges, ours: Law, on: date) -> Iterator[Finding]:
    interest = charges.interest
    if interest is None or interest.compounding == "none":
        return
    for kind in kinds_of(charges, interest):
        found = ours.find("contract.compounding", on=on, kind=kind)
        if found is None or found.entry.value is not True:
            reason = f"{_named(found)} forbids it" if found else f"{ours.document.name} is silent"
            yield Finding(
                ("charges", "interest", "compounding"),
                f"Interest on interest may not be charged to {people(kind)}: {reason}."
                " Write `compounding: none`.",
            )
            return


def _rounding(charges: Charges, ours: Law, on: date) -> Iterator[Finding]:
    """Rounding each day or stretch may come to more than the law's own way."""
    interest = charges.interest
    if interest is None or interest.rounding in ("law", "total"):
        return
    for kind in kinds_of(charges, interest):
        found = ours.find("interest.rounding", on=on, kind=kind)
        by_law = "total" if found is None else str(found.entry.value)
        if by_law != interest.rounding:
            named = f"by {_named(found)}" if found else f"where {ours.document.name} is silent"
            yield Finding(
                ("charges", "interest", "rounding"),
                f"Rounding `{interest.rounding}` differs from `{by_law}` {named}: on small"
                " amounts it may come to more. A court may follow the law's way.",
                is_error=False,
            )
            return


def _fees(policy: Policy, charges: Charges, ours: Law, on: date) -> Iterator[Finding]:
    """Fees above what a reminder may cost, or for the one that is free."""
    if charges.fees is None:
        return
    firsts = {
        next((step.code for step in procedure.steps if not step.is_courtesy), "")
        for procedure in policy.procedures
    }
    for number, fee in enumerate(charges.fees.steps):
        path: Path = ("charges", "fees", "steps", number)
        for kind in kinds_of(charges, charges.fees):
            findings = list(_fee(path, fee, fee.step in firsts, ours, on, kind))
            yield from findings
            if findings:
                break


def _fee(
    path: Path, fee: Fee, is_first: bool, ours: Law, on: date, kind: LegalKind
) -> Iterator[Finding]:
    """What is too much of one fee for such a debtor."""
    most = ours.find("fee.reminder_max", on=on, kind=kind)
    if most is None or not most.entry.is_usable:
        return
    currency = most.entry.currency or most.document.currency
    top = minor(Decimal(str(most.entry.value)), currency)
    for code, amount in fee.amounts.items():
        if code != currency or minor_of(amount, code) > top:
            yield Finding(
                (*path, "amounts", code),
                f"A reminder may cost {people(kind)} at most {most.entry.value}"
                f" {currency} by {_named(most)}. Lower the fee.",
            )
    free = ours.find("fee.first_free", on=on, kind=kind)
    if free is not None and free.entry.value is True and is_first:
        yield Finding(
            (*path, "step"),
            f"The first reminder is free by {_named(free)}. Charge a later step.",
        )


def _costs(charges: Charges, ours: Law, on: date) -> Iterator[Finding]:
    """Costs without a tariff cannot be worked out; with notice days they wait."""
    if charges.costs is None:
        return
    path = ("charges", "costs")
    for kind in kinds_of(charges, charges.costs):
        tariff = ours.find("costs.tariff", on=on, kind=kind)
        if tariff is None or not tariff.entry.is_usable:
            yield Finding(
                path,
                f"{ours.document.name} has no tariff of collection costs for {people(kind)} that"
                " can be calculated with. Leave `costs` out.",
            )
            return
        notice = ours.find("costs.notice_days", on=on, kind=kind)
        if notice is not None and notice.entry.value:
            yield Finding(
                path,
                f"Collection costs are limited for {people(kind)}: only {notice.entry.value} days"
                f" after a notice, by {_named(notice)}.",
                is_error=False,
            )
