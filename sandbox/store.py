"""The orders of a shop, kept sorted by what they are asked for.

Orders are read in pages of 100 by ``updatedAt`` while ten thousand of them lie here. So the order of rows is kept up
to date change by change, and the JSON of an order is made once per change, not once per page.
"""

from bisect import bisect_left
from collections import OrderedDict

from .clock import parse_time
from .jsonio import as_object, dumps, objects_of

SORTS = ("updatedAt", "createdAt")
_ANSWERS_KEPT = 32
_LAST = float("inf")


class Entry:
    """One order: its document plus what the marketplace knows and does not show."""

    __slots__ = (
        "_json",
        "created_at",
        "document",
        "hidden_addresses",
        "order_id",
        "serial",
        "shipped_at_max",
        "updated_at",
    )

    def __init__(self, order_id, document, updated_at, serial, hidden_addresses=None):
        self.order_id = order_id
        self.document = document
        self.updated_at = updated_at
        self.serial = serial
        self.hidden_addresses = hidden_addresses
        self._json = None
        self.read_dates()

    def read_dates(self):
        self.created_at = _date(self.document.get("createdAt"), self.updated_at)
        self.shipped_at_max = _date(self.document.get("shippedAtMax"), None)

    @property
    def status(self):
        return self.document.get("status")

    @property
    def channel(self):
        return as_object(self.document.get("salesChannel")).get("id")

    @property
    def lines(self) -> list:
        """The lines that are objects; a document bent by a test may hold anything."""
        return objects_of(self.document.get("lines"))

    def json(self) -> bytes:
        if self._json is None:
            self._json = dumps(self.document)
        return self._json

    def forget_json(self):
        self._json = None

    def key(self, sort):
        return (self.updated_at if sort == "updatedAt" else self.created_at, self.serial)


def _place(index, key) -> int:
    """Where ``key`` (moment, serial) stands; serials are unique, so the entry itself is never compared."""
    return bisect_left(index, key)


def _date(text, default):
    try:
        return parse_time(text) if text else default
    except (ValueError, TypeError):
        return default


class OrderStore:
    """Entries by id, and two sorted indexes. The marketplace's lock is held around every call."""

    def __init__(self):
        self._entries = {}
        self._indexes = {sort: [] for sort in SORTS}
        self._serial = 0
        self._answers = OrderedDict()
        self.version = 0

    def __len__(self):
        return len(self._entries)

    def __iter__(self):
        return iter(self._entries.values())

    def __contains__(self, order_id):
        return order_id in self._entries

    def get(self, order_id):
        return self._entries.get(order_id)

    def _changed(self):
        self.version += 1
        self._answers.clear()

    def add(self, draft) -> Entry:
        return self.add_all([draft])[0]

    def add_all(self, drafts) -> list:
        """Entries of the drafts; many at once are sorted once. Raises ``ValueError`` when an id is taken."""
        for draft in drafts:
            if draft.document["orderId"] in self._entries:
                raise ValueError(f"The order {draft.document['orderId']} exists already.")
        made = []
        for draft in drafts:
            order_id = draft.document["orderId"]
            self._serial += 1
            entry = Entry(order_id, draft.document, draft.updated_at, self._serial, draft.hidden_addresses)
            self._entries[order_id] = entry
            made.append(entry)
        for sort, index in self._indexes.items():
            if len(made) == 1:
                key = made[0].key(sort)
                index.insert(_place(index, key), (*key, made[0]))
            else:
                index.extend((*entry.key(sort), entry) for entry in made)
                index.sort(key=lambda row: row[:2])
        self._changed()
        return made

    def change(self, entry, updated_at=None):
        """To be called after the document of ``entry`` was written; moves it in the indexes when its dates changed."""
        before = {sort: entry.key(sort) for sort in SORTS}
        if updated_at is not None:
            entry.updated_at = updated_at
        entry.read_dates()
        entry.forget_json()
        for sort, index in self._indexes.items():
            after = entry.key(sort)
            if after != before[sort]:
                del index[_place(index, before[sort])]
                index.insert(_place(index, after), (*after, entry))
        self._changed()

    def remember(self, key, make):
        """Answer of ``make()`` for ``key``, kept until any order changes."""
        if key in self._answers:
            self._answers.move_to_end(key)
            return self._answers[key]
        answer = self._answers[key] = make()
        if len(self._answers) > _ANSWERS_KEPT:
            self._answers.popitem(last=False)
        return answer

    def rows(self, sort="updatedAt", minimum=None, maximum=None):
        """Entries ascending by ``sort``, both borders included."""
        index = self._indexes[sort]
        start = 0 if minimum is None else _place(index, (minimum, 0))
        stop = len(index) if maximum is None else _place(index, (maximum, _LAST))
        return [row[2] for row in index[start:stop]]
