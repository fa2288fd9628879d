"""Many rows, each with values of its own, in one statement."""


def update_rows(records, columns, rows, fixed=""):
    """Write ``rows`` into the table of ``records``, whatever their number in one statement.

    Odoo's own ``write`` takes one statement for each different set of values. What is computed from these columns is
    computed anew.

    :param columns: ``{column: PostgreSQL type}`` in the order of the rows
    :param rows: tuples (id, value, ...)
    :param fixed: SQL of assignments that are the same for all
    """
    rows = list(rows)
    if not rows:
        return
    env = records.env
    env.flush_all()
    names = ", ".join(f"{name} = given.{name}" for name in columns)
    arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
    env.cr.execute(
        f"""
        UPDATE {records._table} target
           SET {names}{", " + fixed if fixed else ""}, write_date = now() AT TIME ZONE 'UTC'
          FROM unnest(%s::int4[], {arrays}) AS given (id, {", ".join(columns)})
         WHERE target.id = given.id
        """,
        [list(column) for column in zip(*rows, strict=True)],
    )
    changed = records.browse([row[0] for row in rows])
    changed.invalidate_recordset(flush=False)
    changed.modified(list(columns))
