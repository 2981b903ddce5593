"""写播报、审批: what staff write, hear, send and decide."""
