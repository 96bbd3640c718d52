"""What queries are made of: pieces of text that can be replaced, and the things in FROM."""


class Fragment:
    """A part of a query. `simple`: what may stand in its place and is of the same kind."""

    __slots__ = ("kind", "parts", "simple", "instead")

    def __init__(self, kind, parts, simple=None):
        self.kind, self.parts, self.simple, self.instead = kind, parts, simple, None

    def __str__(self):
        if self.instead is not None:
            return str(self.instead)
        return "".join([part if type(part) is str else str(part) for part in self.parts])


def join(separator, items):
    parts = []
    for item in items:
        if parts:
            parts.append(separator)
        parts.append(item)
    return parts


class Relation:
    """Something in FROM: its alias, the columns that may be named, may its whole row, is its
    row type t1, is its id a key."""

    def __init__(self, alias, columns=("id", "a", "b", "c"), row=True, is_t1=False, key=False):
        self.alias, self.columns, self.row, self.is_t1, self.key = alias, columns, row, is_t1, key
