"""Control calls about the seller's performance: which indicators ``/sellers/indicators`` shows."""

from .indicators import DEFAULTS, merged


def get_indicators(control):
    """What the API shows now."""
    return {"indicators": DEFAULTS if control.shop.indicators is None else control.shop.indicators}


def change_indicators(control):
    """``{values, replace}``: see ``indicators.merged``; ``{"values": null}`` goes back to the usual ones."""
    body = control.dict_body()
    for key in body:
        if key not in ("values", "replace"):
            raise ValueError(f"Unknown key {key!r}; known are replace, values.")
    values = body["values"]
    if values is not None and not isinstance(values, dict):
        raise ValueError("values is an object, or null for the usual ones.")
    control.shop.indicators = None if values is None else merged(values, bool(body.get("replace")))
    return get_indicators(control)


ACTIONS = (
    ("GET", "/indicators", get_indicators),
    ("POST", "/indicators", change_indicators),
)
