"""Vectors of law: each operation is one function that answers with our own programs."""
