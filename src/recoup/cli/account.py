"""`recoup account`: what was booked on the wrong account moves; two become one, and two again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from recoup.books.models import Account, Creditor, Merge, OpenItem
from recoup.books.move import Piece
from recoup.books.split import Second
from recoup.cli import clock, options, say
from recoup.cli.start import OnBooks
from recoup.jobs import accounts, cash
from recoup.kernel.errors import Refusal

WHY = click.option("--why", required=True, metavar="REASON", help="Kept with every posting.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would change, and do nothing.")


@click.group("account")
def command() -> None:
    """Correct accounts: move what is open, merge, take apart, split."""


@command.command("move", cls=OnBooks)
@click.argument("document")
@click.option("--from", "before", required=True, metavar="ACCOUNT", help="Where it stands.")
@click.option("--to", "after", required=True, metavar="ACCOUNT", help="Where it belongs.")
@WHY
@DRY_RUN
@options.creditor
@options.as_json
def move(document: str, before: str, after: str, why: str, dry_run: bool, code: str | None) -> None:
    """Move what is open of DOCUMENT to another account, with its age and steps."""
    creditor = options.the_creditor(code)
    account, to = options.the_account(creditor, before), options.the_account(creditor, after)
    found = _open_of(account, document)
    act = _act(creditor, why)
    _do(lambda: accounts.move([*map(Piece, found)], to=to, act=act), [account, to], dry_run)


@command.command("merge", cls=OnBooks)
@click.argument("account")
@click.option("--into", required=True, metavar="ACCOUNT", help="The account that goes on.")
@WHY
@DRY_RUN
@options.creditor
@options.as_json
def merge(account: str, into: str, why: str, dry_run: bool, code: str | None) -> None:
    """Close ACCOUNT, because another is the same debtor's; what is open goes there."""
    creditor = options.the_creditor(code)
    mine, survivor = options.the_account(creditor, account), options.the_account(creditor, into)
    act = _act(creditor, why)
    differs = accounts.differences(mine, survivor, today=act.today)
    _do(
        lambda: accounts.merge(mine, survivor, act=act),
        [mine, survivor],
        dry_run,
        differs=differs,
    )


@command.command("apart", cls=OnBooks)
@click.argument("account")
@WHY
@DRY_RUN
@options.creditor
@options.as_json
def apart(account: str, why: str, dry_run: bool, code: str | None) -> None:
    """Open ACCOUNT, which was merged, again; what came with it and is open goes back."""
    creditor = options.the_creditor(code)
    mine = options.the_account(creditor, account)
    found = Merge.objects.filter(account=mine, undone_at=None)
    made = found.select_related("account", "survivor").first()
    if made is None:
        raise Refusal("not-merged", f"Account {account} is not merged into another.")
    act = _act(creditor, why)
    _do(lambda: accounts.take_apart(made, None, act=act), [mine, made.survivor], dry_run)


@command.command("split", cls=OnBooks)
@click.argument("account")
@click.option("--number", required=True, help="Number of the second debtor's account.")
@click.option("--name", required=True, help="Name of the second debtor.")
@click.option("--document", "documents", multiple=True, help="What is theirs; may be repeated.")
@WHY
@DRY_RUN
@options.creditor
@options.as_json
def split(
    account: str,
    number: str,
    name: str,
    documents: tuple[str, ...],
    why: str,
    dry_run: bool,
    code: str | None,
) -> None:
    """Open an account for a second debtor that was kept on ACCOUNT."""
    creditor = options.the_creditor(code)
    mine = options.the_account(creditor, account)
    pieces = [Piece(item) for each in documents for item in _open_of(mine, each)]
    second, act = Second(number, name, pieces), _act(creditor, why)
    _do(lambda: accounts.split_off(mine, second, act=act), [mine], dry_run)


def _do(
    deed: Callable[[], object],
    concerned: list[Account],
    dry_run: bool,
    *,
    differs: Sequence[accounts.Differs] = (),
) -> None:
    """Do it, or only show it: what each account owed and what it owes then, and what prevails."""
    changes = accounts.preview(deed, concerned, today=clock.today(concerned[0].creditor))
    if not dry_run:
        deed()
    if say.is_json():
        lines = [
            {
                "account": each.before.account.number,
                "currency": currency,
                "before_minor": before,
                "after_minor": after,
            }
            for each in changes
            for currency, before, after in each.balances
        ]
        prevails = [each._asdict() for each in differs]
        say.program({"is_done": not dry_run, "balances": lines, "differs": prevails})
        return
    cells = [
        (
            each.before.account.number,
            each.before.account.name,
            say.money(before, currency),
            say.money(after, currency),
            currency,
        )
        for each in changes
        for currency, before, after in each.balances
    ]
    say.table(["Account", "Name", "Owed", "Owes", "Cur"], cells, right=["Owed", "Owes"])
    for each in differs:
        said = f"{each.of_account or 'nothing'} and {each.of_survivor or 'nothing'}"
        say.note(f"{each.what}: {said}; then {each.then or 'nothing'}.")
    say.line("Nothing was done." if dry_run else "Done.")


def _act(creditor: Creditor, why: str) -> cash.Act:
    return cash.Act(today=clock.today(creditor), at=clock.now(), by=clock.by(), why=why)


def _open_of(account: Account, document: str) -> list[OpenItem]:
    items = OpenItem.objects.filter(account=account, document__number=document)
    found = list(items.exclude(open_minor=0).select_related("document").order_by("position"))
    if not found:
        raise Refusal(
            "document-unknown", f"Nothing of {document!r} is open on account {account.number}."
        )
    return found
