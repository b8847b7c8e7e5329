"""The door of accepted terms: links that a debtor may open, and who accepted which words."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from recoup.books import record
from recoup.books.lock import hold, hold_open
from recoup.books.models import Account, TermsAcceptance, TermsLink
from recoup.kernel.errors import Refusal
from recoup.kernel.ids import fingerprint

# Of a fingerprint, what people read out.
VERSION_LETTERS = 10
PERSON_MAX = 200
_WAYS = {"link": "on the terms page", "paper": "on paper", "email": "by e-mail"}


@dataclass(frozen=True)
class Shown:
    """The words of a sheet, as they are shown and kept."""

    language: str
    text: str

    @property
    def fingerprint(self) -> str:
        """The name of exactly these words."""
        return fingerprint(self.text.encode())

    @property
    def version(self) -> str:
        """The same, short."""
        return self.fingerprint[:VERSION_LETTERS]


@dataclass(frozen=True)
class Accepted:
    """That a person accepted: who, on which day, how, and what else is known of it."""

    person: str
    accepted_date: date
    way: str
    note: str = ""


def make_link(
    *, account: Account, shown: Shown, last_date: date, today: date, at: datetime, by: str
) -> TermsLink:
    """A link that opens these words to whoever holds it, until its last day.

    One that shows the same words and still opens is given again.
    """
    if last_date < today:
        raise Refusal("link-over", "The last day of a link lies in the past. Choose a later one.")
    with transaction.atomic():
        hold_open([account.pk])
        same = TermsLink.objects.filter(
            account=account,
            fingerprint=shown.fingerprint,
            last_date=last_date,
            revoked_at__isnull=True,
        ).first()
        if same is not None:
            return same
        link = TermsLink.objects.create(
            creditor_id=account.creditor_id,
            account=account,
            secret=secrets.token_hex(16),
            language=shown.language,
            text=shown.text,
            fingerprint=shown.fingerprint,
            first_date=today,
            last_date=last_date,
            by=by,
            recorded_at=at,
        )
        facts: dict[str, object] = {"link": link.pk, "last_date": str(last_date)}
        _record(account, "terms_link_made", facts, today=today, at=at, by=by)
        return link


def revoke_link(*, link: TermsLink, today: date, at: datetime, by: str) -> None:
    """Take a link back: it opens no more. Doing so twice changes nothing."""
    with transaction.atomic():
        hold([link.account_id])
        open_ = TermsLink.objects.filter(pk=link.pk, revoked_at__isnull=True)
        if open_.update(revoked_at=at, revoked_by=by):
            _record(
                link.account, "terms_link_revoked", {"link": link.pk}, today=today, at=at, by=by
            )


def accept_by_link(*, link: TermsLink, person: str, today: date, at: datetime) -> TermsAcceptance:
    """The holder of a link accepts what it shows; a link accepted already stays as it is.

    One of an account that was merged opens as before: the words are the debtor's as they were.
    """
    with transaction.atomic():
        hold([link.account_id])
        fresh = TermsLink.objects.select_related("account__merged_into").get(pk=link.pk)
        if fresh.revoked_at is not None or not fresh.first_date <= today <= fresh.last_date:
            raise Refusal("link-closed", "This link opens no more. Ask for a new one.")
        before = TermsAcceptance.objects.filter(link=fresh).first()
        if before is not None:
            return before
        said = Accepted(person, today, "link")
        shown = Shown(fresh.language, fresh.text)
        return _accept(fresh.account, shown, said, link=fresh, today=today, at=at, by="debtor")


def record_acceptance(
    *, account: Account, shown: Shown, said: Accepted, today: date, at: datetime, by: str
) -> TermsAcceptance:
    """Note an acceptance on paper or by e-mail; the same one twice adds nothing."""
    if said.way not in ("paper", "email"):
        raise Refusal("way-unknown", "Choose whether it was accepted on paper or by e-mail.")
    if said.accepted_date > today:
        raise Refusal("day-ahead", "The day of acceptance lies in the future. Correct the day.")
    with transaction.atomic():
        hold_open([account.pk])
        same = TermsAcceptance.objects.filter(
            account=account,
            fingerprint=shown.fingerprint,
            way=said.way,
            person=_person(said),
            accepted_date=said.accepted_date,
        ).first()
        return same or _accept(account, shown, said, link=None, today=today, at=at, by=by)


def _accept(
    account: Account,
    shown: Shown,
    said: Accepted,
    *,
    link: TermsLink | None,
    today: date,
    at: datetime,
    by: str,
) -> TermsAcceptance:
    made = TermsAcceptance.objects.create(
        creditor_id=account.creditor_id,
        account=account,
        link=link,
        way=said.way,
        person=_person(said),
        accepted_date=said.accepted_date,
        language=shown.language,
        text=shown.text,
        fingerprint=shown.fingerprint,
        note=said.note.strip()[:300],
        by=by,
        recorded_at=at,
    )
    facts: dict[str, object] = {
        "acceptance": made.pk,
        "version": shown.version,
        "way": _WAYS[said.way],
    }
    _record(account.merged_into or account, "terms_accepted", facts, today=today, at=at, by=by)
    return made


def accepted_by(account: Account) -> QuerySet[TermsAcceptance]:
    """What the debtor of an account accepted, also while it was another's number; newest first."""
    found = TermsAcceptance.objects.filter(_of(account))
    return found.order_by("-accepted_date", "-pk")


def open_links(account: Account, *, today: date) -> QuerySet[TermsLink]:
    """The links to an account's terms that still open and wait for an answer, newest first."""
    opens = TermsLink.objects.filter(_of(account), revoked_at__isnull=True, last_date__gte=today)
    return opens.exclude(termsacceptance__isnull=False).order_by("-pk")


def _of(account: Account) -> Q:
    """An account, and whatever was merged into it."""
    return Q(account=account) | Q(account__merged_into=account)


def _person(said: Accepted) -> str:
    name = " ".join(said.person.split())
    if not name or not name.isprintable():
        raise Refusal("name-missing", "Write the name of the person who accepted.")
    return name[:PERSON_MAX]


def _record(
    account: Account, kind: str, facts: dict[str, object], *, today: date, at: datetime, by: str
) -> None:
    record.record(account=account, kind=kind, business_date=today, at=at, by=by, facts=facts)
