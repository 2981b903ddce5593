"""A town office's own pages."""
