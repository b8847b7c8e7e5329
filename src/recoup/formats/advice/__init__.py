"""Remittance advice: what a payer says a payment is for, from tables, PDF files and e-mails."""
