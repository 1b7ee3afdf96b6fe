"""How sending can fail."""


class Away(Exception):
    """The other side cannot be reached, or is not ready. It will be."""


class Refused(Exception):
    """The other side does not take this, now or later."""
