"""Decode bodies of all media types to JSON values, and encode values as bodies.

`coding` chooses the format by media type. `forms`, `multipart` and the `xml_*` modules each handle one;
`fields` has what forms and multipart bodies share, `lenient_fields` reads their fields as clients spell them,
`charsets` and `scalars` convert strings.
"""

from mockserver.contract.bodies.charsets import Unencodable
from mockserver.contract.bodies.coding import Decoded, Encoded, decode_body, decode_leniently, encode_body

__all__ = ["Decoded", "Encoded", "Unencodable", "decode_body", "decode_leniently", "encode_body"]
