"""The core of Cdiscount Store Management: pure Python, no Odoo.

Imported by the addon as ``odoo.addons.cdiscount_store_management.services`` and by the tests without Odoo as
``services``. Importing this package loads nothing else, so that a rule can be used without loading the HTTP library.
"""
