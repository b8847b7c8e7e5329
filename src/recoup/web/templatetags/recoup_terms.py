"""Terms on the page of an account."""

from __future__ import annotations

from django import template
from django.template.context import Context

from recoup.books.models import Account
from recoup.web.terms_account import card_of

register = template.Library()


@register.inclusion_tag("web/terms_card.html", takes_context=True)
def account_terms(context: Context, account: Account) -> dict[str, object]:
    """The terms that hold, who accepted them, and what may be done."""
    names = ("creditor", "may", "locale", "today", "request", "csrf_token")
    frame = {name: context.get(name) for name in names}
    return {**frame, "account": account, **card_of(context["request"], account)}
