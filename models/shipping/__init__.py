from . import carrier
from . import carrier_mapping
from . import config_shipping
from . import shipment
from . import shipment_push
