"""rolequiz: a career-fit quiz that is exactly fair, fully explained and honest about its limits."""

__version__ = "0.1.0"

__all__ = ["__version__"]
