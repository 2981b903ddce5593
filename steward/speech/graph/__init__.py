"""The voice model's graph, rewritten at installation so that it computes faster."""
