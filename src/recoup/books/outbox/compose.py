"""The bytes of messages: stored once when rendered, read back exactly."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import datetime

import polars as pl
from django.db import connection, transaction

from recoup.books import bulk
from recoup.books.models import Message
from recoup.books.outbox.attempt import instant
from recoup.kernel.dates import utc
from recoup.kernel.errors import Fault
from recoup.kernel.frames import Frame
from recoup.kernel.ids import fingerprint

STORED = Frame(
    "stored",
    {
        "creditor_id": pl.Int64,
        "intent_id": pl.Int64,
        "message_id": pl.String,
        "recipient": pl.String,
        "subject": pl.String,
        "language": pl.String,
        "template_version": pl.String,
        "content": pl.Binary,  # compressed by `pack`
        "sha256": pl.String,  # of the plain bytes
    },
)


def pack(content: bytes) -> tuple[bytes, str]:
    """The bytes compressed, and the hash of the plain ones."""
    return zlib.compress(content, 1), fingerprint(content)


def store_messages(messages: pl.DataFrame, *, at: datetime) -> int:
    """Keep the first rendering of each intent; how many."""
    rows = STORED.check(messages)
    with transaction.atomic():
        return bulk.insert(
            Message,
            rows.with_columns(
                bulk.next_ids(Message, rows.height),
                pl.lit(1, pl.Int16).alias("sequence"),
                pl.lit(utc(at)).alias("rendered_at"),
            ),
        )


def withhold_unwritable(reasons: Mapping[int, str], *, at: datetime) -> int:
    """Withhold what cannot be written, each with its reason; the others go their way."""
    if not reasons:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE books_intent SET state = 'cancelled', reason = %s, settled_at = %s "
            "WHERE id = %s AND state IN ('waiting', 'pending', 'held')",
            [(f"cannot-be-written: {why}"[:200], instant(at), key) for key, why in reasons.items()],
        )
    return len(reasons)


def message_bytes(message: Message) -> bytes:
    """The exact bytes as rendered; Fault when they are not those that were hashed."""
    content = zlib.decompress(bytes(message.content))
    if fingerprint(content) != message.sha256:
        raise Fault(f"message {message.pk} is not what was stored")
    return content
