"""Readers of bank statements and payouts: bytes become statements that add up or are held."""
