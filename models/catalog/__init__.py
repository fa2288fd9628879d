from . import product_mapping
