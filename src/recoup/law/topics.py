"""The questions a law document may answer: each topic with its kind of value and its meaning.

A document that uses any other word is refused, so a slip of the pen is no silent gap.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What the value of a topic is."""

    PERCENT = "percent"  # a number; kept as millionths
    COUNT = "count"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    AMOUNT = "amount"  # in the currency of the entry, or else of the document
    YES = "yes"  # true or false
    CHOICE = "choice"  # one of the topic's words
    LIST = "list"  # any of the topic's words
    SERIES = "series"  # the name of a reference rate
    HOURS = "hours"  # weekdays with opening and closing times
    BANDS = "bands"  # amounts or percentages by size
    WORDS = "words"  # a sentence of ours for people


@dataclass(frozen=True)
class Topic:
    """One question: what its value is, what it means, and the words it may take."""

    kind: Kind
    meaning: str
    choices: tuple[str, ...] = ()


# What may start the limitation period anew.
RESTARTS = (
    "written_demand",
    "demand",
    "written_acknowledgment",
    "acknowledgment",
    "part_payment",
    "interest_payment",
    "court_action",
    "service_of_claim",
    "enforcement",
    "security",
    "negotiation",
)
STOPS = (
    "insolvency",
    "breathing_space",
    "represented",
    "cease_request",
    "dispute",
    "deceased",
    "statute_barred",
)
COSTS, INTEREST, PRINCIPAL = "costs", "interest", "principal"

