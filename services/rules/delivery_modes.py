"""Delivery modes of offers and their older codes (contract §2.6)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mode:
    """``label`` is what an order line says, ``legacy`` what ``/sellers/delivery-modes`` may say.

    ``heavy``: for products above 30 kg, and for those only.
    """

    code: str
    label: str
    legacy: str
    heavy: bool = False


MODES = {
    mode.code: mode
    for mode in (
        Mode("NTHD", "NotTrackedHomeDelivery", "STD"),
        Mode("THD", "TrackedHomeDelivery", "TRK"),
        Mode("SHD", "SignedHomeDelivery", "REG"),
        Mode("EHD", "ExpressHomeDelivery", "EXP"),
        Mode("FDHD", "FixedDateHomeDelivery", "LV1", heavy=True),
        Mode("SRHD", "SpecificRoomHomeDelivery", "LV2", heavy=True),
        Mode("WSHD", "WithSetupHomeDelivery", "LV3", heavy=True),
        Mode("ImmediateVendorPickup", "ImmediateVendorPickup", "RIM"),
        Mode("PPMR", "PickupPointMondialRelay", "REL"),
    )
}
TRACKED = "THD"
HEAVY_ABOVE = 30_000
"""Grams. Above it, an offer takes the modes for big parcels only."""
_ALIASES = {name.casefold(): mode.code for mode in MODES.values() for name in (mode.code, mode.label, mode.legacy)}


def offer_code(code: str) -> str:
    """The code an offer takes, from that code, a legacy one (TRK) or a label; "" when nobody knows it."""
    return _ALIASES.get(code.strip().casefold(), "")


def is_legacy(code: str) -> bool:
    """Whether a code must be replaced before it goes into an offer."""
    return code not in MODES and bool(offer_code(code))
