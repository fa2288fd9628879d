"""Which Odoo series this process runs. Nobody outside ``compat`` asks."""

from odoo import release

SERIES = int(str(release.version_info[0]).replace("saas~", "").split(".")[0])
