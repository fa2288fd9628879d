"""Whose licence keys are genuine: the public keys of the publisher, newest first (``tools/licence pair``)."""

PUBLIC_KEYS = ("SXzR36y3mRFEFJHRaVewZUhJUEsMB0Uob0_BGQB89lQ",)
