"""Tables of plausible values by format, and by the name of a property.

Of a name the longest known ending decides.
"""

import re
from functools import lru_cache

from msgspec import Struct

_PEOPLE = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Mary Somerville")
_FIRST_NAMES = ("Ada", "Grace", "Alan", "Mary")
_LAST_NAMES = ("Lovelace", "Hopper", "Turing", "Somerville")
_EMAILS = ("ada@example.com", "grace@example.org", "alan@example.net", "m@ex.io")
_PHONES = ("+442079460123", "+14155550123", "+33199000123")
_URLS = ("https://example.com/a", "https://example.org/b", "http://a.co")
_IMAGES = ("https://example.com/a.png", "https://example.org/b.png", "http://a.co/c")
_HOSTS = ("example.com", "www.example.org", "a.co")
_ZIPS = ("10115", "75001", "00118")
_COUNTRIES = ("FR", "GB", "DE", "IT")
_CURRENCIES = ("EUR", "GBP", "USD")
_PRICES = ("19.99", "5.00", "120.50")
_DATES = ("2025-01-15", "2024-06-30")
_INSTANTS = ("2025-01-15T09:30:00Z", "2024-06-30T18:05:00Z")
_TIMEZONES = ("Europe/London", "Europe/Paris")
_TOKENS = ("c2VjcmV0LXRva2Vu", "YW5vdGhlci10b2tlbg", "dG9rZW4")
_HASHES = ("9f86d081884c7d659a2feaa0c55ad015", "60303ae22b998861bce3b28f33eec1be", "d4735e3a")

