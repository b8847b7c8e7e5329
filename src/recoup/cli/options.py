"""Options that several commands share, and the creditor they mean."""

from __future__ import annotations

import click

from recoup.books.models import Account, Creditor
from recoup.cli.days import DAY
from recoup.cli.start import AS_JSON
from recoup.kernel.errors import Refusal


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.meta[AS_JSON] = value
    return value


as_json = click.option(
    "--json",
    "as_json",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_remember_json,
    help="Answer as JSON, for programs.",
)
as_of = click.option("--as-of", type=DAY, metavar="DATE", help="The day; today by default.")
creditor = click.option(
    "--creditor", "code", metavar="CODE", help="Which creditor; not needed while there is one."
)
every_creditor = click.option(
    "--creditor", "code", metavar="CODE", help="Only this creditor; all of them by default."
)


def the_creditor(code: str | None) -> Creditor:
    """The creditor of this code, or the only one there is; Refusal when that is not clear."""
    if code is not None:
        return _of_code(code)
    found = list(Creditor.objects.select_related("policy").order_by("code")[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise _none()
    raise Refusal(
        "creditor-unclear",
        f"There are several creditors: {_codes()}. Say which with --creditor CODE.",
    )


def the_creditors(code: str | None) -> list[Creditor]:
    """The creditor of this code, or all of them; Refusal when there is none."""
    if code is not None:
        return [_of_code(code)]
    found = list(Creditor.objects.select_related("policy").order_by("code"))
    if not found:
        raise _none()
    return found


def the_account(creditor: Creditor, number: str) -> Account:
    """The account of this number; Refusal when there is none."""
    found = (
        Account.objects.select_related("creditor__policy", "debtor")
        .filter(creditor=creditor, number=number)
        .first()
    )
    if found is None:
        raise Refusal(
            "account-unknown",
            f"{creditor.name} has no account {number!r}. `recoup report aging` lists them.",
        )
    return found


def _of_code(code: str) -> Creditor:
    found = Creditor.objects.select_related("policy").filter(code=code).first()
    if found is None:
        raise Refusal(
            "creditor-unknown", f"There is no creditor {code!r}. There are: {_codes() or 'none'}."
        )
    return found


def _codes() -> str:
    return ", ".join(Creditor.objects.order_by("code").values_list("code", flat=True)[:20])


def _none() -> Refusal:
    return Refusal("creditor-missing", "There is no creditor yet. Run `recoup init`.")
