"""Verifying: every invariant asked of the books; a breach that could harm stops all sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from recoup.books import register
from recoup.books.invariants import INVARIANTS, LIMIT, Invariant, Row, Scope, offenders
from recoup.books.models import Creditor
from recoup.jobs.charges.recount import RECOUNTED
from recoup.jobs.completeness import COMPLETENESS

ALL: tuple[Invariant, ...] = (*INVARIANTS, *RECOUNTED, *COMPLETENESS)


@dataclass(frozen=True)
class Finding:
    """What one invariant said: nothing, when it holds, or the rows that break it."""

    code: str
    title: str
    prevents: str
    rows: tuple[Row, ...]
    # Creditors whose sending this breach stops.
    freezes: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return not self.rows

    @property
    def sentence(self) -> str:
        """The finding for people: which promise, how many rows, what it would have led to."""
        if self.holds:
            return f"{self.code} holds: {self.title}."
        shown = len(self.rows)
        count = f"at least {shown}" if shown >= LIMIT else str(shown)
        return (
            f"{self.code} is broken in {count} places: {self.title}. It prevents {self.prevents}."
        )


def verify(creditor: Creditor | None, *, as_of: date, at: datetime, by: str) -> list[Finding]:
    """Ask every invariant of one creditor, or of all when None; every answer, in order.

    A breach freezes sending of the creditors concerned until a person lets it go on.
    """
    scope = Scope(creditor.pk if creditor else None, as_of, at)
    findings = [_finding(invariant, scope) for invariant in ALL]
    _freeze(findings, at=at, by=by)
    return findings


def _finding(invariant: Invariant, scope: Scope) -> Finding:
    found = tuple(offenders(invariant, scope))
    concerned = {row["creditor_id"] for row in found} if invariant.freezes else set()
    return Finding(
        invariant.code,
        invariant.title,
        invariant.prevents,
        rows=found,
        freezes=tuple(sorted(_named(concerned))),
    )


def _named(concerned: set[object]) -> set[int]:
    """The creditors; a breach that names none concerns them all."""
    if None in concerned:
        return set(Creditor.objects.values_list("pk", flat=True))
    return {int(str(each)) for each in concerned}


def _freeze(findings: list[Finding], *, at: datetime, by: str) -> None:
    reasons: dict[int, list[str]] = {}
    for finding in findings:
        for creditor_id in finding.freezes:
            reasons.setdefault(creditor_id, []).append(f"{finding.code} {finding.title}")
    for creditor in Creditor.objects.filter(pk__in=reasons):
        reason = f"{by} found broken: {'; '.join(reasons[creditor.pk])}"
        register.freeze(creditor=creditor, reason=reason, at=at)
