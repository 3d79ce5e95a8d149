"""The formats of RFC 3339: date, time and date-time, and duration (appendix A); ASCII digits only."""

import re
from calendar import isleap

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"  # section 5.6
)
_DAY = r"[0-9]+D"
_MONTH = rf"[0-9]+M(?:{_DAY})?"
_SECOND = r"[0-9]+S"
_MINUTE = rf"[0-9]+M(?:{_SECOND})?"
_OF_DAY = rf"T(?:[0-9]+H(?:{_MINUTE})?|{_MINUTE}|{_SECOND})"
_OF_CALENDAR = rf"(?:[0-9]+Y(?:{_MONTH})?|{_MONTH}|{_DAY})"
_DURATION = re.compile(rf"P(?:[0-9]+W|{_OF_CALENDAR}(?:{_OF_DAY})?|{_OF_DAY})")


def date_reason(text: str) -> str | None:
    """Why the text is not a full-date; None where it is one."""
    found = _DATE.fullmatch(text)
    if found is None:
        return "expected YYYY-MM-DD"
    year, month, day = map(int, found.groups())
    if not 1 <= month <= 12:
        return f"there is no month {month}"
    days = 30 if month in (4, 6, 9, 11) else 28 + isleap(year) if month == 2 else 31
    if not 1 <= day <= days:
        return f"the month {found[1]}-{found[2]} has {days} days"
    return None


def time_reason(text: str) -> str | None:
    """Why the text is not a full-time, a time of day with an offset from UTC; None where it is one."""
    found = _TIME.fullmatch(text)
    if found is None:
        return "expected hh:mm:ss followed by Z or an offset such as +01:00"
    hour, minute, second = (int(found[group]) for group in (1, 2, 3))
    if hour > 23 or minute > 59 or second > 60:
        return "the latest time of day is 23:59:59, or 60 seconds for a leap second"
    offset = 0
    if found[4] is not None:
        hours, minutes = int(found[5]), int(found[6])
        if hours > 23 or minutes > 59:
            return "the largest offset is 23:59"
        offset = (60 * hours + minutes) * (1 if found[4] == "+" else -1)
    if second == 60 and (60 * hour + minute - offset) % 1440 != 1439:
        return "a leap second can only be 23:59:60 UTC"
    return None


def date_time_reason(text: str) -> str | None:
    """Why the text is not a date-time; None where it is one."""
    date, separator, time = text[:10], text[10:11], text[11:]
    if separator not in ("T", "t"):
        return "expected a date, T and a time, such as 2025-01-15T09:30:00Z"
    return date_reason(date) or time_reason(time)


def duration_reason(text: str) -> str | None:
    """Why the text is not a duration; None where it is one. No unit may be skipped: P1Y2M, not P1Y2D."""
    return None if _DURATION.fullmatch(text) else "expected a value such as P1DT12H, PT15M or P2W"
