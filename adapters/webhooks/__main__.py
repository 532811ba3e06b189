"""`python -m adapters.webhooks`: print the description of the messages, as it is kept in docs/asyncapi.json."""

import json
import sys

from .document import described

if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(described(), indent=1)}\n")
