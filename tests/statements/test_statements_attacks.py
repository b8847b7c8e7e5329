"""XML from strangers is refused in bounded time, with the place named."""

from __future__ import annotations

import time

import pytest

from recoup.kernel.errors import Refusal
from tests.statements.made import CAMT, camt, camt_statement, entry, read

GOOD = camt(camt_statement([entry()], closing="100.00"))
BODY = GOOD.split("?>", 1)[1]
BOMB = "<!DOCTYPE x [<!ENTITY a0 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY a{number} '{f'&a{number - 1};' * 10}'>" for number in range(1, 10)
)
SECONDS_MAX = 5.0


def inside(what: str) -> str:
    return GOOD.replace("<Acct>", f"{what}<Acct>")


ATTACKS = {
    "a document type": (f"<!DOCTYPE Document>{BODY}", "xml-doctype"),
    "a bomb of entities": (f"{BOMB}]>{BODY.replace('ST-7', '&a9;')}", "xml-doctype"),
    "an external entity": (
        f"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/hosts'>]>{BODY.replace('ST-7', '&x;')}",
        "xml-doctype",
    ),
    "an entity from the network": (
        f"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>{BODY}",
        "xml-doctype",
    ),
    "an entity nobody declared": (GOOD.replace("ST-7", "&x;"), "xml-broken"),
    "elements without end inside each other": (inside("<a>" * 100_000), "xml-too-deep"),
    "elements without end beside each other": (inside("<a/>" * 150_000), "xml-too-many"),
    "a name without end": (inside("<" + "a" * 3_000_000), "xml-token-too-long"),
    "an attribute without end": (inside(f'<a b="{"x" * 3_000_000}"/>'), "xml-token-too-long"),
    "a comment without end": (inside(f"<!--{'x' * 3_000_000}"), "xml-token-too-long"),
    "a text without end": (GOOD.replace("ST-7", "x" * 3_000_000), "xml-text-too-long"),
    "an instruction": (inside("<?php echo 1 ?>"), "xml-instruction"),
    "another file included": (
        inside('<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="x"/>'),
        "xml-include",
    ),
    "UTF-7": (GOOD.replace("UTF-8", "UTF-7"), "xml-encoding"),
    "an encoding that the bytes belie": (
        GOOD.replace("UTF-8", "ISO-8859-1").replace("ST-7", "Größe"),
        "xml-encoding",
    ),
    "bytes that are not the declared UTF-8": (
        GOOD.replace("ST-7", "Größe").encode("latin-1"),
        "xml-broken",
    ),
    "UTF-16": (GOOD.encode("utf-16"), "layout-unknown"),
    "UTF-32": (GOOD.encode("utf-32"), "layout-unknown"),
    "two documents": (GOOD + GOOD, "xml-broken"),
    "a NUL": (GOOD.replace("ST-7", "a\0b"), "xml-broken"),
    "a prefix that is not declared": (inside("<x:Ntry/>"), "xml-broken"),
    "no namespace": (GOOD.replace(f' xmlns="{CAMT}.053.001.08"', ""), "layout-unknown"),
    "another message": (GOOD.replace("camt.053.001.08", "pain.001.001.03"), "layout-unknown"),
    "OFX with a document type": (f"<!DOCTYPE x []>{'<OFX></OFX>'}", "xml-doctype"),
    "OFX with an entity": ("<OFX><STMTRS><CURDEF>&lol;</STMTRS></OFX>", "xml-doctype"),
}


@pytest.mark.parametrize("attack", list(ATTACKS))
def test_an_attack_is_refused_in_bounded_time(attack):
    content, code = ATTACKS[attack]
    started = time.process_time()
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")
    assert time.process_time() - started < SECONDS_MAX


ENDLESS = {
    "MT940 with a field without end": (":20:R\n:25:1\n:86:x\n" + "x\n" * 100_000, "field-too-long"),
    "BAI2 with a record without end": (
        "01,1,2,260302,0200,1,,,2/\n03,1,USD,\n" + "88,1\n" * 100_000,
        "record-too-long",
    ),
    "OFX without end": ("<OFX>" * 100_000, "structure-broken"),
}


@pytest.mark.parametrize("name", list(ENDLESS))
def test_what_has_no_end_is_refused_before_it_costs_much(name):
    content, code = ENDLESS[name]
    started = time.process_time()
    with pytest.raises(Refusal) as refused:
        read(content)
    assert refused.value.code == code
    assert time.process_time() - started < SECONDS_MAX


def test_details_without_end_hold_their_line():
    content = ":20:R\n:25:1\n:60F:C260301EUR0,\n:61:260302C1,NTRF\n" + ":86:words\n" * 20_000
    started = time.process_time()
    assert "details-too-long" in read(content).held["code"].to_list()
    assert time.process_time() - started < SECONDS_MAX


def test_entries_of_another_namespace_are_no_money():
    found = read(inside(f'<x:Ext xmlns:x="urn:other">{entry()}<x:Ntry/></x:Ext>'))
    assert found.lines.height == 1
    assert found.verdict == "posted"


def test_a_message_in_an_envelope_is_read():
    found = read(f'<e:Envelope xmlns:e="urn:e"><e:Head/>{BODY}</e:Envelope>')
    assert found.verdict == "posted"


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "windows-1252", "windows-1250"])
def test_a_declared_encoding_gives_the_right_letters(encoding):
    content = camt(
        camt_statement([entry()], closing="100.00"),
        prolog=f'<?xml version="1.0" encoding="{encoding}"?>',
    ).replace("ST-7", "Größe")
    assert read(content.encode(encoding)).statements["statement_id"].to_list() == ["Größe"]
