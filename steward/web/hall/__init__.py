"""The hall: its page, its live stream, what its players fetch and report."""
