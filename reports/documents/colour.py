"""An authority's colour, as it can be used for words on white paper."""

READS_WELL = 7.0  # to 1, WCAG 2.2 criterion 1.4.6: what reads so in colour also reads on a black-and-white printer


def on_paper(colour: str) -> str:
    """The colour "#rrggbb", darkened as little as makes words in it read 7 to 1 on white."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    for percent in range(100, -1, -1):
        darker = tuple(channel * percent // 100 for channel in (red, green, blue))
        if contrast_with_white(darker) >= READS_WELL:
            break
    return "#" + "".join(f"{channel:02x}" for channel in darker)


def contrast_with_white(channels: tuple[int, ...]) -> float:
    """From 1 (white) to 21 (black), by WCAG's relative luminance; channels are red, green and blue, 0 to 255."""
    red, green, blue = (_linear(channel / 255) for channel in channels)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
