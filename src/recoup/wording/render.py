"""One template, one debtor's facts: subject, plain text and HTML that say the same.

A template is rendered once, as text with marked places; each paragraph and each laid-out part
then becomes text and HTML. Escaping happens after the words are complete, so no value and no
template can switch it off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from recoup.wording import blocks, html, plain
from recoup.wording.clean import one_line
from recoup.wording.context import MessageContext
from recoup.wording.locales import locale_of, long_day, money
from recoup.wording.templates import FOOTER, MARKS, Template, fill, spoken, template

# More discounts than this in one message are noise; the invoices themselves name them.
EARLY_MAX = 5


@dataclass(frozen=True)
class Rendered:
    """What the debtor reads, and which words it was made from.

    `language` is the one spoken; it differs from `requested_language` after a fallback.
    """

    subject: str
    text: str
    html: str
    language: str
    requested_language: str
    template_version: str

    @property
    def is_fallback(self) -> bool:
        """True when we do not speak the language that was asked for."""
        return not self.requested_language.lower().startswith(self.language)


def render(name: str, language: str, context: MessageContext) -> Rendered:
    """The shipped template in the debtor's language, else the creditor's, else English.

    Raises Refusal `variable-missing` rather than leave a gap in a sentence.
    """
    found = template(name, spoken(language, context.creditor.language))
    return render_template(found, language, context)


def render_template(chosen: Template, language: str, context: MessageContext) -> Rendered:
    """The message from a compiled template, a creditor's own for instance."""
    locale = locale_of(chosen.language, context.debtor.country or context.creditor.country)
    subject, paragraphs = fill(chosen, values(context, chosen, locale))
    texts: list[str] = []
    pages: list[str] = []
    in_footer = False
    for part in _with_remarks(paragraphs, context, chosen, locale):
        if part == FOOTER:
            in_footer = True
            texts.append("-" * 40)
            pages.append(html.rule())
        elif part in MARKS:
            laid_out = _block(MARKS[part], context, chosen, locale)
            texts.append(plain.block(laid_out))
            pages.append(html.block(laid_out))
        else:
            texts.append(plain.paragraph(part))
            pages.append(html.small(part) if in_footer else html.paragraph(part))
    return Rendered(
        subject=subject,
        text="\n\n".join(texts) + "\n",
        html=html.page(pages, subject=subject, language=chosen.language),
        language=chosen.language,
        requested_language=language,
        template_version=chosen.version,
    )


def _with_remarks(
    paragraphs: list[str], context: MessageContext, chosen: Template, locale: str
) -> list[str]:
    """With what holds for this message only: below the totals, or before the end."""
    said = [
        *_early(context, chosen, locale),
        *_late_cost(context, chosen, locale),
        *_maybe_paid(context, chosen, locale),
    ]
    if not said:
        return paragraphs
    names = [MARKS.get(part, "") for part in paragraphs]
    if "totals" in names:
        at = names.index("totals") + 1
    else:
        ends = (n for n, part in enumerate(paragraphs) if part == FOOTER or names[n] == "signature")
        at = next(ends, len(paragraphs))
    return [*paragraphs[:at], *said, *paragraphs[at:]]


def _early(context: MessageContext, chosen: Template, locale: str) -> Iterator[str]:
    """The discounts that still stand, where nothing is late: who is late is asked for the whole."""
    if any(context.days_late(line) for line in context.lines):
        return
    for line in context.lines[:EARLY_MAX]:
        if line.early is not None:
            yield chosen.words["early"].format(
                number=one_line(line.number),
                amount=money(line.early.pay_minor, context.currency, locale),
                day=long_day(line.early.until, locale),
            )


def _maybe_paid(context: MessageContext, chosen: Template, locale: str) -> Iterator[str]:
    """A word about what may be their payment."""
    paid = context.maybe_paid
    if paid is not None:
        yield chosen.words["maybe_paid"].format(
            day=long_day(paid.day, locale), amount=money(paid.amount_minor, paid.currency, locale)
        )


def _late_cost(context: MessageContext, chosen: Template, locale: str) -> list[str]:
    """What being late has cost so far, and that it is not part of the amount."""
    cost = context.late_cost
    if cost is None:
        return []

    def written(minor: int) -> str:
        return money(minor, context.currency, locale)

    words, said = chosen.words, []
    if cost.interest_minor:
        name = "late_interest" if cost.per_day_minor else "late_interest_ended"
        said.append(
            words[name].format(
                interest=written(cost.interest_minor),
                per_day=written(cost.per_day_minor),
                day=long_day(cost.day, locale),
            )
        )
    if cost.fixed_minor:
        said.append(words["late_fixed"].format(fixed=written(cost.fixed_minor)))
    return [" ".join([*said, words["late_not_asked"]])]


def values(context: MessageContext, chosen: Template, locale: str) -> dict[str, object]:
    """What the template may print; an empty fact is absent, so that printing it refuses."""
    creditor, debtor, currency = context.creditor, context.debtor, context.currency
    oldest = min(context.lines, key=lambda line: line.due_date)
    facts: dict[str, object] = {
        "creditor": one_line(creditor.name),
        "creditor_address": ", ".join(one_line(line) for line in creditor.address_lines),
        "creditor_email": one_line(creditor.email),
        "creditor_phone": one_line(creditor.phone),
        "debtor": one_line(debtor.name),
        "contact": one_line(debtor.contact_name),
        "account_number": one_line(debtor.account_number),
        "sender": one_line(context.sender_name),
        "total": money(context.total_minor, currency, locale),
        "credit": money(context.credit_minor, currency, locale) if context.credit_minor else "",
        "net": money(context.net_minor, currency, locale),
        "as_of": long_day(context.as_of, locale),
        "payments_until": long_day(context.payments_until, locale),
        "answer_by": long_day(context.answer_by, locale) if context.answer_by else "",
        "reference": one_line(context.reference),
        "first_number": one_line(context.lines[0].number),
        "first_due": long_day(oldest.due_date, locale),
        "bank": context.bank is not None,
    }
    known = {name: fact for name, fact in facts.items() if fact}
    known["count"] = len(context.lines)
    known["days_late"] = context.days_late(oldest)
    known["greeting"] = _greeting(known, chosen)
    return known | {name: mark for mark, name in MARKS.items()}


def _greeting(known: dict[str, object], chosen: Template) -> str:
    """To the person when we know one, to the firm otherwise."""
    key = "greeting_named" if "contact" in known else "greeting_plain"
    return chosen.words[key].format(contact=known.get("contact"), debtor=known.get("debtor"))


def _block(name: str, context: MessageContext, chosen: Template, locale: str) -> blocks.Block:
    if name == "invoices":
        return blocks.invoices(context, chosen.words, locale)
    if name == "totals":
        return blocks.totals(context, chosen.words, locale)
    if name == "payment":
        return blocks.payment(context, chosen.words, locale)
    return blocks.signature(context, chosen.words)
