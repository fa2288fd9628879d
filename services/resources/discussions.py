"""Discussions: so far only what Test Connection needs (contract §7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..client import CdiscountClient

_FILTERS = {
    "sales_channel_id": "salesChannel",
    "graduation": "graduationCode",
    "process_status": "processStatus",
    "is_open": "isOpen",
}


class Discussions:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def count(self, **filters: Any) -> int:
        """How many discussions match ``sales_channel_id``, ``graduation``, ``process_status``, ``is_open``.

        :raises TypeError: for a filter that does not exist (the marketplace would silently ignore it, contract §12
        no. 9)
        """
        unknown = set(filters) - set(_FILTERS)
        if unknown:
            raise TypeError(f"unknown filter: {', '.join(sorted(unknown))}")
        filters.setdefault("sales_channel_id", self._client.sales_channel_id)
        params = {
            _FILTERS[name]: str(value).lower() if isinstance(value, bool) else value
            for name, value in filters.items()
            if value is not None
        }
        return self._client.get_count("/discussions/count", params)
