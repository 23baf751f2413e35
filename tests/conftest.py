"""What holds for all tests."""

import os
import tempfile

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, max_examples=50, database=None)
settings.load_profile("repeatable")

_KEPT = tempfile.TemporaryDirectory(prefix="chainrule-tests-")  # machine code, for as long as the tests run
os.environ["CHAINRULE_CACHE_DIR"] = _KEPT.name
