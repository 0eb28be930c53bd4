"""The table of the inbox's saved filters. Decides nothing."""

from __future__ import annotations

from typing import Final

from lienlac.interface.inbox import Choice
from lienlac.records.kept.store import Filters, table_of

filter_table = table_of("hotline_filter")
FILTERS: Final = Filters(filter_table, Choice)
