"""Policy: the published rules in words, and a new version checked before it is published."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from recoup.access import Act, asks
from recoup.books.models import Creditor, PolicyVersion, Seat
from recoup.books.publish import publish_policy
from recoup.policy import document
from recoup.policy.document import Document, PolicyRefusal, Problem
from recoup.policy.model import Policy, Step
from recoup.policy.triggers import TriggerKind
from recoup.web import clock
from recoup.web.page import actor, show
from recoup.web.policy_money import amounts, money_rules

_TRIGGERS = {
    TriggerKind.DAYS_BEFORE_DUE: "{days} day{s} before it is due",
    TriggerKind.ON_DUE: "on the day it is due",
    TriggerKind.DAYS_AFTER_DUE: "{days} day{s} late",
    TriggerKind.BUSINESS_DAYS_AFTER_DUE: "{days} working day{s} late",
    TriggerKind.END_OF_MONTH_AFTER_DUE: "{days} day{s} after the end of the month it is due in",
    TriggerKind.DAY_OF_MONTH_AFTER_DUE: "on day {days} of the month after it is due",
    TriggerKind.DAYS_AFTER_PREVIOUS: "{days} day{s} after the step before",
}


@dataclass(frozen=True)
class Rung:
    """A step of a ladder in words."""

    step: Step
    comes_up: str


@dataclass(frozen=True)
class Ladder:
    """A procedure, and whom it is for."""

    name: str
    rungs: tuple[Rung, ...]
    segments: tuple[str, ...]


@dataclass(frozen=True)
class TextLine:
    """A line of a policy's text, with what is wrong in it."""

    text: str
    problems: tuple[Problem, ...]


def comes_up(step: Step) -> str:
    """When a step comes up, in words."""
    days = step.trigger.days
    return _TRIGGERS[step.trigger.kind].format(days=days, s="" if days == 1 else "s")


def ladders(policy: Policy) -> list[Ladder]:
    """Every procedure with its steps and the segments it serves."""
    return [
        Ladder(
            name=procedure.name,
            rungs=tuple(Rung(step, comes_up(step)) for step in procedure.steps),
            segments=tuple(
                f"{segment.name}: {segment.when}" if segment.when else segment.name
                for segment in policy.segments
                if segment.procedure == procedure.name
            ),
        )
        for procedure in policy.procedures
    ]


def rules(policy: Policy) -> list[tuple[str, str]]:
    """What holds for every message, as pairs of a heading and a sentence."""
    contact = policy.contact
    days = ", ".join(day.capitalize() for day in contact.weekdays) or "no day"
    holidays = "not on public holidays" if contact.public_holidays == "skip" else "holidays too"
    minimum = amounts(policy.minimum_amounts)
    first = policy.first_import
    bank = policy.bank_data_days_max
    return [
        ("Hours", f"{contact.window.opens} to {contact.window.closes} on the debtor's clock"),
        ("Days", f"{days}; {holidays}"),
        (
            "How often",
            f"at most {contact.contacts_per_7_days_max} in 7 days and "
            f"{contact.contacts_per_30_days_max} in 30, at least {contact.days_between} days apart",
        ),
        ("Smallest amount", minimum or "none"),
        (
            "Old debt at the first import",
            f"one polite summary, then {first.wait_days} days of waiting"
            if first
            else "starts with the first step",
        ),
        (
            "Bank data",
            f"not older than {bank} days and without a gap, or nobody is asked for what is late"
            if bank is not None
            else "no limit of age",
        ),
        *money_rules(policy.cash),
        (
            "Unusually large run",
            f"more than {policy.size_brake.floor} messages and "
            f"{policy.size_brake.factor_percent} % of the largest before waits for a person",
        ),
        ("When paid late", "; ".join(charges(policy)) or "costs nothing"),
        ("Where nothing was agreed", _terms(policy)),
    ]


def _terms(policy: Policy) -> str:
    """The terms of tiers and of everybody else, as written."""
    tiers = [f"{tier}: {text}" for tier, text in policy.terms.tiers.items()]
    return "; ".join([*tiers, policy.terms.default or "the terms of the law"])


