"""Hostnames, IP addresses, email addresses and URIs by their RFCs; patterns are compiled on first use."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOSTNAME = rf"{_LABEL}(?:\.{_LABEL})*"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_QUOTED = r'"(?:[ !#-\[\]-~]|\\[ -~])*"'
_LOCAL = rf"{_ATOM}(?:\.{_ATOM})*|{_QUOTED}"

_PLAIN = r"A-Za-z0-9\-._~!$&'()*+,;="  # unreserved and sub-delims
_ESCAPE = r"%[0-9A-Fa-f]{2}"
_PCHAR = rf"(?:[{_PLAIN}:@]|{_ESCAPE})"
_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*:"
_USER = rf"(?:(?:[{_PLAIN}:]|{_ESCAPE})*@)?"
_LITERAL = rf"\[(?:(?P<ipv6>[0-9A-Fa-f:.]+)|[vV][0-9A-Fa-f]+\.[{_PLAIN}:]+)\]"
_HOST = rf"(?:{_LITERAL}|(?:[{_PLAIN}]|{_ESCAPE})*)"
_AUTHORITY = rf"//{_USER}{_HOST}(?::[0-9]*)?(?:/{_PCHAR}*)*"
_ABSOLUTE = rf"/(?:{_PCHAR}+(?:/{_PCHAR}*)*)?"
_ROOTLESS = rf"{_PCHAR}+(?:/{_PCHAR}*)*"
_NO_SCHEME = (
    rf"(?:[{_PLAIN}@]|{_ESCAPE})+(?:/{_PCHAR}*)*"  # no colon in the first segment: it would end a scheme
)
_TAIL = rf"(?:\?(?:{_PCHAR}|[/?])*)?(?:\#(?:{_PCHAR}|[/?])*)?"
_URI = rf"{_SCHEME}(?:{_AUTHORITY}|{_ABSOLUTE}|{_ROOTLESS}|){_TAIL}"
_RELATIVE = rf"(?:{_AUTHORITY}|{_ABSOLUTE}|{_NO_SCHEME}|){_TAIL}"


def is_hostname(text: str) -> bool:
    """RFC 1123, section 2.1; internationalised names must be in ASCII (A-labels), which is not decoded."""
    return len(text) <= 253 and re.fullmatch(_HOSTNAME, text) is not None


def is_ipv4(text: str) -> bool:
    """RFC 2673, section 3.2: four decimal numbers without leading zeros."""
    try:
        IPv4Address(text)
    except AddressValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    """RFC 4291, section 2.2; without a zone."""
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return "%" not in text


def is_email(text: str) -> bool:
    """The Mailbox of RFC 5321, section 4.1.2."""
    local, at, domain = text.rpartition("@")
    if not at or re.fullmatch(_LOCAL, local) is None:
        return False
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1]
        return is_ipv6(literal[5:]) if literal[:5].lower() == "ipv6:" else is_ipv4(literal)
    return is_hostname(domain)


def is_uri(text: str) -> bool:
    """RFC 3986, section 3: a URI with a scheme."""
    return _matched(_URI, text)


def is_uri_reference(text: str) -> bool:
    """RFC 3986, section 4.1: a URI or a relative reference."""
    return _matched(_URI, text) or _matched(_RELATIVE, text)


def _matched(pattern: str, text: str) -> bool:
    found = re.fullmatch(pattern, text)
    return found is not None and (found["ipv6"] is None or is_ipv6(found["ipv6"]))
