"""Every Python process begins on another day, where `TEST_CLOCK_SHIFT` says by how many seconds.

Python loads a module of this name by itself from PYTHONPATH, so the processes that tests start are on that day too.
"""

import os
import time

if _shift := float(os.environ.get("TEST_CLOCK_SHIFT", "0")):
    import time_machine

    time_machine.travel(time.time() + _shift, tick=True).start()
