"""The portal's settings, read from the environment; `.env.example` explains every variable.

Each module holds the settings of one concern and can be read alone; this package is what Django loads.
``DEPLOYMENT=production`` is the default, so that a forgotten variable leaves the strict settings in force. ``make run``
and ``make test`` say ``development``.
"""

from psrt_portal.settings.accounts import *
from psrt_portal.settings.apps import *
from psrt_portal.settings.base import *
from psrt_portal.settings.celery import *
from psrt_portal.settings.database import *
from psrt_portal.settings.environment import *
from psrt_portal.settings.inbox import *
from psrt_portal.settings.logs import *
from psrt_portal.settings.mail import *
from psrt_portal.settings.metrics import *
from psrt_portal.settings.rules import *
from psrt_portal.settings.security import *
from psrt_portal.settings.services import *
from psrt_portal.settings.static import *