TOPICS: Mapping[str, Topic] = {
    # Interest
    "interest.claimable": Topic(Kind.YES, "Whether the law gives interest without agreement."),
    "interest.reference": Topic(Kind.SERIES, "The reference rate that statutory interest follows."),
    "interest.margin": Topic(Kind.PERCENT, "Percentage points above the reference rate."),
    "interest.times": Topic(Kind.COUNT, "How many times the reference rate the law gives."),
    "interest.reference_lag_months": Topic(
        Kind.MONTHS, "From the first day of which month after its cause the reference rate holds."
    ),
    "interest.rate": Topic(Kind.PERCENT, "The statutory rate a year, where it is one number."),
    "interest.mode": Topic(
        Kind.CHOICE,
        "Whether a running debt keeps the rate of its start or moves with the reference rate.",
        ("fixed_at_start", "fixed_at_due_date", "floating"),
    ),
    "interest.compounding": Topic(
        Kind.CHOICE, "How often interest is added to the debt.", ("none", "monthly", "yearly")
    ),
    "interest.day_count": Topic(
        Kind.CHOICE,
        "What a day is of a year: a 365th, or whole years first and then 365ths.",
        ("actual_365", "years_then_365"),
    ),
    "interest.rounding": Topic(
        Kind.CHOICE,
        "What is rounded to the minor unit: only the total, each segment, or the daily amount.",
        ("total", "segment", "daily", "daily_down"),
    ),
    "interest.first_day": Topic(
        Kind.DAYS, "How many days after the due date the first day of interest is; 1 is the next."
    ),
    "interest.starts": Topic(
        Kind.CHOICE,
        "What interest waits for: nothing but the due date, or a formal demand.",
        ("due_date", "demand", "due_date_or_demand"),
    ),
    "interest.court_rate": Topic(Kind.PERCENT, "A rate that a court may give where no other is."),
    "interest.judgment_rate": Topic(Kind.PERCENT, "The rate on a judgment."),
    "interest.judgment_margin": Topic(Kind.PERCENT, "Points that a judgment adds when not paid."),
    "interest.scope": Topic(Kind.WORDS, "Between whom statutory interest runs."),
    "interest.creditor": Topic(Kind.WORDS, "What the creditor itself must be to claim it."),
    # What a contract may say
    "contract.interest_max": Topic(Kind.PERCENT, "The most a contract may charge a year."),
    "contract.interest_max_by_size": Topic(Kind.BANDS, "The most a year, by the size of credit."),
    "contract.interest_min": Topic(Kind.PERCENT, "The least a contract between firms may charge."),
    "contract.interest_floor_of": Topic(
        Kind.SERIES, "The reference rate that the floor is a multiple of."
    ),
    "contract.interest_floor_times": Topic(Kind.COUNT, "How many times that rate the floor is."),
    "contract.floor_share": Topic(
        Kind.PERCENT, "The least an agreed rate may be, as a share of the statutory rate."
    ),
    "contract.compounding": Topic(Kind.YES, "Whether interest on interest may be agreed."),
    "contract.yearly_rate_stated": Topic(
        Kind.YES, "Whether the yearly rate must be stated for interest to be owed in full."
    ),
    "contract.unstated_rate_max": Topic(
        Kind.PERCENT, "The most owed a year where the yearly rate was not stated."
    ),
    "contract.in_duplum": Topic(
        Kind.YES, "Whether unpaid interest stops when it has reached the principal."
    ),
    "contract.late_fee_test": Topic(Kind.WORDS, "How a flat late fee is judged."),
    # Compensation, costs, fees
    "compensation.fixed": Topic(Kind.BANDS, "The fixed sum for the cost of recovery, by debt."),
    "compensation.claimable": Topic(Kind.YES, "Whether a fixed sum may be claimed."),
    "compensation.per": Topic(Kind.CHOICE, "What one fixed sum is for.", ("invoice", "debtor")),
    "compensation.excess": Topic(Kind.YES, "Whether reasonable costs above it may be claimed."),
    "compensation.credited": Topic(Kind.YES, "Whether it is set against the costs of recovery."),
    "costs.claimable": Topic(Kind.YES, "Whether the debtor owes out-of-court collection costs."),
    "costs.tariff": Topic(Kind.BANDS, "Out-of-court collection costs as a scale of the debt."),
    "costs.notice_days": Topic(
        Kind.DAYS, "Days that must pass after a notice before these costs are owed."
    ),
    "costs.vat": Topic(Kind.YES, "Whether value-added tax comes on top where it is lost."),
    "costs.combine": Topic(Kind.YES, "Whether one tariff is taken on the sum of all debts."),
    "fee.reminder_max": Topic(Kind.AMOUNT, "The most a reminder may cost the debtor."),
    "fee.first_free": Topic(Kind.YES, "Whether the reminder that puts in default is free."),
    # Terms
    "terms.default_days": Topic(Kind.DAYS, "Days to pay where nothing was agreed."),
    "terms.default_counts": Topic(
        Kind.CHOICE,
        "Whether the starting day is the first of those days.",
        ("starting_day_included", "starting_day_excluded"),
    ),
    "terms.default_from": Topic(
        Kind.CHOICE,
        "What the days are counted from.",
        ("invoice_or_delivery", "receipt_of_invoice", "delivery", "acceptance"),
    ),
    "terms.max_days": Topic(Kind.DAYS, "The longest terms that may be agreed."),
    "terms.max_days_large": Topic(
        Kind.DAYS, "The longest terms that a large business may agree on with a small one."
    ),
    "terms.max_strict": Topic(
        Kind.YES, "Whether longer terms are cut to that, or may stand when fair and expressly made."
    ),
    "terms.max_end_of_month_days": Topic(Kind.DAYS, "Another longest term, to the end of month."),
    "terms.fine_max": Topic(Kind.AMOUNT, "The highest fine for terms that are too long."),
    # Limitation
    "limitation.years": Topic(Kind.YEARS, "Years until an invoice cannot be enforced."),
    "limitation.from": Topic(
        Kind.CHOICE,
        "What the years are counted from: the due date, or the end of its calendar year.",
        ("due_date", "end_of_year"),
    ),
    "limitation.restarts": Topic(Kind.LIST, "What starts the period anew.", RESTARTS),
    "limitation.suspends": Topic(Kind.LIST, "What stops the period while it lasts.", RESTARTS),
    "limitation.restart_years_max": Topic(Kind.YEARS, "The longest period after a new start."),
    "limitation.revives": Topic(Kind.YES, "Whether it can start anew once it has run out."),
    "limitation.longstop_years": Topic(Kind.YEARS, "Years that no new start can go beyond."),
    "limitation.extinguishes": Topic(
        Kind.YES, "Whether the debt itself is gone, so that nothing may be asked any more."
    ),
    "limitation.judgment_years": Topic(Kind.YEARS, "Years in which a judgment can be enforced."),
    "limitation.warn_months": Topic(Kind.MONTHS, "Months ahead at which we warn: our own choice."),
    # Contact
    "contact.hours": Topic(Kind.HOURS, "When a debtor may be contacted, by the debtor's clock."),
    "contact.visit_hours": Topic(Kind.HOURS, "When a debtor may be visited."),
    "contact.public_holidays": Topic(Kind.YES, "Whether contact on public holidays is allowed."),
    "contact.per_7_days_max": Topic(Kind.COUNT, "Contacts of all kinds in seven days."),
    "contact.per_30_days_max": Topic(Kind.COUNT, "Contacts of all kinds in thirty days."),
    "contact.calls_per_7_days_max": Topic(Kind.COUNT, "Calls about one debt in seven days."),
    "contact.call_pause_days": Topic(
        Kind.DAYS, "Days without a call after a conversation; its own day is the first."
    ),
    "contact.opt_out_line": Topic(Kind.YES, "Whether each message must say how to stop them."),
    "contact.sealed": Topic(Kind.YES, "Whether letters must not show what they are about."),
    "contact.conduct": Topic(Kind.WORDS, "What else the law says about how to ask."),
    "contact.covers": Topic(Kind.WORDS, "Whom these rules bind and protect."),
    "contact.covers_own_debts": Topic(
        Kind.YES, "Whether they bind a creditor who collects its own debts."
    ),
    "contact.covers_commercial_to": Topic(
        Kind.AMOUNT, "Up to which total they protect a natural person who owes a business debt."
    ),
    "contact.covers_business_debts": Topic(
        Kind.YES, "Whether they protect whoever owes a business debt, companies included."
    ),
    "contact.assumed_receipt_days": Topic(
        Kind.DAYS, "Business days after sending on which a notice is taken as received."
    ),
    "contact.validation_days": Topic(Kind.DAYS, "Days in which the debtor may ask for proof."),
    "contact.first_notice_days": Topic(
        Kind.DAYS, "Days after the first contact in which the notice of these rights must go."
    ),
    "contact.first_notice_wait_days": Topic(
        Kind.DAYS, "Days to wait after a first letter before asking in any other way."
    ),
    # Before and at court
    "preaction.required": Topic(Kind.YES, "Whether a letter must go before a claim."),
    "preaction.name": Topic(Kind.WORDS, "What that letter or protocol is called."),
    "preaction.reply_days": Topic(Kind.DAYS, "Days the debtor has to answer it."),
    "preaction.after_reply_days": Topic(
        Kind.DAYS, "Days to wait after an answer, or after documents asked for were given."
    ),
    "preaction.notice_days": Topic(Kind.DAYS, "Days of notice before the claim after an answer."),
    "preaction.counts_from": Topic(
        Kind.CHOICE, "What the days are counted from.", ("letter_date", "day_after_receipt")
    ),
    "preaction.contents": Topic(Kind.WORDS, "What that letter must say."),
    "preaction.enclosures": Topic(Kind.WORDS, "What must be enclosed."),
    "preaction.channel": Topic(Kind.WORDS, "How it must be sent."),
    "demand.threshold": Topic(Kind.AMOUNT, "The debt from which a statutory demand is possible."),
    "demand.days": Topic(Kind.DAYS, "Days to pay or contest a statutory demand."),
    "default.needs": Topic(Kind.WORDS, "What puts the debtor in default."),
    "default.demand_needed": Topic(Kind.YES, "Whether a demand is needed before default."),
    "court.route": Topic(Kind.WORDS, "The usual way to a title."),
    "court.limit": Topic(Kind.AMOUNT, "Up to which amount the simple route is open."),
    "court.fee": Topic(Kind.BANDS, "What it costs to start, by amount claimed."),
    "court.fee_online": Topic(Kind.BANDS, "The same online, where it differs."),
    "court.hearing_fee": Topic(Kind.BANDS, "What a hearing costs, by amount claimed."),
    "court.fixed_costs": Topic(Kind.BANDS, "Lawyer's costs added to the claim."),
    "court.oppose_days": Topic(Kind.DAYS, "Days the debtor has to oppose."),
    "court.oppose_months": Topic(Kind.MONTHS, "Months the debtor has to oppose."),
    "court.serve_months": Topic(Kind.MONTHS, "Months in which an order must be served."),
    # Stops, order of payment, tax, records, what is coming
    "stop.states": Topic(Kind.LIST, "What stops all asking.", STOPS),
    "stop.freezes_interest": Topic(Kind.LIST, "What stops interest and fees.", STOPS),
    "stop.insolvency": Topic(Kind.WORDS, "What to do when the debtor is insolvent."),
    "stop.breathing_space_days": Topic(Kind.DAYS, "How long a breathing space lasts."),
    "stop.breathing_space": Topic(Kind.WORDS, "Whom it protects and what it stops."),
    "allocation.order": Topic(
        Kind.LIST,
        "What a payment pays first where the debtor names nothing.",
        (COSTS, INTEREST, PRINCIPAL),
    ),
    "allocation.rule": Topic(Kind.WORDS, "Who may say what a payment pays."),
    "vat.relief": Topic(Kind.WORDS, "When value-added tax on a bad debt comes back."),
    "vat.wait_months": Topic(Kind.MONTHS, "Months after which it may."),
    "vat.wait_from": Topic(
        Kind.CHOICE,
        "What the months are counted from; a supply's own day is the first of them.",
        ("due_date", "supply", "later_of_both"),
    ),
    "vat.latest_months": Topic(Kind.MONTHS, "Months after which it is too late."),
    "vat.write_off_needed": Topic(Kind.YES, "Whether the debt must be written off first."),
    "vat.write_off_enough": Topic(Kind.YES, "Whether a write-off alone does, without a wait."),
    "vat.insolvency_ends_wait": Topic(Kind.YES, "Whether insolvency does, without a wait."),
    "vat.rate": Topic(Kind.PERCENT, "The standard rate of the tax."),
    "records.keep": Topic(Kind.WORDS, "How long what must be kept."),
    "licence": Topic(Kind.WORDS, "What collecting for others needs."),
    "coming": Topic(Kind.WORDS, "A change that is proposed and not in force."),
}
