"""What each ledger counts towards: a question asked once, grouped for the figures, row by row for the records."""
