"""`recoup bank layouts`: the tables of banks that were explained once, and forgetting one."""

from __future__ import annotations

import click

from recoup.books import files
from recoup.cli import options, say
from recoup.cli.start import OnBooks
from recoup.jobs.bank_layouts import layout_in, layouts
from recoup.kernel.errors import Refusal


@click.command("layouts", cls=OnBooks)
@options.creditor
@options.as_json
def listed(code: str | None) -> None:
    """The saved layouts: for which header, which column is what, and who said so."""
    creditor = options.the_creditor(code)
    found = [(each, layout_in(each)) for each in layouts(creditor)]
    if say.is_json():
        rows = [
            {
                "id": saved.pk,
                "name": saved.name,
                "header": list(layout.header),
                "columns": dict(layout.bank_map.columns),
                "currency": layout.bank_map.currency,
                "account": layout.bank_map.account,
                "saved_by": saved.saved_by,
                "saved_at": saved.saved_at,
            }
            for saved, layout in found
        ]
        say.program({"creditor": creditor.code, "layouts": rows})
        return
    if not found:
        say.line("No layout is saved. The page Bank saves one when a table is explained.")
        return
    cells = [
        (
            str(saved.pk),
            saved.name,
            ", ".join(f"{header} → {field}" for field, header in layout.bank_map.columns.items()),
            saved.saved_by,
            saved.saved_at.date().isoformat(),
        )
        for saved, layout in found
    ]
    heads = ["Id", "Layout", "Columns", "Saved by", "On"]
    say.table(heads, cells, right=["Id"], tight=["Id", "On"])


@click.command("forget-layout", cls=OnBooks)
@click.argument("name", metavar="LAYOUT")
@options.creditor
def forget(name: str, code: str | None) -> None:
    """Ask about the next table with the header of LAYOUT, its name or id, again.

    What was taken in by it stays.
    """
    mine = layouts(options.the_creditor(code))
    found = list(mine.filter(name=name))
    if not found and name.isascii() and name.isdigit() and len(name) < 18:
        found = list(mine.filter(pk=int(name)))
    if not found:
        raise Refusal(
            "layout-unknown", f"There is no layout {name}. `recoup bank layouts` lists them."
        )
    if len(found) > 1:
        ids = " or ".join(str(each.pk) for each in found)
        raise Refusal(
            "layout-ambiguous", f"{len(found)} layouts are called {name}. Name it by its id: {ids}."
        )
    files.forget_column_map(saved=found[0])
    say.line(f"“{found[0].name}” is forgotten. What was taken in by it stays.")
