"""The law on pages that belong to others: what may come next for an account."""

from __future__ import annotations

from django import template
from django.template.context import Context

from recoup.books.models import Account
from recoup.web import lawful

register = template.Library()


@register.inclusion_tag("web/lawful.html", takes_context=True)
def account_law(context: Context, account: Account) -> dict[str, object]:
    """The steps that the law leaves open, and what was recorded of the account's debts."""
    names = ("creditor", "may", "locale", "today", "request", "csrf_token")
    frame = {name: context.get(name) for name in names}
    return {**frame, "account": account, **lawful.section(account)}
