"""A closed account owes nothing: what opens again on it goes to the account it was merged into."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from recoup.books.models import Merge
from recoup.books.move import everything_of, move


def family(account_ids: Iterable[int]) -> list[int]:
    """These accounts and every account that one of them was merged into, in order of id.

    Lock them all before anything is taken back: what opens again follows within the same act.
    """
    found = set(account_ids)
    fresh = found
    while fresh:
        onward = Merge.objects.filter(account_id__in=fresh, undone_at=None)
        fresh = set(onward.values_list("survivor_id", flat=True)) - found
        found |= fresh
    return sorted(found)


def closing(account_id: int) -> Merge | None:
    """The merge by which an account is closed; None while it is open."""
    return Merge.objects.filter(account_id=account_id, undone_at=None).first()


def follow(account_ids: Iterable[int], *, today: date, at: datetime, by: str) -> None:
    """Move what is open on closed ones of these accounts to where they were merged into."""
    for account_id in _losers_first(account_ids):
        found = Merge.objects.filter(account_id=account_id, undone_at=None)
        merge = found.select_related("survivor").first()
        pieces = everything_of(account_id) if merge else []
        if merge and pieces:
            move(
                pieces=pieces,
                to=merge.survivor,
                today=today,
                at=at,
                by=by,
                why=merge.why,
                merge=merge,
            )


def _losers_first(account_ids: Iterable[int]) -> list[int]:
    """In the order in which things go on: an account before the one it was merged into."""
    onward = dict(
        Merge.objects.filter(account_id__in=list(account_ids), undone_at=None).values_list(
            "account_id", "survivor_id"
        )
    )

    def steps(account_id: int) -> int:
        return 0 if account_id not in onward else 1 + steps(onward[account_id])

    return sorted(onward, key=lambda each: (-steps(each), each))
