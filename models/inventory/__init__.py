from . import stock_rule
from . import stock_mapping
from . import stock_figures
from . import stock_kits
from . import stock_publish
from . import config_stock
from . import offer_stock
