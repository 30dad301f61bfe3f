"""The readers of the environment, after `.env` has been read.

Every module of the settings takes `env` from here, so none of them reads a variable before the file is loaded.
"""

from pathlib import Path

from psrt_portal import env as env  # the other modules take it from here

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env.load_file(env.path("ENV_FILE", BASE_DIR / ".env"))
