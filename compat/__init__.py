"""Everything that differs between Odoo 17, 18 and 19, and nothing else."""

from . import ir_ui_view
from .access import check_access
from .aggregates import aggregates
from .constraints import constraints
from .cron import forgive_failures, keep_running, report_progress
from .fiscal import link_position_tax, position_taxes, replaced_taxes
from .groups import link_groups, user_groups_field
from .names import (
    is_storable,
    parent_path_options,
    price_included_values,
    sale_line_tax_field,
    sale_line_uom_field,
    storable_product_values,
    storable_sql,
)
from .returns import move_name_values, return_delivery
from .series import odoo_version
from .valuation import delivered_value_sql
from .web import web_address