_STRINGS: dict[str, tuple[str, ...]] = {
    # people and companies
    "name": _PEOPLE,
    "full_name": _PEOPLE,
    **dict.fromkeys(("first_name", "given_name"), _FIRST_NAMES),
    **dict.fromkeys(("last_name", "family_name", "surname"), _LAST_NAMES),
    **dict.fromkeys(("username", "user_name", "login", "handle"), ("ada", "grace", "alan", "mary")),
    **dict.fromkeys(("email", "email_address", "mail"), _EMAILS),
    **dict.fromkeys(("phone", "phone_number", "telephone", "mobile", "mobile_number", "fax"), _PHONES),
    **dict.fromkeys(
        ("company", "company_name", "organization", "organisation"),
        ("Analytical Engines Ltd", "Compilers Inc", "Bombe & Co"),
    ),
    "job_title": ("Engineer", "Analyst", "Manager"),
    "department": ("Engineering", "Sales", "Support"),
    # addresses
    **dict.fromkeys(
        ("street", "street_address", "line_1", "address_1"),
        ("12 St James's Square", "1 Harbour Road", "7 Mill Lane"),
    ),
    **dict.fromkeys(("line_2", "address_2"), ("Flat 2", "2nd floor", "Unit 7")),
    "address": ("12 St James's Square, London", "1 Harbour Road, Bristol", "7 Mill Lane, York"),
    **dict.fromkeys(("city", "town"), ("London", "Paris", "Vienna", "Rome")),
    **dict.fromkeys(("region", "province", "county"), ("Kent", "Bavaria", "Tuscany")),
    **dict.fromkeys(("zip", "zip_code", "zipcode", "postal_code", "postcode"), _ZIPS),
    **dict.fromkeys(("country", "country_code"), _COUNTRIES),
    "country_name": ("France", "Germany", "Italy"),
    # money and trade
    **dict.fromkeys(("currency", "currency_code"), _CURRENCIES),
    **dict.fromkeys(("price", "amount", "cost", "total", "subtotal", "balance", "fee", "tax"), _PRICES),
    "rent": ("39.90", "12.00"),
    "sku": ("SKU-1001", "SKU-2040", "AB-12"),
    **dict.fromkeys(("barcode", "ean", "gtin"), ("4006381333931", "9780201379624")),
    "iban": ("DE89370400440532013000", "GB82WEST12345698765432"),
    **dict.fromkeys(("bic", "swift"), ("DEUTDEFF", "NEDSZAJJ")),
    **dict.fromkeys(("last_4", "last_four", "last_four_digits"), ("4242", "1881")),
    "product_name": ("Desk lamp", "Notebook", "Coffee mug"),
    # time
    "date": _DATES,
    **dict.fromkeys(("birthday", "birth_date", "date_of_birth", "dob"), ("1985-12-10", "1990-06-23")),
    **dict.fromkeys(
        ("at", "timestamp", "date_time", "datetime", "created", "updated", "modified"), _INSTANTS
    ),
    **dict.fromkeys(("created_on", "updated_on", "date_created", "date_updated", "date_sent"), _INSTANTS),
    **dict.fromkeys(("start_date", "end_date", "due_date"), _DATES),
    **dict.fromkeys(("timezone", "time_zone"), _TIMEZONES),
    # language and texts
    **dict.fromkeys(("language", "language_code", "lang"), ("en", "fr", "de")),
    "locale": ("en-GB", "fr-FR", "de-DE"),
    "title": ("A first example", "Another example", "One more"),
    **dict.fromkeys(
        ("description", "summary", "bio"), ("A short description.", "What this is about.", "More to read.")
    ),
    "message": ("All went well.", "Please try again.", "Done."),
    **dict.fromkeys(("comment", "note", "notes"), ("Ring the bell twice.", "Thank you!", "Seen.")),
    "tag": ("new", "sale", "blue"),
    # the web
    **dict.fromkeys(("url", "uri", "link", "href", "website", "homepage", "web_address"), _URLS),
    **dict.fromkeys(
        ("avatar", "image", "image_url", "avatar_url", "picture", "photo", "logo", "icon"), _IMAGES
    ),
    **dict.fromkeys(
        ("host", "hostname", "domain", "domain_name"), ("example.com", "www.example.org", "a.co")
    ),
    **dict.fromkeys(("ip", "ip_address", "ipv_4"), ("192.0.2.1", "198.51.100.7", "203.0.113.42")),
    "mac_address": ("00:00:5E:00:53:01", "00:00:5E:00:53:AF"),
    "user_agent": ("Mozilla/5.0", "curl/8.5.0"),
    "slug": ("a-first-example", "another-example", "one-more"),
    **dict.fromkeys(("token", "access_token", "secret", "api_key"), _TOKENS),
    **dict.fromkeys(("hash", "checksum", "sha", "digest", "fingerprint", "etag"), _HASHES),
    **dict.fromkeys(("uuid", "guid"), ("6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04",)),
    # files
    **dict.fromkeys(("filename", "file_name"), ("report.pdf", "photo.jpg", "a.txt")),
    **dict.fromkeys(("mime_type", "content_type", "media_type"), ("application/pdf", "image/jpeg")),
    # states
    "state": ("open", "active", "closed"),
    "status": ("active", "pending", "done"),
    **dict.fromkeys(("color", "colour"), ("green", "blue", "red")),
    "version": ("1.0.0", "1.2.3", "2.0"),
    "gender": ("female", "male"),
}


