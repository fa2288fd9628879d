from . import fee
from . import order_fee
