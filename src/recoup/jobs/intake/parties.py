"""Whose row it is: names and numbers of a file become accounts."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import polars as pl
from babel import Locale

from recoup.books import lookup, register
from recoup.books.models import Creditor
from recoup.formats.base import Batch
from recoup.kernel.parties import LegalKind

NUMBER_MAX, NAME_MAX = 100, 300
_NAME_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt")
_ALSO = {"UK": "GB", "ENGLAND": "GB", "SCOTLAND": "GB", "WALES": "GB", "USA": "US", "HOLLAND": "NL"}


def with_accounts(
    creditor: Creditor, batch: Batch, *, source: str, today: date, at: datetime, by: str
) -> Batch:
    """Open every account the batch names; its rows with `account_id` added."""
    said = pl.concat([_of_parties(batch), _of_rows(batch.documents), _of_rows(batch.receipts)])
    numbers = _numbers(creditor, said)
    parties = said.with_columns(number=_number(said, numbers)).group_by(
        "number", maintain_order=True
    )
    opened = register.enroll(
        creditor=creditor,
        parties=register.PARTIES.check(parties.agg(_fullest())),
        source=source,
        today=today,
        at=at,
        by=by,
    ).select("number", "account_id")

    def placed(rows: pl.DataFrame) -> pl.DataFrame:
        named = rows.with_columns(number_of_account=_number(rows, numbers))
        return named.join(
            opened,
            left_on="number_of_account",
            right_on="number",
            how="left",
            maintain_order="left",
        )

    return Batch(
        parties=placed(batch.parties),
        documents=placed(batch.documents),
        receipts=placed(batch.receipts),
        set_aside=batch.set_aside,
    )


def _fullest() -> list[pl.Expr]:
    """Of several rows about one account, the first that says something."""
    texts = [name for name in register.PARTIES.columns if name not in ("number", "legal_kind")]
    first = [pl.col(name).filter(pl.col(name) != "").first().fill_null("") for name in texts]
    return [*first, pl.col("legal_kind").max()]


def _of_parties(batch: Batch) -> pl.DataFrame:
    rows = batch.parties
    place = pl.concat_str("postal_code", "city", separator=" ", ignore_nulls=True)
    address = pl.concat_str("address", place, "region", separator="\n", ignore_nulls=True)
    terms = pl.coalesce("terms", pl.col("terms_days").cast(pl.String) + " days")
    return rows.select(
        "account_number",
        "account_name",
        name=pl.coalesce("account_name", "account_number").str.slice(0, NAME_MAX),
        email=_usable("email", "email-syntax"),
        phone=_usable("phone", "phone-syntax"),
        person=_text("contact_name"),
        postal_address=address.fill_null("").str.strip_chars(),
        country=_translated(rows, "country", country_code),
        language=_text("language").str.to_lowercase().str.slice(0, 10),
        legal_kind=_translated(rows, "legal_kind", legal_kind).cast(pl.Int8),
        tier=_text("tier").str.slice(0, 20),
        terms=terms.fill_null("").str.slice(0, 60),
    )


def _of_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Documents and receipts name an account, and perhaps an address."""
    email = _usable("email", "email-syntax") if "email" in rows.columns else pl.lit("")
    silent = {name: pl.lit("") for name in ("phone", "person", "postal_address", "country")}
    return rows.select(
        "account_number",
        "account_name",
        name=pl.coalesce("account_name", "account_number").str.slice(0, NAME_MAX),
        email=email,
        **silent,
        language=pl.lit(""),
        legal_kind=pl.lit(0, pl.Int8),
        tier=pl.lit(""),
        terms=pl.lit(""),
    )


def _text(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars()


def _usable(name: str, flag: str) -> pl.Expr:
    """The first of several addresses, unless the reader flagged it as no address."""
    flagged = pl.col("flags").fill_null("").str.contains(flag, literal=True)
    first = _text(name).str.split(";").list.first().str.split(",").list.first().str.strip_chars()
    return pl.when(flagged).then(pl.lit("")).otherwise(first.str.slice(0, 254))


def _translated(rows: pl.DataFrame, name: str, of: object) -> pl.Expr:
    assert callable(of)
    words = rows[name].unique().to_list()
    return pl.col(name).replace_strict({word: of(word or "") for word in words}, default="")


def _numbers(creditor: Creditor, said: pl.DataFrame) -> dict[str, str]:
    """Rows that name an account without its number: the one account of exactly that name."""
    names = said.filter(pl.col("account_number").is_null())["account_name"].drop_nulls().unique()
    known = lookup.accounts_by_name(creditor.pk, [name[:NAME_MAX] for name in names])
    inside = (
        said.filter(pl.col("account_number").is_not_null())
        .select(pl.col("account_name").alias("name"), pl.col("account_number").alias("number"))
        .drop_nulls()
    )
    single = (
        pl.concat([known, inside])
        .unique()
        .group_by("name")
        .agg(pl.col("number").first(), pl.len().alias("count"))
        .filter(pl.col("count") == 1)
    )
    return dict(single.select("name", "number").rows())


def _number(rows: pl.DataFrame, numbers: dict[str, str]) -> pl.Series:
    """The account's number; where the file has names only, the name itself is the number."""
    pairs = rows.select("account_number", "account_name").rows()
    return pl.Series(
        "number",
        [
            (number or numbers.get(name[:NAME_MAX], name))[:NUMBER_MAX]
            for number, name in ((number, name or "") for number, name in pairs)
        ],
        dtype=pl.String,
    )


@cache
def _countries() -> dict[str, str]:
    return _ALSO | {
        name.upper(): code
        for language in _NAME_LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2
    }


def country_code(text: str) -> str:
    """The ISO 3166 code of a country written as code or name; empty when we do not know it."""
    word = text.strip().upper()
    if len(word) == 2 and word in Locale("en").territories:
        return word
    return _countries().get(word, "")


def legal_kind(text: str) -> int:
    """The kind of debtor by its word; unknown when the word is not ours."""
    word = text.strip().upper().replace(" ", "_").replace("-", "_")
    return int(LegalKind[word]) if word in LegalKind.__members__ else int(LegalKind.UNKNOWN)
