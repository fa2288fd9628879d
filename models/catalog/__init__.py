from . import offer_mixin
from . import product_mapping
from . import channel_offer
from . import product_suggestion
from . import preflight_texts
from . import preflight
