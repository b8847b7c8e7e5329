"""What a creditor chooses, within the law: the policy document and its rules for a day."""
