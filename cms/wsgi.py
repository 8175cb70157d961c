"""The WSGI application that granian serves: Django's, and in front of it the answers that are known."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils import timezone

from cms.delivery.wsgi import AnsweredFirst

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
application = AnsweredFirst(get_wsgi_application(), clock=timezone.now)
# All that lives as long as the process is made by now, the schema too. Collecting garbage passes over it from
# here on, which would stop requests for a tenth of a second, and forks go on sharing its memory.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
