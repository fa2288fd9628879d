"""Switches of the sandbox: where sources disagree or are silent, both sides can be played.

``POST /_sandbox/settings`` writes them by name; an unknown name or a value of the wrong type is refused.
"""

from dataclasses import dataclass, field, fields
from decimal import Decimal

from .catalogue_settings import CATALOGUE_CHOICES, CatalogueSettings


@dataclass
class MarketSettings:
    """Switches of the whole marketplace."""

    token_lifetime: float = 7200.0  # seconds, by the sandbox's clock
    token_quota: int = 500  # tokens per account and hour
    token_errors: str = "keycloak"  # keycloak | problem | plain: how the token endpoint words a refusal
    login_errors: str = (
        "keycloak"  # keycloak: wrong login and wrong password look alike in the password grant; distinct
    )
    date_follows_clock: bool = False  # the Date header shows the sandbox's clock instead of the machine's
    strict_clock: bool = False  # no two changes share an updatedAt


@dataclass
class ShopSettings(CatalogueSettings):
    """Switches of one seller's shop; those of its catalogue come first."""

    delegated: bool = True  # False: every call answers 403, delegation missing
    discussions_allowed: bool = True  # False: 403 on discussions only
    channel_required: bool = False  # True: every call without SalesChannelId answers 400
    auto_accept_order: bool = False
    seller_state: str = "Activated"
    seller_sub_state: str = "ActiveSeller"
    strict_carrier: bool = False  # True: a carrierName outside the labels of /carriers is refused
    discussion_count: str = "object"  # object: {"count": n}; bare: n
    message_answer: str = "id"  # id: what was written is named; empty: 201 without a body
    attachment_reply: str = "binary"  # binary: the file itself; json: as base64 in an object
    automatic: bool = False  # orders go on by themselves as the clock passes
    approval_status_code: int = 204
    cancellation_delay: float = 0.0  # seconds until a cancellation request takes effect
    gesture_delay: float = 0.0  # seconds until a commercial gesture is decided
    gesture_verdict: str = "Accepted"  # Accepted | Refused: what it ends as
    invoice_max_bytes: int = 5_000_000  # a larger invoice is refused
    invoice_ubl_allowed: bool = True  # False: only PDF is taken
    invoice_reading: str = "list"  # list | download: what GET on an order's invoice answers
    invoice_import_delay: float = 30.0  # seconds until an import of many invoices is done
    fulfilment_allowed: bool = True  # False: 403 on /stocks and /returns
    return_labels: str = "pdf"  # pdf: the file itself; json: in base64
    fulfilment_references: bool = True  # False: /stocks tells no seller reference, only the product
    finance_paging: str = "index"  # index: pageIndex and pageSize; cursor: a Link header
    finance_filters: bool = True  # False: every filter of the finance family is ignored
    one_parcel_channels: list = field(default_factory=lambda: ["CDISFR"])


CHOICES = {
    **CATALOGUE_CHOICES,
    "token_errors": ("keycloak", "problem", "plain"),
    "login_errors": ("keycloak", "distinct"),
    "discussion_count": ("object", "bare"),
    "message_answer": ("id", "empty"),
    "attachment_reply": ("binary", "json"),
    "seller_state": ("Activated", "Deactivated", "PutOnNotice"),
    "seller_sub_state": ("ActiveSeller", "Holidays", "BannedSeller"),
    "finance_paging": ("index", "cursor"),
    "invoice_reading": ("list", "download"),
    "gesture_verdict": ("Accepted", "Refused"),
    "return_labels": ("pdf", "json"),
    "approval_status_code": (200, 201, 202, 204),
}


def update_settings(targets, values):
    """Write ``values`` into whichever of ``targets`` has the name. Raises ``ValueError`` before anything is written."""
    places = {f.name: target for target in targets for f in fields(target)}
    checked = {}
    for name, value in values.items():
        if name not in places:
            raise ValueError(f"There is no setting {name!r}; known are {', '.join(sorted(places))}.")
        current = getattr(places[name], name)
        if isinstance(current, bool):
            right = isinstance(value, bool)
        elif isinstance(current, (int, float)):
            right = not isinstance(value, bool) and isinstance(value, (int, float, Decimal)) and value >= 0
            value = type(current)(value) if right else value
        elif isinstance(current, list):
            right = isinstance(value, list) and all(isinstance(item, str) for item in value)
        else:
            right = isinstance(value, str)
        if not right:
            raise ValueError(f"{value!r} is not a value for the setting {name!r}.")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(map(str, CHOICES[name]))}, not {value!r}.")
        checked[name] = value
    for name, value in checked.items():
        setattr(places[name], name, value)


def settings_document(*targets) -> dict:
    return {f.name: getattr(target, f.name) for target in targets for f in fields(target)}
