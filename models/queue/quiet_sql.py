"""Keeping out of Odoo's log what the runner solves by trying again."""

import contextlib
import logging
import threading

_sql_logger = logging.getLogger("odoo.sql_db")


@contextlib.contextmanager
def quiet_about(errors):
    """Inside, a statement of this thread that fails with one of ``errors`` leaves no "bad query" line.

    Odoo logs a failed statement as an error before anybody can say that it was expected. Two workers that touch the
    same row are, and an administrator who is alarmed by lines that mean nothing overlooks those that do. What cannot be
    solved is logged by the runner itself.

    :param errors: a tuple of exception classes
    """
    thread = threading.get_ident()

    def keep(record):
        expected = record.thread == thread and any(isinstance(argument, errors) for argument in record.args or ())
        return not expected

    _sql_logger.addFilter(keep)
    try:
        yield
    finally:
        _sql_logger.removeFilter(keep)
