from . import analytic
from . import product
from . import res_partner
from . import sale_order
from . import stock_move
from . import sale_line_amounts
from . import sale_order_line
from . import tax_contribution
