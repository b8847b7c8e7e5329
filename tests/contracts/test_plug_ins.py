"""What every plug-in keeps, whoever wrote it: the test finds them as the product does."""

from __future__ import annotations

import re

import pytest

from recoup.channels.base import AllowList, Envelope, Stage, State
from recoup.kernel.errors import Refusal
from recoup.kernel.registry import discover

FORMATS = discover("recoup.formats", "FORMAT")
CHANNELS = discover("recoup.channels", "CHANNEL")
CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")

every_format = pytest.mark.parametrize("layout", FORMATS.values(), ids=list(FORMATS))
every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))


@pytest.mark.parametrize("code", [*FORMATS, *CHANNELS])
def test_a_code_is_a_small_word_that_can_stay_for_ever(code):
    assert CODE.fullmatch(code)


@every_format
def test_a_format_says_what_it_is_and_what_it_brings(layout):
    assert layout.title
    assert layout.kinds


@every_format
@pytest.mark.parametrize(
    "rows",
    [
        [],
        [(1, ())],
        [(1, ("",))],
        [(1, ("\x00", "é" * 500)), (3, ("=1+1",))],
        [(1, tuple(map(str, range(300))))],
    ],
    ids=["nothing", "no-cells", "an-empty-cell", "odd-letters", "many-cells"],
)
def test_a_format_does_not_recognise_what_is_no_ledger(layout, rows):
    assert layout.recognises(rows) == 0


@every_channel
def test_a_channel_refuses_an_address_that_is_not_its_own(channel):
    with pytest.raises(Refusal):
        channel.open_session("pigeon://loft", AllowList(everyone=True))


class Silent:
    """A session that must not be asked for anything."""

    allow_list = AllowList.of("lindenhof.example")

    def hand_over(self, envelope, release):
        raise AssertionError("handed over past the allow-list")

    def close(self):
        """Nothing is open."""


@every_channel
def test_a_channel_reaches_nobody_off_the_allow_list_and_does_not_ask(channel):
    envelope = Envelope(
        message_id="<1@lindenhof.example>",
        sender="books@lindenhof.example",
        recipient="someone@elsewhere.example",
        content=b"Subject: nothing\r\n\r\nnothing\r\n",
    )
    outcome = channel.deliver(envelope, pytest.fail, session=Silent())
    assert (outcome.state, outcome.stage) == (State.WITHHELD, Stage.ALLOW_LIST)