_MODES = {
    "announce": "told and not asked for",
    "accrue": "booked and not asked for yet",
    "invoice": "invoiced",
}


_ROUNDINGS = {
    "law": "rounded as the law does",
    "total": "rounded once",
    "segment": "rounded for each stretch of days",
    "daily": "rounded each day",
}


def charges(policy: Policy) -> list[str]:
    """What being late costs the debtor, one phrase for each kind of charge."""
    asked = policy.charges
    if asked is None:
        return []
    found = []
    if asked.interest:
        rate = asked.interest.annual_rate_percent
        what = f"{rate} % interest a year" if rate else "interest by law"
        found.append((f"{what}, {_ROUNDINGS[asked.interest.rounding]}", asked.interest.mode))
    if asked.compensation:
        found.append(("the fixed compensation of the law", asked.compensation.mode))
    if asked.fees:
        found.append(("fees for reminders", asked.fees.mode))
    if asked.costs:
        days = asked.costs.days_past_due
        found.append((f"collection costs by tariff from {days} days late", asked.costs.mode))
    waived = ["the first time is waived"] if asked.courtesy_waiver == "first" else []
    return [*(f"{what}, {_MODES[mode]}" for what, mode in found), *waived]


def limits(read: Document, creditor: Creditor) -> list[Problem]:
    """Where the law of today holds a policy back, one published before it changed too."""
    today = clock.today(creditor)
    limited, refused = document.lawful(
        read, country=creditor.country, region=creditor.region, on=today
    )
    return [*refused, *limited]


def current(creditor: Creditor) -> Document:
    """The policy in force: the published one, or the standard one while there is none."""
    version = creditor.policy
    return document.standard() if version is None else document.load(version.text)


def numbered(text: str, problems: list[Problem]) -> list[TextLine]:
    """The text line by line, each with its problems."""
    found: dict[int, list[Problem]] = {}
    for each in problems:
        found.setdefault(each.line, []).append(each)
    return [
        TextLine(line, tuple(found.get(number, ())))
        for number, line in enumerate(text.splitlines(), start=1)
    ]


@asks(Act.SEE)
def policy(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The policy in force, in words, with its text and its versions."""
    read = current(seat.creditor)
    versions = PolicyVersion.objects.filter(creditor=seat.creditor).order_by("-published_at")
    context = {
        "here": "policy",
        "document": read,
        "ladders": ladders(read.policy),
        "rules": rules(read.policy),
        "limits": limits(read, seat.creditor),
        "lines": numbered(read.text, list(read.warnings)),
        "versions": versions[:50],
    }
    return show(request, seat, "policy.html", context)


@asks(Act.SEE)
def version(request: HttpRequest, seat: Seat, version_id: int) -> HttpResponse:
    """An earlier version, as it was published."""
    held = get_object_or_404(PolicyVersion, pk=version_id, creditor=seat.creditor)
    context = {"here": "policy", "version": held, "lines": numbered(held.text, [])}
    return show(request, seat, "policy_version.html", context)


@asks(Act.PUBLISH)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, seat: Seat) -> HttpResponseBase:
    """Write a new version: check it, see every problem by line, and publish it."""
    creditor = seat.creditor
    if request.method != "POST":
        context: dict[str, object] = {"here": "policy", "text": current(creditor).text}
        return show(request, seat, "policy_edit.html", context)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        read = document.publishable(
            text,
            country=creditor.country,
            region=creditor.region,
            on=clock.today(creditor),
        )
    except PolicyRefusal as refusal:
        context = {
            "here": "policy",
            "text": text,
            "problems": refusal.problems,
            "lines": numbered(text, refusal.problems),
        }
        return show(request, seat, "policy_edit.html", context, status=422)
    if "publish" in request.POST:
        publish_policy(
            creditor=creditor,
            name=read.policy.name,
            text=text,
            at=clock.now(),
            by=actor(request),
        )
        messages.success(request, "Published. The next run decides by it; nothing starts afresh.")
        return redirect("policy", creditor.code)
    context = {
        "here": "policy",
        "text": text,
        "checked": True,
        "warnings": read.warnings,
        "ladders": ladders(read.policy),
        "rules": rules(read.policy),
    }
    return show(request, seat, "policy_edit.html", context)
