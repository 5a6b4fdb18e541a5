"""The three ways to print a fixed form (Order No. 422, Rules, annexes 2 and 4, clause 6)."""

from enum import StrEnum


class Print(StrEnum):
    """What of a fixed form is printed."""

    FULL = "full"  #: Everything.
    BLANK = "blank"  #: Everything but the data: stock that is printed ahead, or filled by hand.
    OVERPRINT = "overprint"  #: The data alone, exactly where FULL has them: onto stock.
