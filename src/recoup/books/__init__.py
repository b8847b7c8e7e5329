"""The books: one ledger, one timeline, one outbox. Each table has one door that writes it."""
