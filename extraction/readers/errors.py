"""What a reader raises for a file it cannot read."""


class Rejected(Exception):
    """A file that cannot be read; the message is the reason, for a person to act on."""
