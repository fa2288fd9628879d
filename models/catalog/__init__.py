from . import product_mapping
from . import product_suggestion
