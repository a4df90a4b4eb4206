"""What a program may send: as narrow as the column that it is kept in."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class OneLine(serializers.CharField):
    """Words without a line's end."""

    def to_internal_value(self, data: Any) -> str:
        return " ".join(str(super().to_internal_value(data)).split())


class Day(serializers.DateField):
    """A day that somebody alive can mean."""

    default_error_messages = {"range": "Choose a day from 2000 to 2100."}

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("range")
        return day
