"""What is to be sent about one offer now: from what it should be, what was accepted last, and what a person asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..payloads.read import mapping
from ..payloads.storage import loads
from .offer_memory import changed_since, recall, update_of
from .offer_request import delete_request
from .package_plan import PackageType

Asked = Literal["", "off_sale", "retire", "undo"]


def next_request(
    sku: str,
    request: Mapping[str, Any] | None,
    *,
    sent: str = "",
    before: str = "",
    asked: Asked = "",
    there: bool = True,
    held: bool = False,
) -> tuple[PackageType, dict[str, Any]] | None:
    """The package type and the request that are due, or None when nothing is to be sent.

    :param request: the whole offer as it should be (``upsert_request``), None when it cannot be said
    :param sent: what was accepted last (``remember``), "" when nothing was
    :param before: what had been accepted before that
    :param asked: ``off_sale``: quantity 0; ``retire``: quantity 0, and once that is accepted, deletion; ``undo``: what
        was accepted before the last sending, but not its quantity, which would sell what is gone
    :param there: whether the channel has the offer, as far as is known
    :param held: only the quantity is kept up to date
    """
    if asked in ("off_sale", "retire"):
        return _withdrawn(sku, sent, asked, there)
    if asked == "undo":
        return _undone(sent, before)
    if request is None:
        return None
    if not sent or not there or _is_another(request, loads(sent)):
        return None if held else ("Upsert", dict(request))
    groups = [group for group in changed_since(request, sent) if not held or group == "quantity"]
    return ("Update", update_of(request, groups)) if groups else None


def _withdrawn(sku: str, sent: str, asked: Asked, there: bool) -> tuple[PackageType, dict[str, Any]] | None:
    if not there:
        return None
    if asked == "retire" and sent and loads(sent).get("quantity") == 0:
        return "Delete", delete_request(sku)
    return "Update", {**delete_request(sku), "quantity": 0}


def _undone(sent: str, before: str) -> tuple[PackageType, dict[str, Any]] | None:
    if not sent or not before:
        return None
    request = recall(before)
    groups = [group for group in changed_since(request, sent) if group != "quantity"]
    return ("Update", update_of(request, groups)) if groups else None


def can_undo(sent: str, before: str) -> bool:
    """Whether something other than the quantity was sent last that can be taken back."""
    return _undone(sent, before) is not None


def _is_another(request: Mapping[str, Any], last: Mapping[str, Any]) -> bool:
    """Product and condition of an offer cannot be changed by an Update (contract §4.2)."""
    gtin, known = mapping(request.get("product")).get("gtin"), mapping(last.get("product")).get("gtin")
    if gtin and known and str(gtin) != str(known):
        return True
    return bool(last.get("condition")) and request.get("condition") != last["condition"]
