"""Writing different values into many records with one statement."""

from odoo import fields


def update_many(records, values_by_id):
    """Write ``{id: {field: value}}`` with one UPDATE for each set of fields, whatever the number of records.

    Plain stored columns of one model only (no one2many, no translated text); values as ``write`` takes them. Compared
    with ``write`` in a loop this saves a statement per record. A column that changes for none of them is left alone, so
    that what depends on it is not computed anew; the others' stored dependants follow, mail tracking does not.
    """
    groups = {}
    for record_id, values in values_by_id.items():
        if values:
            groups.setdefault(tuple(sorted(values)), []).append(record_id)
    if not groups:
        return
    records.env.flush_all()
    for names, ids in groups.items():
        some = records.browse(ids)
        rows = [values_by_id[record_id] for record_id in ids]
        changed = [name for name in names if any(_differs(one, name, row) for one, row in zip(some, rows, strict=True))]
        if changed:
            _update(some, changed, rows)


def _differs(record, name, row):
    field = record._fields[name]
    return _column_value(field, field.convert_to_write(record[name], record)) != _column_value(field, row[name])


def _update(records, names, rows):
    model_fields = [records._fields[name] for name in names]
    columns = [[_column_value(field, row[field.name]) for row in rows] for field in model_fields]
    casts = ", ".join(["%s::int4[]", *(f"%s::{field.column_type[0]}[]" for field in model_fields)])
    quoted = [f'"{name}"' for name in names]
    sets = ", ".join(f"{name} = data.{name}" for name in quoted)
    # Table and columns come from the registry, never from outside.
    records.env.cr.execute(
        f"""
        UPDATE "{records._table}" AS target
           SET {sets}, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
          FROM unnest({casts}) AS data (id, {", ".join(quoted)})
         WHERE target.id = data.id
        """,
        [records.env.uid, records.ids, *columns],
    )
    records.invalidate_recordset([*names, "write_uid", "write_date"])
    records.modified(names)


def _column_value(field, value):
    if isinstance(field, fields.Boolean):
        return bool(value)
    if value is False or value is None:
        return None
    return value
