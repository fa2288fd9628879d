"""Set-up and runs of a real Odoo for this addon; standard library only, Python 3.10 or later."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - whoever has an older one shall read this, not a syntax error
    sys.exit("The tools need Python 3.10 or later; this is %s." % sys.version.split()[0])  # noqa: UP031
