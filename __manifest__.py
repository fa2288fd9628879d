# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Cdiscount Store Management",
    "summary": "Run a Cdiscount (Octopia) seller's shop from Odoo: orders, stock, catalogue, after-sales",
    "version": "1.0.0",
    "category": "Sales/Sales",
    "author": "Cdiscount Store Management Team",
    "license": "LGPL-3",
    "application": True,
    "depends": ["mail", "account", "sale_management", "sale_stock", "stock_delivery"],
    "external_dependencies": {"python": ["requests", "urllib3", "dateutil"]},
    "data": [
        "security/groups.xml",
    ],
    "assets": {},
    "post_init_hook": "post_init_hook",
}
