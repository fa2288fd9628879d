"""Refusals a test asks for: the next lines of a SKU or GTIN are refused with a code of its choice."""


class RefusalBook:
    def __init__(self):
        self._rows = {}

    def add(self, key, code, message=None, field=None, times=1):
        self._rows[key] = {"code": code, "message": message, "field": field, "left": times}

    def take(self, *keys):
        """The refusal meant for one of ``keys``, ``None`` when there is none; it is used up by one."""
        for key in keys:
            row = self._rows.get(key)
            if row is None:
                continue
            if row["left"] is not None:
                row["left"] -= 1
                if row["left"] <= 0:
                    del self._rows[key]
            return row
        return None

    def clear(self) -> int:
        count = len(self._rows)
        self._rows.clear()
        return count

    def documents(self) -> dict:
        return {key: dict(row) for key, row in self._rows.items()}
