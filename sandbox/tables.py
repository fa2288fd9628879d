"""Word lists written compactly: one entry between two bars."""


def words(text) -> tuple:
    """Entries of ``a|b|c``."""
    return tuple(text.split("|"))


def pairs(text) -> tuple:
    """``(first word, rest)`` of every entry."""
    return tuple(tuple(row.split(" ", 1)) for row in words(text))
