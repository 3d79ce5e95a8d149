"""Bodies of every media type as JSON values, and back: what a schema can judge is read by that schema.

charsets and scalars (text) -> fields (what a form's members are) -> forms, multipart, xml_* (one format each)
-> coding (by media type).
"""

from mockserver.contract.bodies.charsets import Unencodable
from mockserver.contract.bodies.coding import Decoded, Encoded, decode_body, encode_body

__all__ = ["Decoded", "Encoded", "Unencodable", "decode_body", "encode_body"]
