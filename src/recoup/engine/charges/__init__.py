"""What being late costs the debtor: interest to the minor unit. Start at `interest`."""
