"""What the interface takes and gives, as pydantic models: one file a subject."""
