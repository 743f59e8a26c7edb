"""Amounts of money that a customer says again after the shop."""

import re


def with_total_in_words(text: str, total: int) -> str:
    """The text with the word "total" where it says the total of so many paise: "4180 is fine"."""
    rupees, paise = divmod(total, 100)
    digits = ",?".join(str(rupees))
    said = (
        r"(?:\btotal\b(?:\s+(?:amount|is|of|rs))*[\s:=-]*)?(?:₹|\brs\b\.?|\binr\b)?\s*"
        rf"(?<![\d.,/-]){digits}(?:\.{paise:02d}){'?' if not paise else ''}"
        r"(?:\s*(?:/-|rs\b|rupees\b))?(?![\d/-]|[.,]\d)"
    )
    return re.sub(said, " total ", text, flags=re.IGNORECASE)
