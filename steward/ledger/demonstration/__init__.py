"""The demonstration ledger: three invented years whose figures are the published ones."""
