"""Start the action server: `python -m actions`."""

import sys
import warnings

from actions.server import serve
from casework.logs import configure_logs
from knowledge_base import KnowledgeBaseError
from settings import SettingsError, load_settings, with_secrets

# rasa-sdk 3.21 serves Rasa 3.6 (docs/adr/0004-versions.md) and would say at every call that it may not.
warnings.filterwarnings("ignore", message="Your versions of rasa and rasa_sdk")

try:
    settings = with_secrets(load_settings())
    configure_logs(settings.log_level)
    serve(settings)
except (SettingsError, KnowledgeBaseError) as error:
    print(f"actions: {error}", file=sys.stderr)
    sys.exit(1)
