"""What a caller may catch. An exception never prints; the command line decides what is shown."""

from __future__ import annotations


class RolequizError(Exception):
    """Something could not be done: what is wrong and where in ``message``, what to do in ``hint``."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message
