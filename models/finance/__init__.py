from . import config_invoices
from . import payment_mapping
from . import settlement
from . import fee
from . import order_fee
