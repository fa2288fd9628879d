"""Database constraints in the form the running series obeys.

Odoo 19 ignores ``_sql_constraints`` (it only logs a warning, duplicates go in); Odoo 17 and 18 have no
``models.Constraint``. Ran on all three, see the project's notes on series.
"""

from odoo import models


def constraints(*definitions):
    """Return the class attributes that declare SQL constraints.

    :param definitions: tuples ``(name, sql definition, message)``
    :return: a dict for ``vars().update(...)`` in a model's class body

    >>> class Thing(models.Model):
    ...     vars().update(constraints(("code_uniq", "unique(code)", "Codes must differ.")))
    """
    if hasattr(models, "Constraint"):
        return {f"_{name}": models.Constraint(sql, message) for name, sql, message in definitions}
    return {"_sql_constraints": list(definitions)}
