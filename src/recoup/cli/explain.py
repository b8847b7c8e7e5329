"""`recoup explain`: why an account is or is not written to on a day, in words."""

from __future__ import annotations

from datetime import date

import click

from recoup.books.models import Account, Creditor
from recoup.books.register import search_text
from recoup.cli import clock, options, say
from recoup.cli.start import OnBooks
from recoup.engine.explain import Sentence
from recoup.jobs.explain import Explanation, explain
from recoup.kernel.errors import Refusal

MARKS = {True: "✓", False: "✗", None: "·"}
OFFERED = 5


@click.command("explain", cls=OnBooks)
@click.argument("account")
@options.creditor
@options.as_of
@options.as_json
def command(account: str, code: str | None, as_of: date | None) -> None:
    """Say why ACCOUNT is or is not written to on a day: every rule that applied.

    ACCOUNT is its number, or enough of its name to mean one only.
    """
    creditor = options.the_creditor(code)
    day = as_of or clock.today(creditor)
    found = explain(account_of(creditor, account), as_of=day)
    if say.is_json():
        say.program(as_program(found))
    else:
        _show(found)


def account_of(creditor: Creditor, words: str) -> Account:
    """The account of this number, or the only one whose name has these words.

    A merged account leads to the one that goes on for it.
    """
    mine = Account.objects.filter(creditor=creditor).select_related("creditor__policy")
    exact = mine.filter(number=words).select_related("merged_into__creditor__policy").first()
    if exact is not None:
        return exact.merged_into or exact
    mine = mine.filter(merged_into=None)
    alike = list(mine.filter(search_text__contains=search_text("", words).strip())[: OFFERED + 1])
    if len(alike) == 1:
        return alike[0]
    if not alike:
        raise Refusal(
            "account-unknown",
            f"No account of {creditor.name} has the number or name {words!r}. Look it up on the "
            "page Accounts.",
        )
    offered = "; ".join(f"{each.number} {each.name}" for each in alike[:OFFERED])
    more = " and more" if len(alike) > OFFERED else ""
    raise Refusal("account-unclear", f"{words!r} is in several: {offered}{more}. Give the number.")


def _show(found: Explanation) -> None:
    account = found.account
    say.line(f"{account.number} {account.name}, {found.as_of:%A %d %B %Y}", style="bold")
    if not found.reasons:
        say.line("Nothing is owed on this account, so there is nothing to say.")
    for each in found.reasons:
        say.line()
        say.line(f"{each.currency}: {each.conclusion}", style="bold")
        for sentence in each.sentences[:-1]:
            say.line(f"  {MARKS[sentence.is_passed]} {sentence.text}")
    for told in found.outbox:
        say.line()
        say.line(told)


def as_program(found: Explanation) -> dict[str, object]:
    """The explanation for programs."""
    return {
        "account": found.account.number,
        "name": found.account.name,
        "as_of": found.as_of,
        "currencies": [
            {
                "currency": each.currency,
                "outcome": each.outcome.value if each.outcome else None,
                "conclusion": each.conclusion,
                "next_date": each.next_date,
                "rules": [_rule(sentence) for sentence in each.sentences],
            }
            for each in found.reasons
        ],
        "messages": list(found.outbox),
    }


def _rule(sentence: Sentence) -> dict[str, object]:
    return {"code": sentence.code, "text": sentence.text, "is_passed": sentence.is_passed}
