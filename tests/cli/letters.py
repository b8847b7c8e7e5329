"""The mailbox as a debtor reads it, and small ledgers as a program writes them."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

CUSTOMERS = "account_number,account_name,contact_name,email,country"
INVOICES = "account_number,kind,number,issue_date,due_date,currency,total,open"
PAYMENTS = "id,account_number,document_number,date,currency,amount"


def customer(number, name, country="DE", email=None):
    """A row of the customers."""
    address = f"{name.lower()}@{name.lower()}.example" if email is None else email
    return f"{number},{name},,{address},{country}"


def invoice(account, number, issued, due, total, left=None, currency="EUR"):
    """A row of the invoices; open in full unless said otherwise."""
    return f"{account},invoice,{number},{issued},{due},{currency},{total},{left or total}"


@dataclass(frozen=True)
class Mail:
    """A mail that arrived."""

    sender: str
    to: str
    subject: str
    text: str


class Mailbox:
    """Every mail in the folder, in any order."""

    def __init__(self, folder: Path):
        self.folder = folder

    def mails(self):
        """What has arrived so far."""
        found = []
        for path in sorted(self.folder.glob("*.eml")):
            parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
            found.append(
                Mail(
                    sender=parsed["From"].addresses[0].addr_spec,
                    to=parsed["To"].addresses[0].addr_spec,
                    subject=str(parsed["Subject"]),
                    text=parsed.get_body(preferencelist=("plain",)).get_content(),
                )
            )
        return found

    def recipients(self):
        """Who has received something, once per mail, sorted."""
        return sorted(mail.to.partition("@")[0] for mail in self.mails())
