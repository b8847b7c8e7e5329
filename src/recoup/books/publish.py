"""The door of policies: published once, immutable, named by the fingerprint of their text."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from recoup.books.models import Creditor, PolicyVersion
from recoup.kernel.ids import fingerprint


def publish_policy(
    *, creditor: Creditor, name: str, text: str, at: datetime, by: str
) -> PolicyVersion:
    """Make a checked policy the creditor's own; publishing the same text again adds nothing.

    The caller has read the text with `recoup.policy.document` and met no problem.
    """
    with transaction.atomic():
        version, _ = PolicyVersion.objects.get_or_create(
            creditor=creditor,
            fingerprint=fingerprint(text.encode()),
            defaults={"name": name, "text": text, "published_at": at, "published_by": by},
        )
        Creditor.objects.filter(pk=creditor.pk).update(policy=version)
        creditor.policy = version
        return version