# For each format, a realistic string first; at least one is short, for a small maxLength.
STRINGS_BY_FORMAT: dict[str, tuple[str, ...]] = {
    "date-time": ("2025-01-15T09:30:00Z",),
    "date": ("2025-01-15",),
    "time": ("09:30:00Z", "18:05:00Z", "23:59:59Z"),
    "duration": ("P1D", "PT15M", "P2W", "P1Y2M"),
    "uuid": ("6f1c2b9e-4d0a-4c57-9a3e-2f8b7d5e1c04",),
    "email": ("ada@example.com", "grace@example.org", "a@b.co"),
    "idn-email": ("ada@example.com", "grace@example.org", "a@b.co"),
    "hostname": ("example.com", "www.example.org", "a.co", "a"),
    "idn-hostname": ("example.com", "www.example.org", "a.co", "a"),
    "ipv4": ("192.0.2.1", "198.51.100.7", "203.0.113.42", "1.1.1.1"),
    "ipv6": ("2001:db8::1", "2001:db8::2:7", "::1"),
    "uri": ("https://example.com/a", "https://example.org/b?c=d", "a:b"),
    "iri": ("https://example.com/a", "https://example.org/b?c=d", "a:b"),
    "uri-reference": ("/a/b", "https://example.com/a", "a"),
    "iri-reference": ("/a/b", "https://example.com/a", "a"),
    "uri-template": ("/users/{id}", "/a"),
    "byte": ("aGVsbG8=", "d29ybGQ=", "YQ=="),
    "binary": ("content", "more content", "c"),
    "password": ("correct-horse", "battery-staple", "p4ss"),
    "regex": ("^[a-z]+$", "^[0-9]{3}$", "a"),
    "json-pointer": ("/a/b", "/items/0", ""),
    "relative-json-pointer": ("0/a", "1/b", "0"),
    "int64": ("1", "42", "137"),  # as a string
    # formats that are not assertions
    "decimal": ("19.99", "5.00", "120.50", "1"),
    "money": ("19.99", "5.00", "120.50", "1"),
    "double": ("19.99", "5.00", "120.50", "1"),
    "float": ("19.99", "5.00", "120.50", "1"),
    "int32": ("1", "42", "137"),
    "unix-time": ("1736933400", "1719770700"),
    "date-time-rfc-2822": ("Wed, 15 Jan 2025 09:30:00 +0000", "Sun, 30 Jun 2024 18:05:00 +0000"),
    "http-date": ("Wed, 15 Jan 2025 09:30:00 GMT", "Sun, 30 Jun 2024 18:05:00 GMT"),
    "phone-number": ("+14155550123", "+442079460123", "+33199000123"),
    "url": ("https://example.com/a", "https://example.org/b?c=d", "http://a.co"),
    "ip": ("192.0.2.1", "198.51.100.7", "203.0.113.42", "1.1.1.1"),
    "currency": ("EUR", "GBP", "USD"),
    "country-code": ("FR", "GB", "DE", "IT"),
    "language": ("en", "fr", "de"),
    "locale": ("en-GB", "fr-FR", "de-DE"),
    "timezone": ("Europe/London", "Europe/Paris"),
    "color": ("#1e90ff", "#2e8b57", "#000"),
    "slug": ("a-first-example", "another-example", "a"),
    "semver": ("1.0.0", "1.2.3"),
    "html": ("<p>A short text.</p>", "<b>Text</b>"),
    "markdown": ("A *short* text.", "*Text*"),
}
FORMAT_ALIASES = {
    **dict.fromkeys(("rfc2822", "rfc-2822", "date-time-rfc2822", "rfc822"), "date-time-rfc-2822"),
    **dict.fromkeys(("phone", "tel", "telephone", "e164"), "phone-number"),
    **dict.fromkeys(("unixtime", "unix-timestamp", "timestamp", "epoch"), "unix-time"),
    **dict.fromkeys(("guid", "uuid4"), "uuid"),
    **dict.fromkeys(("datetime", "date-time-rfc-3339", "iso-date-time", "iso8601"), "date-time"),
    **dict.fromkeys(("base64", "base64url"), "byte"),
    **dict.fromkeys(("currency-code", "iso-currency", "iso-4217"), "currency"),
    **dict.fromkeys(("country", "iso-country", "iso-3166-1"), "country-code"),
    "e-mail": "email",
    "link": "url",
    "colour": "color",
}


class NumberRange(Struct, frozen=True):
    """The plain number for a name, and the range of varied ones."""

    plain: int | float
    low: int
    high: int


_PRICE = NumberRange(19.99, 1, 500)
_INSTANT = NumberRange(1_736_933_400, 1_577_836_800, 1_767_225_600)  # seconds since 1970
_INSTANT_MS = NumberRange(1_736_933_400_000, 1_577_836_800_000, 1_767_225_600_000)
_PERCENT = NumberRange(50, 0, 100)
_COUNT = NumberRange(1, 1, 20)

