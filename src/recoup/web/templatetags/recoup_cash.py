"""Money on pages that belong to others: what an account paid, what Today must say first."""

from __future__ import annotations

from django import template
from django.template.context import Context

from recoup.books import alike
from recoup.books.models import Account
from recoup.web import bank_state, cash_account, charges

register = template.Library()


@register.inclusion_tag("web/cash_account.html", takes_context=True)
def account_money(context: Context, account: Account) -> dict[str, object]:
    """The account's receipts with what each paid, and its small rests."""
    return {**_frame(context), "account": account, **cash_account.money_of(account)}


@register.inclusion_tag("web/charges_account.html", takes_context=True)
def account_charges(context: Context, account: Account) -> dict[str, object]:
    """What being late has cost the account so far."""
    return {**_frame(context), "account": account, **charges.of_account(account, context["today"])}


@register.inclusion_tag("web/cash_today.html", takes_context=True)
def bank_first(context: Context) -> dict[str, object]:
    """What must be said first when bank data are too old, or money counts twice."""
    stopped = bank_state.stopped(context["creditor"], context["today"])
    return {
        **_frame(context),
        "stopped": stopped,
        "pairs": len(alike.pairs(context["creditor"])),
    }


def _frame(context: Context) -> dict[str, object]:
    names = ("creditor", "may", "locale", "today", "request", "csrf_token")
    return {name: context.get(name) for name in names}
