"""What can go wrong: a refusal the caller can mend, a fault we must."""

from __future__ import annotations

from recoup.kernel.errors import Fault, Refusal


def test_a_refusal_has_a_code_for_programs_and_a_sentence_for_people():
    refusal = Refusal("file-empty", "The file has no rows. Export it again.")
    assert (refusal.code, str(refusal)) == ("file-empty", "The file has no rows. Export it again.")


def test_a_fault_is_never_taken_for_a_refusal():
    assert not issubclass(Fault, Refusal)
    assert not issubclass(Refusal, Fault)
