"""The web: Flask, and nothing but Flask around operations."""
