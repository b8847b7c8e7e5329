"""Deciding: the books of a day and the creditor's policy into actions, without writing any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from importlib import metadata

from recoup.books import load
from recoup.books.models import Creditor
from recoup.books.scope import MaybePaid
from recoup.engine.bundle import Bundle
from recoup.engine.evaluate import Decisions, evaluate
from recoup.law import read as law
from recoup.policy import document
from recoup.policy.rulebook import Rulebook, rulebook_for

# What the state says: holidays as their library knows them, and our law documents.
LAW_VERSION = f"holidays-{metadata.version('holidays')} law-{law.version()[:12]}"
CODE_VERSION = metadata.version("recoup")


@dataclass(frozen=True)
class Inputs:
    """What a decision is made from."""

    creditor: Creditor
    bundle: Bundle
    rulebook: Rulebook

    @cached_property
    def fingerprint(self) -> str:
        """The name of the bundle; only a run needs it, so only then it is worked out."""
        return self.bundle.fingerprint()


@dataclass(frozen=True)
class Decision:
    """What was decided for a creditor on a day, with what it was decided from."""

    inputs: Inputs
    decisions: Decisions

    @property
    def creditor(self) -> Creditor:
        """Whose debtors were decided."""
        return self.inputs.creditor

    @property
    def bundle(self) -> Bundle:
        """The books it was decided from."""
        return self.inputs.bundle

    @property
    def rulebook(self) -> Rulebook:
        """The policy it was decided by."""
        return self.inputs.rulebook


def gather(creditor: Creditor, *, as_of: date, debtor_ids: list[int] | None = None) -> Inputs:
    """The books of a day and the policy, for all debtors of a creditor or for some."""
    rulebook = rulebook_of(creditor, as_of=as_of)
    maybe = MaybePaid.by(rulebook)
    if debtor_ids is None:
        bundle = load.bundle(creditor, as_of=as_of, maybe=maybe)
    else:
        bundle = load.bundle_of(creditor, as_of=as_of, debtor_ids=debtor_ids, maybe=maybe)
    return Inputs(creditor, bundle, rulebook)


def judge(inputs: Inputs) -> Decision:
    """Decide what was gathered."""
    return Decision(inputs, evaluate(inputs.bundle, inputs.rulebook))


def decide(creditor: Creditor, *, as_of: date, debtor_ids: list[int] | None = None) -> Decision:
    """Decide for all debtors of a creditor, or for some; nothing is written."""
    return judge(gather(creditor, as_of=as_of, debtor_ids=debtor_ids))


def rulebook_of(creditor: Creditor, *, as_of: date) -> Rulebook:
    """The creditor's published policy for a day; the standard one when none is published."""
    version = creditor.policy
    text = document.standard().text if version is None else version.text
    return _rulebook(text, as_of, creditor.country, creditor.region)


@lru_cache(maxsize=64)
def _rulebook(text: str, as_of: date, country: str, region: str) -> Rulebook:
    read = document.load(text)
    return rulebook_for(
        read.policy, version=read.version, as_of=as_of, country=country, region=region
    )
