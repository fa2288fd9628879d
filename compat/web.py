"""Addresses of the web client, which changed with Odoo 18."""

from .series import SERIES


def web_address(action_id, record_id=None):
    """Return the path that opens an action, on one record when given."""
    if SERIES < 18:
        record = f"&id={record_id}&view_type=form" if record_id else ""
        return f"/web#action={action_id}{record}"
    return f"/odoo/action-{action_id}" + (f"/{record_id}" if record_id else "")
