"""`python -m console.api`: print the description of the interface, as it is kept in docs/openapi.json."""

import json
import sys

from .document import described

if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps(described(), indent=1)}\n")
