"""What a form of the page Correct asks for: which deed, on which accounts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import QueryDict

from recoup.books import contra
from recoup.books.models import Account, OpenItem, Receipt, Seat
from recoup.books.move import Piece
from recoup.books.split import Second
from recoup.books.told import Told
from recoup.books.use_credit import use_credit
from recoup.jobs import accounts, cash
from recoup.kernel.errors import Refusal
from recoup.web.cash_amounts import minor_of

# What can be done, in the order of the tabs.
WAYS = {
    "move": "Move to another account",
    "contra": "Set off what you owe",
    "credit": "Use a credit note",
    "merge": "Merge with another account",
    "split": "Split off a second debtor",
}
# Ways that need another account to be chosen first.
WITH_ANOTHER = ("move", "merge")


@dataclass(frozen=True)
class Wish:
    """A deed in words, the accounts it changes, and the deed."""

    title: str
    accounts: list[Account]
    deed: Callable[[cash.Act], object]


def another(seat: Seat, account: Account, written: str) -> Account | None:
    """The other account that a form or address names, when it is one that goes on."""
    if not written.isascii() or not written.isdigit() or len(written) > 18:
        return None
    open_accounts = Account.objects.filter(creditor=seat.creditor, merged_into=None)
    return open_accounts.exclude(pk=account.pk).filter(pk=int(written)).first()


def wish_of(seat: Seat, account: Account, said: QueryDict) -> Wish:
    """The wish of a form; Refusal when something is missing or cannot be read."""
    way = said.get("do", "")
    if way not in WAYS:
        raise Refusal("way-unknown", "Choose what is to be corrected.")
    to = another(seat, account, said.get("to", ""))
    if way in WITH_ANOTHER and to is None:
        raise Refusal("account-unknown", "Choose the other account first: find it by its name.")
    if way == "move" and to is not None:
        return _move(account, to, said)
    if way == "merge" and to is not None:
        title = f"{account.number} {account.name} goes on as {to.number} {to.name}"
        return Wish(title, [account, to], lambda act: accounts.merge(account, to, act=act))
    return {"contra": _contra, "credit": _credit, "split": _split}[way](account, said)


def _move(account: Account, to: Account, said: QueryDict) -> Wish:
    pieces = _pieces(account, said)
    if not pieces:
        raise Refusal("nothing-to-move", "Nothing is moved. Write an amount beside something.")
    title = f"{_count(len(pieces), 'entry', 'entries')} to {to.number} {to.name}"
    return Wish(title, [account, to], lambda act: accounts.move(pieces, to=to, act=act))


def _pieces(account: Account, said: QueryDict) -> list[Piece]:
    """Everything of the account beside which an amount was written."""
    items = OpenItem.objects.filter(account=account).exclude(open_minor=0)
    things: list[OpenItem | Receipt] = list(items.select_related("document").order_by("pk"))
    things += Receipt.objects.filter(account=account).order_by("pk")
    found = []
    for thing in things:
        name = "receipt" if isinstance(thing, Receipt) else "item"
        amount = _minor(said, f"{name}-{thing.pk}", thing.currency)
        if amount:
            found.append(Piece(thing, amount))
    return found


def _amounts(account: Account, said: QueryDict) -> dict[int, int]:
    items = OpenItem.objects.filter(account=account, open_minor__gt=0).order_by("pk")
    read = {each.pk: _minor(said, f"item-{each.pk}", each.currency) for each in items}
    return {item: minor for item, minor in read.items() if minor}


def _minor(said: Mapping[str, str], name: str, currency: str) -> int:
    typed = said.get(name, "").strip()
    return minor_of(typed, currency) if typed else 0


def _contra(account: Account, said: QueryDict) -> Wish:
    amounts, reference = _amounts(account, said), said.get("reference", "").strip()[:180]

    def deed(act: cash.Act) -> object:
        told = Told(today=act.today, at=act.at, by=act.by, why=act.why)
        return contra.set_off(account=account, amounts=amounts, reference=reference, **told)

    title = f"{_count(len(amounts), 'item', 'items')} set off against {reference or 'what you owe'}"
    return Wish(title, [account], deed)


def _credit(account: Account, said: QueryDict) -> Wish:
    amounts = _amounts(account, said)
    notes = OpenItem.objects.filter(account=account, open_minor__lt=0).select_related("document")
    chosen = said.get("credit", "")
    credit = next((each for each in notes if str(each.pk) == chosen), None)
    if credit is None:
        raise Refusal("not-a-credit", "Choose the credit note that is used.")
    note = credit

    def deed(act: cash.Act) -> object:
        told = Told(today=act.today, at=act.at, by=act.by, why=act.why)
        return use_credit(credit=note, amounts=amounts, **told)

    title = f"{note.document.number} used on {_count(len(amounts), 'item', 'items')}"
    return Wish(title, [account], deed)


def _split(account: Account, said: QueryDict) -> Wish:
    points = [int(each) for each in said.getlist("contact") if each.isascii() and each.isdigit()]
    second = Second(
        number=said.get("number", ""),
        name=said.get("name", ""),
        pieces=_pieces(account, said),
        contact_point_ids=points[:100],
    )
    title = f"A second account {second.number} {second.name}"
    return Wish(title, [account], lambda act: accounts.split_off(account, second, act=act))


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
