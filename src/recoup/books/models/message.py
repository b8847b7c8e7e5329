"""The outbox: what is to be said once, each try to say it, and the exact bytes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from recoup.books.models.ledger import OpenItem
from recoup.books.models.party import Account, ContactPoint, Creditor, Debtor
from recoup.books.models.run import Run


class Intent(models.Model):
    """One message to be sent once: account, currency, channel and business-date cycle.

    Outcome of an intent = strongest of its attempts: accepted, in doubt, refused, nothing sent.
    """

    STATES = [
        ("waiting", "waits for approval"),
        ("held", "held by a person"),
        ("pending", "to be sent"),
        ("leased", "being sent"),
        ("accepted", "accepted"),
        ("in_doubt", "in doubt"),
        ("refused", "refused"),
        ("cancelled", "withheld"),
    ]
    UNFINISHED = ("waiting", "held", "pending", "leased")
    SPOKEN = ("accepted", "in_doubt")

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="intents")
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    channel = models.CharField(max_length=20)
    cycle_date = models.DateField()
    revision = models.SmallIntegerField(default=1)
    procedure = models.CharField(max_length=60)
    step_no = models.SmallIntegerField()
    step_code = models.CharField(max_length=60)
    template = models.CharField(max_length=60)
    net_minor = models.BigIntegerField()
    credit_minor = models.BigIntegerField(default=0)
    item_count = models.IntegerField()
    oldest_days_past_due = models.IntegerField()
    priority = models.BigIntegerField(default=0)
    state = models.CharField(max_length=20, choices=STATES)
    # The code of the gate rule or the person's reason when withheld or held.
    reason = models.CharField(max_length=200, blank=True)
    not_before = models.DateTimeField()
    # Worker that leases it, and the fencing token of its current attempt.
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # The payment not yet applied that it mentions, because it may be the debtor's.
    maybe_line = models.ForeignKey(
        "books.StatementLine", on_delete=models.PROTECT, null=True, db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "currency", "channel", "cycle_date", "revision"],
                name="intent_once",
            ),
            # One living message per account, currency, channel and day.
            models.UniqueConstraint(
                fields=["account", "currency", "channel", "cycle_date"],
                condition=~Q(state="cancelled"),
                name="intent_one_alive",
            ),
            # One message in the hands of a worker per debtor, so caps cannot be outrun.
            models.UniqueConstraint(
                fields=["debtor"], condition=Q(state="leased"), name="intent_one_leased"
            ),
            models.UniqueConstraint(fields=["id", "creditor"], name="intent_of_creditor"),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state="pending"), name="intent_to_send"
            ),
            models.Index(fields=["creditor", "cycle_date", "state"], name="intent_of_day"),
            models.Index(fields=["debtor", "cycle_date"], name="intent_of_debtor"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.step_code} {self.cycle_date}"


class IntentItem(models.Model):
    """An open item named in a message, at the figure that was named."""

    # step: the item takes this step; overdue and upcoming: named for information.
    ROLES = [(1, "step"), (2, "overdue"), (3, "upcoming")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="items")
    open_item = models.ForeignKey(OpenItem, on_delete=models.PROTECT)
    role = models.SmallIntegerField(choices=ROLES)
    step_no = models.SmallIntegerField()
    open_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intent", "open_item"], name="intent_item_once"),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id}/{self.open_item_id}"


class Message(models.Model):
    """The exact bytes of a message, kept compressed beside the hash of the plain bytes."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="messages")
    sequence = models.SmallIntegerField(default=1)
    message_id = models.CharField(max_length=200)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=300)
    language = models.CharField(max_length=10)
    template_version = models.CharField(max_length=64)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    rendered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intent", "sequence"], name="message_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="message_of_creditor"),
        ]

    def __str__(self) -> str:
        return self.subject


class Attempt(models.Model):
    """One try to hand a message over; its outcome is its own."""

    STATES = [
        ("claimed", "claimed"),
        ("in_flight", "in flight"),
        ("accepted", "accepted"),
        ("deferred", "deferred"),
        ("refused", "refused"),
        ("in_doubt", "in doubt"),
        ("cancelled", "cancelled"),
        ("released", "given back"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    intent = models.ForeignKey(Intent, on_delete=models.PROTECT, related_name="attempts")
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True)
    number = models.SmallIntegerField()
    token = models.CharField(max_length=32)
    worker = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=STATES)
    claimed_at = models.DateTimeField()
    # Drawn under the account lock, in the transaction that let the message go.
    gate_seq = models.BigIntegerField(null=True)
    gate_open_minor = models.BigIntegerField(null=True)
    gate_facts = models.JSONField(default=dict)
    in_flight_at = models.DateTimeField(null=True)
    body_hash = models.CharField(max_length=64, blank=True)
    finished_at = models.DateTimeField(null=True)
    reply_code = models.SmallIntegerField(null=True)
    reply_text = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intent", "number"], name="attempt_once"),
            models.UniqueConstraint(fields=["id", "creditor"], name="attempt_of_creditor"),
            # C2: never two copies of one message on their way or possibly arrived.
            models.UniqueConstraint(
                fields=["intent"],
                condition=Q(state__in=["claimed", "in_flight", "accepted", "in_doubt"]),
                name="attempt_one_copy",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["claimed", "deferred", "refused", "cancelled", "released"])
                | Q(gate_seq__isnull=False),
                name="attempt_gated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["worker"],
                condition=Q(state__in=["claimed", "in_flight"]),
                name="attempt_on_its_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intent_id} #{self.number} {self.state}"


class AttemptEvent(models.Model):
    """Each change of an attempt's state, with its evidence; append-only."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="events")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    evidence = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["attempt", "id"], name="attempt_log")]

    def __str__(self) -> str:
        return f"{self.from_state} > {self.to_state}"
