"""The child: `python -P -m jobs WORKSPACE ID`, or `--spare ENCODER` to load first and be told on stdin what to do."""

import sys
from pathlib import Path

from jobs import spare, work

if sys.argv[1] == "--spare":
    sys.exit(spare.wait(sys.argv[2]))
sys.exit(work.do(Path(sys.argv[1]), int(sys.argv[2])))
