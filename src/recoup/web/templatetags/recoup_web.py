"""How amounts, days and icons are written on pages."""

from __future__ import annotations

from datetime import date, datetime

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from recoup.engine.gate import BY_CODE
from recoup.web import clock
from recoup.wording import locales

register = template.Library()
DASH = "\N{EN DASH}"


@register.simple_tag(takes_context=True)
def money(context: Context, minor: int | None, currency: str) -> str:
    """The amount with its currency, as the reader's country writes it."""
    return DASH if minor is None else locales.money(minor, currency, context["locale"])


@register.simple_tag(takes_context=True)
def amount(context: Context, minor: int | None, currency: str) -> str:
    """The amount alone, for a column that names the currency once; a dash for nothing."""
    return DASH if not minor else locales.number(minor, currency, context["locale"])


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | str | None) -> SafeString | str:
    """The day as people write it, with the machine's form beside it."""
    if not value:
        return DASH
    when = date.fromisoformat(value) if isinstance(value, str) else value
    shown = locales.short_day(when, context["locale"])
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), shown)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> SafeString | str:
    """The instant on the creditor's clock, to the minute."""
    if value is None:
        return DASH
    when = clock.local(value, context["creditor"])
    shown = f"{locales.short_day(when.date(), context['locale'])}, {when:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', when.isoformat(), shown)


@register.simple_tag(takes_context=True)
def count(context: Context, value: int | None) -> str:
    """A whole number with its thousands set apart."""
    return locales.number(value or 0, "JPY", context["locale"])


@register.filter
def days_late(due: date, today: date) -> int:
    """Whole days since the due date."""
    return (today - due).days


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of our icons; it says nothing that the words beside it do not."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("web/icons.svg"),
        name,
    )


@register.filter
def item(row: dict[str, object], name: str) -> object:
    """A value by its key, for rows that are sums; None when there is none."""
    return row.get(name)


@register.filter
def words(code: str) -> str:
    """A code as people say it: `first-reminder` is First reminder."""
    return code.replace("-", " ").replace("_", " ").capitalize()


@register.filter
def reason(code: str) -> str:
    """Why a message was withheld or held back: a rule's sentence, or the person's own words."""
    if code in BY_CODE:
        return BY_CODE[code].sentence
    if code.startswith("by:"):
        who, _, why = code.removeprefix("by:").partition(": ")
        return f"{who}: {why}"
    return code
