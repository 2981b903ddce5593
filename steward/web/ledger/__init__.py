"""The ledger's pages: lists with filters, a hazard with its life, an enterprise with its record."""
