"""Businesses whose every receipt is known: seeded, labelled, with all the ways people pay.

Eight creditors with their own number series, 5,000 debtors, 20,000 receipts. `truth` says which
items a receipt pays and with how much; an empty truth means none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import polars as pl

from bench import matching_words as spoken
from recoup.engine.matching.frames import ADVICE, ITEMS, PAYERS, RECEIPTS, Given
from recoup.engine.matching.references import rf_of
from recoup.kernel.money import currency_number, divide_half_up

START = date(2026, 1, 2)
EUR, USD = currency_number("EUR"), currency_number("USD")
_SERIES = (
    "INV-{year}-{n:05d}",
    "RE{n6}",
    "{n6}",
    "{year}/{n:05d}",
    "F{yy}-{n:05d}",
    "SI-{n6}",
    "700{n:05d}",
    "{customer}-{n:04d}",
)
# How money comes, with weights; each is a row of the benchmark's table.
CLASSES = {
    "one": 44,
    "many": 15,
    "part": 5,
    "over": 3,
    "short": 4,
    "discount": 5,
    "charges": 3,
    "split": 3,
    "netted": 4,
    "duplicate": 2,
    "statement": 2,
    "run": 2,
    "third-party": 4,
    "advice": 3,
    "currency": 2,
    "unrelated": 3,
    "advance": 1,
}
FORMS = {
    "clean": 42,
    "slipped": 6,
    "mistyped": 6,
    "respaced": 11,
    "merged": 3,
    "wrapped": 4,
    "truncated": 3,
    "tail": 4,
    "structured": 5,
    "none": 14,
    "stranger": 2,
}


Rows = list[dict[str, object]]


@dataclass
class Debtor:
    account_id: int
    name: str
    iban: str
    customer: str
    currency: int
    is_regular: bool
    discount: tuple[int, int]
    items: Rows = field(default_factory=list)


@dataclass
class World:
    """The frames of one creditor, and per receipt its truth, its class and how it is named."""

    given: Given
    truth: dict[int, dict[int, int]]
    labels: dict[int, tuple[str, str]]
    payers: dict[int, int]


class Builder:
    """One creditor's books and the money that came in."""

    def __init__(self, seed: int, creditor: int, debtors: int) -> None:
        self.dice = Random(seed * 1_000 + creditor)
        self.creditor = creditor
        self.base = creditor * 10_000_000
        self.next_number = self.dice.randrange(1_000, 2_000)
        self.next_id = self.base
        self.receipts: Rows = []
        self.payers: Rows = []
        self.advice: Rows = []
        self.truth: dict[int, dict[int, int]] = {}
        self.labels: dict[int, tuple[str, str]] = {}
        self.payer_of: dict[int, int] = {}
        self.debtors: list[Debtor] = []
        for number in range(debtors):
            self._debtor(number)
        self._bill()
        for debtor in self.debtors:
            self._pay(debtor)

    def _id(self) -> int:
        self.next_id += 1
        return self.next_id

    def _iban(self) -> str:
        return f"DE{self.dice.randrange(10**20):020d}"

    def _debtor(self, number: int) -> None:
        dice = self.dice
        account = self.base + 1_000_000 + number
        is_group = dice.random() < 0.03 and number > 0
        before = self.debtors[-1] if is_group else None
        debtor = Debtor(
            account,
            before.name if before else spoken.company(dice),
            before.iban if before else self._iban(),
            f"{20_000 + number}",
            USD if dice.random() < 0.12 else EUR,
            dice.random() < 0.15,
            dice.choice(((20_000, 10), (30_000, 14))) if dice.random() < 0.2 else (0, 0),
        )
        self.debtors.append(debtor)
        self._known(account, "name", debtor.name, 0)
        if dice.random() < 0.72:
            self._known(account, "iban", debtor.iban, dice.randrange(1, 9))
        if dice.random() < 0.5:
            self._known(account, "reference", debtor.customer, 1)

    def _known(self, account: int, kind: str, value: str, count: int) -> None:
        self.payers.append({"account_id": account, "kind": kind, "value": value, "count": count})

    def _bill(self) -> None:
        """Invoices in the order of time, so that neighbors in number are other debtors'."""
        dice = self.dice
        slots = []
        for debtor in self.debtors:
            low, high = dice.choices(((1, 2), (3, 5), (6, 10), (11, 30)), (24, 30, 28, 18))[0]
            slots += [debtor] * dice.randrange(low, high + 1)
        dice.shuffle(slots)
        for place, debtor in enumerate(slots):
            # Between open invoices are those long paid: their numbers are in nobody's list.
            self.next_number += dice.choice((1, 1, 2, 4))
            debtor.items.append(
                self._item(debtor, START + timedelta(days=place * 150 // len(slots)))
            )

    def _item(self, debtor: Debtor, issued: date) -> dict[str, object]:
        dice = self.dice
        number = self._number(debtor, self.next_number)
        amount = 10_000 + debtor.account_id % 977 * 90 if debtor.is_regular else self._amount()
        if dice.random() < 0.07:
            amount = -max(500, amount // dice.choice((3, 5, 10)))
        bare = "".join(letter for letter in number if letter.isalnum())
        return {
            "item_id": self._id(),
            "account_id": debtor.account_id,
            "debtor_id": debtor.account_id,
            "currency": debtor.currency,
            "number": number,
            "reference": rf_of(bare) if self.creditor % 2 == 0 else None,
            "issue_date": issued,
            "due_date": issued + timedelta(days=30),
            "open_minor": amount,
            **dict(zip(("discount_ppm", "discount_days"), debtor.discount, strict=True)),
            **dict.fromkeys(("later_ppm", "later_days", "paid_minor"), 0),
            "kind": "invoice",
        }

    def _number(self, debtor: Debtor, n: int) -> str:
        shape = _SERIES[self.creditor % len(_SERIES)]
        return shape.format(year=2026, yy=26, n=n, n6=310_000 + n, customer=debtor.customer)

    def _amount(self) -> int:
        dice = self.dice
        size = int(dice.lognormvariate(10.3, 1.2))
        return max(1_000, size // 5_000 * 5_000 if dice.random() < 0.2 else size)

    def _pay(self, debtor: Debtor) -> None:
        """The debtor pays part of what it owes, in one way after another."""
        dice = self.dice
        owed = [item for item in debtor.items if int(str(item["open_minor"])) > 0]
        notes = [item for item in debtor.items if int(str(item["open_minor"])) < 0]
        owed.sort(key=lambda item: (item["due_date"], item["item_id"]))
        stays = dice.choice((0, 0, 1, 2, 3))
        while len(owed) > stays:
            kind = dice.choices(list(CLASSES), list(CLASSES.values()))[0]
            chosen = self._chosen(kind, owed, debtor)
            if kind == "statement":
                chosen = chosen + notes
                notes = []
            elif kind == "netted":
                if not notes:
                    continue
                chosen.append(notes.pop())
            self._receive(kind, debtor, chosen)
            owed = [item for item in owed if item not in chosen]

    def _chosen(self, kind: str, owed: Rows, debtor: Debtor) -> Rows:
        dice = self.dice
        if kind == "statement":
            return list(owed)
        if kind == "run":
            return owed[: dice.randrange(1, min(5, len(owed)) + 1)]
        if kind in ("many", "advice", "netted"):
            return dice.sample(owed, min(len(owed), dice.choice((2, 2, 3, 4, 6))))
        if debtor.is_regular and dice.random() < 0.8:
            return owed[:1]
        return [dice.choice(owed[:6])]

    def _receive(self, kind: str, debtor: Debtor, chosen: Rows) -> None:
        """The receipts of one payment, with their truth."""
        dice = self.dice
        amounts = {int(str(item["item_id"])): int(str(item["open_minor"])) for item in chosen}
        total = sum(amounts.values())
        if total <= 200:
            return
        first, extra = next(iter(amounts)), dict[str, object]()
        form = dice.choices(list(FORMS), list(FORMS.values()))[0]
        if kind == "run":
            form = "none"
        if kind == "part":
            paid = max(1, total * dice.choice((25, 30, 50, 60, 75)) // 100)
            self._line(kind, form, debtor, chosen, paid, {first: paid})
        elif kind == "over":
            self._line(kind, form, debtor, chosen, total + dice.randrange(150, 9_000), amounts)
        elif kind == "short":
            lack = min(dice.randrange(1, 100), total // 5)
            self._line(kind, form, debtor, chosen, total - lack, {first: total - lack})
        elif kind == "discount" and chosen[0]["discount_ppm"]:
            taken = divide_half_up(total * int(str(chosen[0]["discount_ppm"])), 1_000_000)
            days = dice.choice((-8, -5, -2, 0, 1, 8, 15)) + int(str(chosen[0]["discount_days"]))
            extra = {"received_date": chosen[0]["issue_date"] + timedelta(days=days)}  # type: ignore[operator]
            self._line(kind, form, debtor, chosen, total - taken, {first: total - taken}, extra)
        elif kind == "charges" and total > 8_000:
            kept = dice.choice((500, 850, 1_000, 1_250, 1_500))
            extra = {"charges_minor": kept} if dice.random() < 0.5 else {}
            self._line(kind, form, debtor, chosen, total - kept, {first: total - kept}, extra)
        else:
            self._receive_oddly(kind, form, debtor, chosen, amounts)

    def _receive_oddly(
        self, kind: str, form: str, debtor: Debtor, chosen: Rows, amounts: dict[int, int]
    ) -> None:
        """What comes in parts, twice, from others, in another currency or for nothing."""
        dice, total, first = self.dice, sum(amounts.values()), next(iter(amounts))
        extra: dict[str, object] = {}
        if kind == "split":
            half = total * dice.choice((30, 40, 50)) // 100
            for paid in (half, total - half):
                self._line(kind, form, debtor, chosen, paid, {first: paid})
        elif kind == "duplicate":
            self._line(
                "one", form, debtor, chosen, total, amounts, {"received_date": date(2026, 6, 1)}
            )
            extra = {"received_date": date(2026, 6, 1) + timedelta(days=dice.randrange(1, 9))}
            self._line(kind, form, debtor, chosen, total, {}, extra)
        elif kind == "third-party":
            rich = dice.choice(self.debtors)
            is_known = dice.random() < 0.3
            extra = {
                "payer_account": rich.iban if is_known else self._iban(),
                "payer_name": rich.name if is_known else spoken.company(dice),
            }
            self._line(kind, form, debtor, chosen, total, amounts, extra)
        elif kind == "currency":
            here = USD if debtor.currency == EUR else EUR
            extra = {"currency": here}
            if dice.random() < 0.6:
                extra |= {"original_currency": debtor.currency, "original_minor": total}
            self._line(kind, form, debtor, chosen, total * 108 // 100, amounts, extra)
        elif kind == "unrelated":
            extra = {"payer_account": self._iban(), "payer_name": spoken.company(dice)}
            self._line(kind, "none", debtor, chosen, self._amount(), {}, extra)
        elif kind == "advance":
            self._line(kind, "stranger", debtor, chosen, self._amount(), {})
        else:
            kind = "one" if len(chosen) == 1 and kind not in ("statement", "run") else kind
            if kind == "advice":
                self._advise(chosen)
                form = "none"
            self._line(kind, form, debtor, chosen, total, amounts)

    def _advise(self, chosen: Rows) -> None:
        """A list sent apart, for the receipt that comes next."""
        for item in chosen:
            self.advice.append(
                {
                    "advice_id": self.next_id + 1,
                    "receipt_id": self.next_id + 1 if self.dice.random() < 0.7 else None,
                    "document": item["number"],
                    "amount_minor": item["open_minor"],
                    **{name: item[name] for name in ("account_id", "currency")},
                }
            )

    def _line(
        self,
        kind: str,
        form: str,
        debtor: Debtor,
        chosen: Rows,
        amount: int,
        truth: dict[int, int],
        extra: Mapping[str, object] | None = None,
    ) -> None:
        """One receipt with its label."""
        dice = self.dice
        receipt = self._id()
        latest = max(item["issue_date"] for item in chosen)  # type: ignore[type-var]
        form = self._form(form, chosen)
        text, structured = self._text(form, debtor, chosen, amount)
        row = {
            "receipt_id": receipt,
            "account_id": None,
            "currency": debtor.currency,
            "amount_minor": amount,
            "received_date": latest + timedelta(days=dice.randrange(12, 70)),  # type: ignore[operator]
            "payer_name": spoken.on_statement(debtor.name, dice),
            "payer_account": debtor.iban if dice.random() < 0.93 else None,
            "payer_bic": None,
            "remittance": text,
            "structured_reference": structured,
            "end_to_end_id": dice.choice((None, "NOTPROVIDED", f"E2E{dice.randrange(10**9)}")),
            "mandate_id": None,
            "charges_minor": None,
            "original_currency": None,
            "original_minor": None,
        }
        self.receipts.append(row | dict(extra or {}))
        self.truth[receipt] = truth
        self.labels[receipt] = (kind, form)
        if kind != "unrelated":
            self.payer_of[receipt] = debtor.account_id

    def _form(self, form: str, chosen: Rows) -> str:
        is_bare = form == "structured" and (len(chosen) > 1 or not chosen[0]["reference"])
        return "clean" if is_bare or (form == "merged" and len(chosen) == 1) else form

    def _text(self, form: str, debtor: Debtor, chosen: Rows, amount: int) -> tuple[str, str | None]:
        dice = self.dice
        day = f"{dice.randrange(1, 28):02d}.{dice.randrange(1, 7):02d}.2026"
        if form == "none":
            return spoken.silent(day[3:], dice), None
        if form == "structured":
            reference = str(chosen[0]["reference"])
            if dice.random() < 0.5:
                return "", reference
            return " ".join(reference[n : n + 4] for n in range(0, len(reference), 4)), None
        numbers = [str(item["number"]) for item in chosen]
        if form == "stranger":
            numbers = [self._number(debtor, dice.randrange(3, 900))]
        refs = spoken.listed(numbers, "clean" if form == "stranger" else form, dice)
        money = f"{amount // 100},{amount % 100:02d}"
        is_last = form == "truncated"
        return spoken.around(
            refs, day=day, amount=money, customer=debtor.customer, is_last=is_last, dice=dice
        ), None

    def world(self) -> World:
        items = [item for debtor in self.debtors for item in debtor.items]
        given = Given(
            RECEIPTS.of(self.receipts),
            ITEMS.of(items),
            PAYERS.of(self.payers),
            ADVICE.of([each | {"taken_off_minor": 0} for each in self.advice]),
        )
        return World(given, self.truth, self.labels, self.payer_of)


def worlds(seed: int, *, creditors: int = 8, debtors: int = 5_000) -> list[World]:
    """The businesses of a seed."""
    return [
        Builder(seed, creditor, debtors // creditors).world()
        for creditor in range(1, creditors + 1)
    ]


def sizes(made: list[World]) -> dict[str, int]:
    """How much there is."""
    given = [world.given for world in made]
    return {
        "receipts": sum(each.receipts.height for each in given),
        "items": sum(each.items.height for each in given),
        "debtors": sum(each.payers.filter(pl.col("kind") == "name").height for each in given),
    }
