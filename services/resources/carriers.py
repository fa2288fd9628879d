"""Carriers (contract §2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..payloads.seller import Carrier

if TYPE_CHECKING:
    from ..client import CdiscountClient


class Carriers:
    def __init__(self, client: CdiscountClient):
        self._client = client

    def list(self) -> tuple[Carrier, ...]:
        """All carriers. ``code`` is not unique; a shipment wants the ``label``."""
        return Carrier.parse_all(self._client.get_items("/carriers"))
