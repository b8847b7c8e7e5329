"""What happened to an account, newest first: money and messages told in one list."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from recoup.books import record
from recoup.books.models import Account, Intent, LedgerAccount, TimelineEvent, Transfer
from recoup.engine.bundle import Hold
from recoup.engine.gate import BY_CODE
from recoup.law.debt import TITLES, Happened
from recoup.wording import locales

SHOWN = 60
# The ledger tells of money better than the timeline does; steps are told with their names.
_REPLACED = ("posted_by_hand",)
_DAYS = ("first_date", "last_date", "cycle_date", "event_date")


@dataclass(frozen=True)
class Happening:
    """One line of the history; `kind` chooses its mark: money, said or other."""

    business_date: date
    recorded_at: datetime
    kind: str
    sentence: str
    by: str
    intent_id: int | None = None


def history(account: Account, *, locale: str, limit: int = SHOWN) -> list[Happening]:
    """The latest happenings of an account, newest first."""
    told = _money(account, locale, limit) + _events(account, locale, limit)
    told.sort(key=lambda each: (each.business_date, each.recorded_at), reverse=True)
    return told[:limit]


def _money(account: Account, locale: str, limit: int) -> list[Happening]:
    entries = list(
        Transfer.objects.filter(account=account)
        .order_by("-entry_id")
        .values_list("entry_id", flat=True)[: limit * 3]
    )
    moved: dict[int, list[Transfer]] = defaultdict(list)
    rows = Transfer.objects.filter(account=account, entry_id__in=sorted(set(entries))[-limit:])
    # The timeline says where to or from.
    rows = rows.exclude(entry__kind__in=("move", "move_reversed"))
    for each in rows.select_related("entry", "open_item__document", "receipt"):
        moved[each.entry_id].append(each)
    return [_told(transfers, locale) for transfers in moved.values()]


def _told(transfers: list[Transfer], locale: str) -> Happening:
    entry = transfers[0].entry
    return Happening(
        business_date=entry.effective_date,
        recorded_at=entry.recorded_at,
        kind="money",
        sentence=_sentence(entry.kind, transfers, locale),
        by=entry.by,
    )


def _sentence(kind: str, transfers: list[Transfer], locale: str) -> str:
    """What an entry did, with its amounts; an entry touches one currency."""
    currency = transfers[0].currency
    named = [each.open_item.document.number for each in transfers if each.open_item]
    document = named[-1] if named else ""
    total = locales.money(_total(kind, transfers), currency, locale)
    base = kind.removesuffix("_reversed")
    undone = " taken back" if base != kind else ""
    if base == "receipt":
        reference = transfers[0].receipt.reference if transfers[0].receipt else ""
        return f"{total} received{undone}" + (f" ({reference})." if reference else ".")
    if base == "cash_application":
        source = "Payment" if any(each.receipt_id for each in transfers) else "Credit note"
        verb = "application taken back from" if undone else "applied to"
        return f"{source} of {total} {verb} {document}."
    if base == "contra":
        numbers = ", ".join(named)
        return (
            f"{total} of {numbers} set off against what we owe{undone}: {transfers[0].entry.why}."
        )
    words = {"invoice": "Invoice", "credit_note": "Credit note", "charge": "Charge"}
    name = words.get(base, base.replace("_", " ").capitalize())
    return f"{name} {document} over {total}{undone or ' issued'}."


def _total(kind: str, transfers: list[Transfer]) -> int:
    """The amount that moved; a set-off passes through two transfers and counts once."""
    is_set_off = any(LedgerAccount.SET_OFF in (each.debit, each.credit) for each in transfers)
    total = sum(each.amount_minor for each in transfers)
    return total // 2 if is_set_off and kind.startswith("cash_application") else total


def _events(account: Account, locale: str, limit: int) -> list[Happening]:
    found = TimelineEvent.objects.filter(account=account).exclude(kind__in=_REPLACED)
    events = _latest(list(found.order_by("-pk")[:limit]))
    ids = {int(each.facts["intent"]) for each in events if each.facts.get("intent")}
    steps = dict(Intent.objects.filter(pk__in=ids).values_list("pk", "creditor_id"))
    return [
        Happening(
            business_date=each.business_date,
            recorded_at=each.recorded_at,
            kind="said" if each.kind == "message_accepted" else "other",
            sentence=record.sentence(each.kind, _worded(each.facts, locale)),
            by=each.by,
            intent_id=_intent(each.facts, steps, account),
        )
        for each in events
    ]


def _latest(events: list[TimelineEvent]) -> list[TimelineEvent]:
    """Newest first, each message told once: by what last became of it."""
    told: set[object] = set()
    kept = []
    for each in events:
        message = each.facts.get("intent")
        if message is None or message not in told:
            kept.append(each)
        told.add(message)
    return kept


def _intent(facts: dict[str, object], known: dict[int, int], account: Account) -> int | None:
    """The message an event tells of, when it is this creditor's."""
    number = int(str(facts.get("intent") or 0))
    return number if known.get(number) == account.creditor_id else None


def _worded(facts: dict[str, object], locale: str) -> dict[str, object]:
    """The facts with codes as words: steps, days, a hold's reason, a rule's sentence."""
    said = dict(facts)
    for name in _DAYS:
        if said.get(name):
            said[name] = locales.short_day(date.fromisoformat(str(said[name])), locale)
    if said.get("step"):
        said["step"] = f"“{_spaced(said['step'])}”"
    if said.get("amount_minor"):
        minor, currency = int(str(said["amount_minor"])), str(said["currency"])
        said["amount"] = locales.money(minor, currency, locale)
    if said.get("event"):
        said["event"] = TITLES[Happened(str(said["event"]))]
    reason = str(said.get("reason", ""))
    if reason in Hold.__members__:
        said["reason"] = _spaced(reason.lower())
    elif reason in BY_CODE:
        said["reason"] = BY_CODE[reason].sentence.rstrip(".").lower()
    return said


def _spaced(code: object) -> str:
    return str(code).replace("-", " ").replace("_", " ")
