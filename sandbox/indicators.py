"""The seller's indicators (contract §10): the shape is a guess, so a test may put anything in its place."""

THRESHOLD_TYPES = ("Minimum", "Maximum")


def indicator(day30, day60, threshold, kind):
    """One indicator in the shape this sandbox shows."""
    return {"value_d30": day30, "value_d60": day60, "threshold": threshold, "threshold_type": kind}


DEFAULTS = {
    "order_acceptation": indicator(99.1, 98.7, 97.5, "Minimum"),
    "product_shipping": indicator(98.2, 98.9, 97.5, "Minimum"),
    "deadline_compliance": indicator(95.1, 96.8, 96.0, "Minimum"),
    "order_claims": indicator(0.6, 0.8, 1.0, "Maximum"),
    "order_refunds": indicator(1.2, 1.4, 3.0, "Maximum"),
}


def merged(values, replace):
    """The document after a change: an object changes the keys it names, anything else (null too) takes the place.

    :param values: ``{name: object, number, text or null}``
    :param replace: True drops what is not named
    """
    found = {} if replace else {name: dict(value) for name, value in DEFAULTS.items()}
    for name, value in values.items():
        known = found.get(name)
        found[name] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
    return found
