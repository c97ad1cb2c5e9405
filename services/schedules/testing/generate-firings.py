"""
Generates firings.json, the expected firings of cron expressions, without Sluice's or Croner's code: it walks through every minute
in UTC, converts it to local time with Python's zoneinfo, and compares it with the fields. Run it in this folder:

    python3 generate-firings.py > firings.json

A job at fixed times (no * and no step in minute and hour) follows Vixie cron: a local time that occurs twice counts once, at the
first occurrence; one that does not exist fires at the first minute after the gap.
"""

import json
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
DAYS = "SUN MON TUE WED THU FRI SAT".split()

CASES = [
    # Daylight saving time begins: 02:00 becomes 03:00 on 2027-03-28 in Berlin, and on 2027-03-14 in New York.
    ("30 2 * * *", "Europe/Berlin", "2027-03-26T00:00", 5),
    ("30 2 * * *", "America/New_York", "2027-03-12T00:00", 4),
    ("0 3 * * *", "Europe/Berlin", "2027-03-26T12:00", 3),
    ("15,45 2 * * *", "Europe/Berlin", "2027-03-27T12:00", 4),
    ("30 2,14 * * *", "Europe/Berlin", "2027-03-27T12:00", 5),
    ("*/20 * * * *", "Europe/Berlin", "2027-03-28T00:10", 9),
    ("0 * * * *", "Europe/Berlin", "2027-03-27T23:10", 5),
    ("30 1-3/1 * * *", "Europe/Berlin", "2027-03-27T20:00", 4),
    # It ends: 03:00 becomes 02:00 on 2027-10-31 in Berlin, and 02:00 becomes 01:00 on 2027-11-07 in New York.
    ("30 2 * * *", "Europe/Berlin", "2027-10-29T12:00", 4),
    ("30 1 * * *", "America/New_York", "2027-11-05T12:00", 4),
    ("*/20 * * * *", "Europe/Berlin", "2027-10-31T00:10", 12),
    ("0 * * * *", "Europe/Berlin", "2027-10-30T23:10", 6),
    ("0,30 2 * * *", "Europe/Berlin", "2027-10-30T12:00", 5),
    ("0 3 * * *", "Europe/Berlin", "2027-10-29T12:00", 4),
    # Half an hour of daylight saving time, a zone at a quarter of an hour, and a gap at midnight.
    ("15 2 * * *", "Australia/Lord_Howe", "2027-10-01T00:00", 4),
    ("*/15 * * * *", "Australia/Lord_Howe", "2027-04-03T14:00", 9),
    ("0 9 * * MON-FRI", "Asia/Kathmandu", "2027-01-01T00:00", 5),
    ("0 0 * * *", "Africa/Cairo", "2027-04-28T00:00", 4),
    # Leap days and month ends.
    ("0 0 29 2 *", "UTC", "2027-01-01T00:00", 2),
    ("0 12 29 FEB *", "Pacific/Auckland", "2027-01-01T00:00", 1),
    ("0 6 31 * *", "Europe/Berlin", "2027-01-01T00:00", 7),
    ("0 6 30 * *", "UTC", "2027-01-01T00:00", 4),
    ("45 23 L * *", "America/New_York", "2027-12-01T00:00", 6),
    ("0 0 1 1 *", "Asia/Tokyo", "2027-06-01T00:00", 2),
    # Days: either of both suffices; 7 is Sunday.
    ("0 12 13 * FRI", "UTC", "2027-08-01T00:00", 6),
    ("0 12 * * 7", "UTC", "2027-01-01T00:00", 3),
    ("5-15/5 8-17/3 1,15 jan-jun/2 *", "UTC", "2027-01-01T00:00", 14),
    # A zone without daylight saving time, and one far from UTC.
    ("30 2 * * *", "Asia/Kolkata", "2027-03-27T00:00", 3),
    ("0 0 * * SUN", "Pacific/Kiritimati", "2027-01-01T00:00", 3),
]


def numbers(field, least, most, names):
    def number(text):
        return names.index(text.upper()) + least if text.upper() in names else int(text)

    found = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        if span == "*":
            first, last = least, most
        else:
            first, _, last = span.partition("-")
            first = number(first)
            last = number(last) if last else first
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def matcher(expression):
    minute, hour, day, month, weekday = expression.split()
    is_last = day == "L"
    minutes, hours = numbers(minute, 0, 59, []), numbers(hour, 0, 23, [])
    dates = set() if is_last else numbers(day, 1, 31, [])
    months = numbers(month, 1, 12, MONTHS)
    weekdays = {number % 7 for number in numbers(weekday, 0, 7 if weekday != "*" else 6, DAYS)}

    def matches(local):
        if local.minute not in minutes or local.hour not in hours or local.month not in months:
            return False
        on_date = local.day in dates or (is_last and (local + timedelta(days=1)).day == 1)
        on_weekday = local.isoweekday() % 7 in weekdays
        if day != "*" and weekday != "*":
            return on_date or on_weekday
        return on_date and on_weekday

    return matches


def is_fixed(expression):
    minute, hour = expression.split()[:2]
    return not any(mark in field for field in (minute, hour) for mark in "*/")


def firings(expression, zone, start, count):
    matches, fixed = matcher(expression), is_fixed(expression)
    at = datetime.fromisoformat(start).replace(tzinfo=timezone.utc)
    found, before = [], None
    while len(found) < count:
        at += MINUTE
        aware = at.astimezone(ZoneInfo(zone))
        local = aware.replace(tzinfo=None, fold=0)
        does = matches(local)
        if fixed and aware.fold == 1:
            does = False
        if fixed and before is not None and local - before > MINUTE:
            missing = before + MINUTE
            while missing < local and not does:
                does = matches(missing)
                missing += MINUTE
        if does:
            found.append(at.strftime("%Y-%m-%dT%H:%M:00.000Z"))
        before = local
    return found


print("[")
lines = []
for cron, zone, start, count in CASES:
    case = {"cron": cron, "timeZone": zone, "after": f"{start}:00.000Z", "firings": firings(cron, zone, start, count)}
    lines.append("  " + json.dumps(case))
print(",\n".join(lines))
print("]")
