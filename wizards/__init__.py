from . import initial_import
from . import initial_import_progress
from . import initial_import_products
from . import resolve
from . import resolve_line
from . import fetch_order
from . import link_accept
from . import link_sheet
