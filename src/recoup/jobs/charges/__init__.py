"""Charges for late payment: `figures` says what they come to, `night` takes them into the books."""
