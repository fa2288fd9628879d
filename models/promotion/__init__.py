# Promotions: what is sold for less, from when to when.