_NUMBERS: dict[str, NumberRange] = {
    **dict.fromkeys(("price", "amount", "cost", "fee", "tax", "balance"), _PRICE),
    **dict.fromkeys(("total", "subtotal"), NumberRange(39.98, 1, 1_000)),
    "rent": NumberRange(39.9, 1, 500),
    **dict.fromkeys(("quantity", "qty", "count"), _COUNT),
    "rating": NumberRange(4, 1, 5),
    "age": NumberRange(36, 18, 90),
    "year": NumberRange(2025, 2000, 2030),
    "month": NumberRange(6, 1, 12),
    "day": NumberRange(15, 1, 28),
    "hour": NumberRange(9, 0, 23),
    "minute": NumberRange(30, 0, 59),
    **dict.fromkeys(("size", "limit", "page_size", "per_page"), NumberRange(20, 1, 100)),
    **dict.fromkeys(("bytes", "file_size"), NumberRange(2_048, 1, 1_048_576)),
    **dict.fromkeys(("page", "page_number", "page_count", "total_pages"), NumberRange(1, 1, 1)),
    **dict.fromkeys(("width", "height"), NumberRange(640, 16, 4_096)),
    "weight": NumberRange(2.5, 1, 100),
    **dict.fromkeys(("duration", "timeout"), NumberRange(60, 1, 3_600)),
    **dict.fromkeys(("latitude", "lat"), NumberRange(51.5, -90, 90)),
    **dict.fromkeys(("longitude", "lng", "lon"), NumberRange(-0.12, -180, 180)),
    **dict.fromkeys(("percent", "percentage", "discount"), _PERCENT),
    "port": NumberRange(8_080, 1_024, 65_535),
    "status": NumberRange(200, 200, 200),
    **dict.fromkeys(("created", "updated", "modified", "expires", "timestamp", "at", "date"), _INSTANT),
    **dict.fromkeys(("unix_time", "epoch"), _INSTANT),
    **dict.fromkeys(("at_ms", "timestamp_ms", "epoch_ms", "at_millis"), _INSTANT_MS),
}
UNKNOWN = NumberRange(1, 1, 0)  # no range

_INSTANT_FORMATS = frozenset(("unix-time", "unixtime", "unix-timestamp", "timestamp", "epoch"))
_PRICE_FORMATS = frozenset(("decimal", "money", "currency"))

# A capital starts a word, also the last one of several (`HTTPStatus`).
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


@lru_cache(maxsize=4_096)
def numbers_for(name: str, format_: str = "") -> NumberRange:
    """The numbers for a property of this name and format; UNKNOWN if neither is known."""
    if format_ in _INSTANT_FORMATS:
        return _INSTANT
    known = next((_NUMBERS[ending] for ending in _endings(name) if ending in _NUMBERS), UNKNOWN)
    return _PRICE if known is UNKNOWN and format_ in _PRICE_FORMATS else known


@lru_cache(maxsize=4_096)
def strings_for(name: str) -> tuple[str, ...]:
    """Strings for a property of this name, the plain one first; empty if no ending is known."""
    for ending in _endings(name):
        known = _STRINGS.get(ending) or _STRINGS.get(ending.removesuffix("s"))  # the name of an array
        if known is not None:
            return known
        if ending == "id":
            stem = "_".join(words(name)[:-1]) or "id"
            return tuple(f"{stem}_{number}" for number in (1, 2, 42, 137))
    return ()


@lru_cache(maxsize=4_096)
def is_identifier(name: str) -> bool:
    """Whether a property of this name identifies something, so that each value is another one."""
    parts = words(name)
    return bool(parts) and parts[-1] in _IDENTIFIERS


_IDENTIFIERS = frozenset(("id", "ids", "sid", "uuid", "guid", "key", "token", "reference", "sku", "number"))


@lru_cache(maxsize=4_096)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case."""
    return tuple(word.lower() for word in _WORD.findall(name))


def _endings(name: str) -> list[str]:
    parts = words(name)
    return ["_".join(parts[start:]) for start in range(len(parts))]
