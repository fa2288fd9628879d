"""How a field is added up in groups: the parameter changed its name with Odoo 18."""

from .series import SERIES


def aggregates(how):
    """Parameters of a field that is grouped with ``how`` (avg, max, ...): ``fields.Float(**aggregates("max"))``."""
    return {"aggregator" if SERIES >= 18 else "group_operator": how}
