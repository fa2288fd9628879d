"""Access checks: one method from Odoo 18 on, two before."""


def check_access(records, operation):
    """Raise AccessError unless the user may do ``operation`` (read, write, create, unlink) on ``records``."""
    if hasattr(records, "check_access"):
        records.check_access(operation)
    else:
        records.check_access_rights(operation)
        records.check_access_rule(operation)
