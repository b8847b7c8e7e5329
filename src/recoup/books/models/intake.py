"""Files as they came in, the rows set aside, and the column maps people saved."""

from __future__ import annotations

from django.db import models

from recoup.books.models.party import Creditor


class SourceFile(models.Model):
    """An uploaded file; the original bytes stay in the data folder under their hash."""

    STATES = [
        ("received", "received"),
        ("needs_answers", "needs answers"),
        ("done", "imported"),
        ("held", "held"),
        ("refused", "refused"),
    ]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()
    by = models.CharField(max_length=150)
    state = models.CharField(max_length=20, choices=STATES, default="received")
    format_code = models.CharField(max_length=60, blank=True)
    # What the person declared: number and date format, currency, column map, as-of date.
    declared = models.JSONField(default=dict)
    # Control totals: ours beside the file's own.
    control = models.JSONField(default=dict)
    sentence = models.TextField(blank=True)
    lines_total = models.IntegerField(default=0)
    lines_posted = models.IntegerField(default=0)
    lines_duplicate = models.IntegerField(default=0)
    lines_set_aside = models.IntegerField(default=0)
    lines_ignored = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "creditor"], name="source_file_of_creditor"),
        ]
        indexes = [models.Index(fields=["creditor", "-received_at"], name="files_newest_first")]

    def __str__(self) -> str:
        return self.name


class SetAsideRow(models.Model):
    """A row that could not be taken, with the reason and the remedy; can be corrected."""

    STATES = [("open", "open"), ("corrected", "corrected"), ("dismissed", "dismissed")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    source_file = models.ForeignKey(
        SourceFile, on_delete=models.PROTECT, related_name="set_aside_rows"
    )
    line = models.IntegerField()
    field = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500)
    # The cells of the row as they stood in the file, and the heading they stood under.
    raw = models.JSONField(default=list)
    heading = models.CharField(max_length=300, null=True)
    state = models.CharField(max_length=20, choices=STATES, default="open")
    settled_by = models.CharField(max_length=150, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["creditor", "state"], name="set_aside_open")]

    def __str__(self) -> str:
        return f"{self.source_file_id}:{self.line} {self.code}"


class ColumnMapVersion(models.Model):
    """A column map a person saved, offered again for files with the same header."""

    KINDS = [("list", "lists of a ledger"), ("bank", "tables of a bank")]

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=KINDS, db_default="list")
    header_fingerprint = models.CharField(max_length=64)
    column_map = models.JSONField()
    saved_by = models.CharField(max_length=150)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "header_fingerprint"], name="column_map_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
