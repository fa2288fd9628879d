"""What the goods that left have cost: layers of valuation until Odoo 18, a value on the stock move since."""


def delivered_value_sql(env):
    """An SQL query of ``(sale_line_id, value)``: cost of what left for sale lines, less what came back.

    It has one parameter, ``%(sale_lines)s``: a list of ids. None where stock is not valued.
    """
    if "stock.valuation.layer" in env:
        return """
            SELECT move.sale_line_id, -sum(layer.value) AS value
              FROM stock_valuation_layer layer
              JOIN stock_move move ON move.id = layer.stock_move_id
             WHERE move.sale_line_id = ANY(%(sale_lines)s)
             GROUP BY move.sale_line_id
        """
    fields = env["stock.move"]._fields
    if "value" in fields and fields["value"].store and "is_out" in fields and "is_in" in fields:
        return """
            SELECT move.sale_line_id, sum(CASE WHEN move.is_out THEN move.value
                                               WHEN move.is_in THEN -move.value ELSE 0 END) AS value
              FROM stock_move move
             WHERE move.sale_line_id = ANY(%(sale_lines)s) AND move.state = 'done'
             GROUP BY move.sale_line_id
        """
    return None
