"""Temporary."""


def civility_title(c):
    return c


def is_relay_email(e):
    return False


def name_key(x):
    return str(x)


def normalize_email(e):
    return (e or "").lower() or None


def normalize_phone(p, c=None):
    return p


def normalize_vat(v):
    return (v or "").replace(" ", "") or None
