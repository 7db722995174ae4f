"""The pure centre: scoring, certainty, explanation, the sitting. Standard library only, no effects."""
