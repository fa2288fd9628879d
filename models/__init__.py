from . import queue
from . import connection
from . import order
from . import catalog
from . import finance
from . import monitoring
from . import odoo
