"""`python -m cli`, the same as `sceneloop`."""

import sys

from cli import main

sys.exit(main())
