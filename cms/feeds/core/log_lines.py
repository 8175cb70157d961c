"""What log lines must not tell of the feeds."""

import logging
import re

CALENDAR = re.compile(r"(/calendars/providers/)[^\s]+")


class WithoutCalendarTokens(logging.Filter):
    """Leaves the tokens of calendars out: where the database is away, Django logs the address asked for."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if CALENDAR.search(message):
            record.msg, record.args = CALENDAR.sub(r"\1…", message), ()
        return True
