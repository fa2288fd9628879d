"""Which Odoo series this process runs. Nobody outside ``compat`` asks."""

from odoo import release


def odoo_version():
    """Odoo's version as it calls itself, for people to read."""
    return release.version


SERIES = int(str(release.version_info[0]).replace("saas~", "").split(".")[0])
