"""What a person says about a file: answers and column maps, as forms carry them."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from pydantic import ValidationError

from recoup.formats.base import Declared
from recoup.formats.columnmap import Brings, ColumnMap
from recoup.formats.propose import Proposal
from recoup.jobs.intake import declared_from
from recoup.kernel.errors import Refusal

ANSWERS = ("format", "numbers", "dates", "currency", "encoding", "delimiter", "sheet", "as_of")
PREFIX = "col_"

_WHO = (("account_name", "Customer name"), ("account_number", "Customer number"))
_MORE = (("currency", "Currency"), ("reference", "Reference"), ("note", "Note"))
FIELDS: dict[Brings, tuple[tuple[str, str], ...]] = {
    Brings.INVOICES: (
        *_WHO,
        ("number", "Invoice number"),
        ("issue_date", "Invoice date"),
        ("due_date", "Due date"),
        ("terms", "Terms"),
        ("total", "Total"),
        ("open", "Still open"),
        ("paid", "Paid"),
        ("paid_date", "Paid on"),
        ("type", "Kind of document"),
        ("email", "E-mail address"),
        ("disputed", "Disputed"),
        *_MORE,
    ),
    Brings.CUSTOMERS: (
        *_WHO,
        ("email", "E-mail address"),
        ("phone", "Phone"),
        ("terms", "Terms"),
        ("address", "Street"),
        ("city", "City"),
        ("postal_code", "Postal code"),
        ("country", "Country"),
        ("currency", "Currency"),
        ("credit_limit", "Credit limit"),
    ),
    Brings.PAYMENTS: (
        *_WHO,
        ("date", "Received on"),
        ("amount", "Amount"),
        ("document_number", "For invoice"),
        *_MORE,
    ),
}
TITLES = {
    Brings.INVOICES: "Invoices and credit notes",
    Brings.CUSTOMERS: "Customers",
    Brings.PAYMENTS: "Payments",
}


@dataclass(frozen=True)
class Choice:
    """One field of ours on the mapping screen, and the column chosen or guessed for it."""

    field: str
    title: str
    column: str


def declared_of(data: QueryDict) -> Declared:
    """The declaration a form makes; Refusal when an answer is not usable."""
    words: dict[str, object] = {name: data[name] for name in ANSWERS if data.get(name)}
    columns = _columns(data)
    if columns:
        words["column_map"] = _column_map(data.get("brings", ""), columns).model_dump(mode="json")
    return declared_from(words)


def _columns(data: QueryDict) -> dict[str, str]:
    """The columns chosen; those of fields that such rows do not have are left out."""
    said = data.get("brings", "")
    fields = FIELDS[Brings(said)] if said in set(Brings) else FIELDS[Brings.INVOICES]
    chosen = {field: str(data.get(PREFIX + field, "")) for field, _ in fields}
    return {field: column for field, column in chosen.items() if column}


def _column_map(brings: str, columns: dict[str, str]) -> ColumnMap:
    try:
        return ColumnMap(brings=Brings(brings or Brings.INVOICES), columns=columns)
    except ValidationError as error:
        said = str(error.errors()[0]["msg"]).removeprefix("Value error, ").replace("_", " ")
        raise Refusal("map-incomplete", f"{said.capitalize()}.") from None
    except ValueError:
        raise Refusal("map-brings", "Say what the rows of the file are.") from None


def brings_of(data: QueryDict, proposal: Proposal | None) -> Brings:
    """What the rows are said or guessed to be."""
    said = data.get("brings", "")
    if said in set(Brings):
        return Brings(said)
    return proposal.brings if proposal else Brings.INVOICES


def choices(data: QueryDict, proposal: Proposal | None) -> list[Choice]:
    """Every field with the column a person chose, else the one guessed."""
    guesses = {guess.field: guess.column for guess in proposal.guesses} if proposal else {}
    return [
        Choice(field, title, data.get(PREFIX + field, guesses.get(field, "")))
        for field, title in FIELDS[brings_of(data, proposal)]
    ]


def kept(data: QueryDict) -> list[tuple[str, str]]:
    """The answers of a form as hidden fields of the next one."""
    names = [*ANSWERS, "brings", *(name for name in data if name.startswith(PREFIX))]
    return [(name, str(data[name])) for name in names if data.get(name)]
