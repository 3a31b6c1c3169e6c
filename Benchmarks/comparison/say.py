import sys


def say(text):
    """Tells the user what is going on, apart from the table."""
    print(text, file=sys.stderr, flush=True)
