"""每周简报: one town's week as a document, as plain text and as plain values."""
