"""Readers of the files people bring: bytes become rows and rows set aside."""
