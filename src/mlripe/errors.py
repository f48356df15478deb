"""Errors that a user can mend."""

from __future__ import annotations

__all__ = ["CatalogError", "UserError"]


class UserError(Exception):
    """A wrong path, option, configuration or catalogue file; the command line ends with exit code 2.

    The message is one sentence that names the thing and the remedy; each room has its own subclass.
    """


class CatalogError(UserError):
    """A file of the catalogue that is not as its shape asks; one line a fault: `file: key: what is wrong`."""
