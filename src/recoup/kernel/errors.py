"""What can go wrong, in two words: a refusal the caller can mend, a fault we must."""

from __future__ import annotations


class Refusal(Exception):
    """Something the caller can mend: a code for programs, a sentence for people.

    The sentence names the thing, the reason and the remedy.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class Fault(Exception):
    """A mistake of ours: the program is in a state it promised never to reach."""
