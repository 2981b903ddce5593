"""The interface for programs: /api/v1, by token alone. See README.md."""
