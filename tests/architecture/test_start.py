"""What is not loaded when the service starts, because few pages need it."""

import subprocess
import sys

import pytest

# Each is imported inside the function that needs it, with the reason beside it.
LATE = {
    "dateutil",
    "volunteer.activities.jielong.matching",
    "volunteer.activities.jielong.reading",
    "volunteer.activities.jielong.words",
}


@pytest.mark.processes
def test_what_few_pages_need_is_loaded_when_it_is_needed():
    listed = subprocess.run(
        [sys.executable, "-c", "import sys, volunteer; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()

    early = LATE & set(listed)

    assert not early, f"import these where they are used, not when a module loads: {early}"
