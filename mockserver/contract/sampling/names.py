"""Realistic values by the name of a property; the longest known ending of the name decides."""

import re
from functools import lru_cache

_STRINGS: dict[str, tuple[str, ...]] = {
    "name": ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Mary Somerville"),
    "first_name": ("Ada", "Grace", "Alan", "Mary"),
    "given_name": ("Ada", "Grace", "Alan", "Mary"),
    "last_name": ("Lovelace", "Hopper", "Turing", "Somerville"),
    "family_name": ("Lovelace", "Hopper", "Turing", "Somerville"),
    "username": ("ada", "grace", "alan", "mary"),
    "email": ("ada@example.com", "grace@example.org", "alan@example.net", "m@ex.io"),
    "phone": ("+442079460123", "+14155550123", "+33199000123"),
    "phone_number": ("+442079460123", "+14155550123", "+33199000123"),
    "company": ("Analytical Engines Ltd", "Compilers Inc", "Bombe & Co"),
    "street": ("12 St James's Square", "1 Harbour Road", "7 Mill Lane"),
    "address": ("12 St James's Square, London", "1 Harbour Road, Bristol", "7 Mill Lane, York"),
    "city": ("London", "Paris", "Vienna", "Rome"),
    "state": ("open", "active", "closed"),
    "status": ("active", "pending", "done"),
    "zip": ("10115", "75001", "00118"),
    "postal_code": ("10115", "75001", "00118"),
    "country": ("FR", "GB", "DE", "IT"),
    "country_code": ("FR", "GB", "DE", "IT"),
    "currency": ("EUR", "GBP", "USD"),
    "language": ("en", "fr", "de"),
    "locale": ("en-GB", "fr-FR", "de-DE"),
    "timezone": ("Europe/London", "Europe/Paris"),
    "url": ("https://example.com/a", "https://example.org/b", "http://a.co"),
    "uri": ("https://example.com/a", "https://example.org/b", "http://a.co"),
    "title": ("A first example", "Another example", "One more"),
    "description": ("A short description.", "What this is about.", "More to read."),
    "message": ("All went well.", "Please try again.", "Done."),
    "color": ("green", "blue", "red"),
    "version": ("1.0.0", "1.2.3", "2.0"),
    "date": ("2025-01-15", "2024-06-30"),
    "at": ("2025-01-15T09:30:00Z", "2024-06-30T18:05:00Z"),
    "price": ("19.99", "5.00", "120.50"),
    "amount": ("19.99", "5.00", "120.50"),
    "rent": ("39.90", "12.00"),
}

_NUMBERS: dict[str, int | float] = {
    "price": 19.99,
    "amount": 19.99,
    "total": 39.98,
    "rent": 39.9,
    "age": 36,
    "year": 2025,
    "month": 6,
    "day": 15,
    "size": 20,
    "limit": 20,
    "latitude": 51.5,
    "longitude": -0.12,
    "percent": 50,
    "percentage": 50,
    "status": 200,
}

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def number_for(name: str) -> int | float:
    """The plain number for a property of this name."""
    return next((_NUMBERS[ending] for ending in _endings(name) if ending in _NUMBERS), 1)


def strings_for(name: str) -> tuple[str, ...]:
    """Strings for a property of this name, the plain one first; empty if no ending is known."""
    for ending in _endings(name):
        if ending in _STRINGS:
            return _STRINGS[ending]
        if ending == "id":
            stem = "_".join(words(name)[:-1]) or "id"
            return tuple(f"{stem}_{number}" for number in (1, 2, 42, 137))
    return ()


@lru_cache(maxsize=4_096)
def words(name: str) -> list[str]:
    """The words of a name, in lower case; the result must not be changed."""
    return [word.lower() for word in _WORD.findall(name)]


def _endings(name: str) -> list[str]:
    parts = words(name)
    return ["_".join(parts[start:]) for start in range(len(parts))]
