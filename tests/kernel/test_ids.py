"""Keys: the same thing has the same name every time, and two things never share one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recoup.kernel.ids import content_key, fingerprint, natural_key

parts = st.lists(st.text(alphabet="ab/\\", max_size=4), min_size=1, max_size=4)


def test_a_fingerprint_is_the_sha_256_of_the_bytes():
    assert fingerprint(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert fingerprint(b"a") != fingerprint(b"b")


@pytest.mark.parametrize(
    ("given_parts", "key"),
    [
        (["invoice", "R-17"], "invoice/R-17"),
        ([2026, 3], "2026/3"),
        (["R/17", "1"], "R\\/17/1"),
        (["a\\", "b"], "a\\\\/b"),
    ],
)
def test_a_natural_key_can_be_read(given_parts, key):
    assert natural_key(given_parts) == key


@given(parts, parts)
def test_two_things_never_share_a_natural_key(one, other):
    assert (natural_key(one) == natural_key(other)) == (one == other)


@given(parts)
def test_a_content_key_is_short_and_always_the_same(cells):
    assert content_key(cells) == content_key(tuple(cells))
    assert len(content_key(cells)) == 32


def test_a_content_key_knows_where_a_cell_ends():
    assert content_key(["ab", "c"]) != content_key(["a", "bc"])
