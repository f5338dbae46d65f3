"""The WSGI application that a server runs: Django, behind the pages that are kept."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.core.wsgi import get_wsgi_application

from config.keeping import in_front_of

application = in_front_of(get_wsgi_application())
