"""Logging in, and who may use which address."""
