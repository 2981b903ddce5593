"""The ledger's statements, one file a subject."""
