"""Set-up and runs of a real Odoo for this addon; standard library only, Python 3.10 or later."""
