"""Makes vectors.json from the GA4GH File Encryption Standard 1.0 and the strict profile (needs: cryptography)."""
import hashlib
import json
import pathlib

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

SEGMENT = 65536


def stream(seed):
    counter, rest = 0, b""

    def take(count):
        nonlocal counter, rest
        while len(rest) < count:
            rest += hashlib.sha256(seed.encode() + counter.to_bytes(4, "big")).digest()
            counter += 1
        taken, rest = rest[:count], rest[count:]
        return taken

    return take


def plaintext(length):
    return bytes((7 * i + (i >> 8) + (i >> 16)) % 256 for i in range(length))


def private_key(label):
    return hashlib.sha256(("private " + label).encode()).digest()


def public_of(private):
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def data_key(label):
    return hashlib.sha256(("data key " + label).encode()).digest()


def header(seed, recipients, keys, edit_list):
    take = stream(seed)
    writer = take(32)
    payloads = [bytes(8) + key for key in keys]
    if edit_list is not None:
        payloads.append(
            (1).to_bytes(4, "little")
            + len(edit_list).to_bytes(4, "little")
            + b"".join(n.to_bytes(8, "little") for n in edit_list)
        )
    packets = []
    for recipient in recipients:
        secret = X25519PrivateKey.from_private_bytes(writer).exchange(X25519PublicKey.from_public_bytes(recipient))
        shared = hashlib.blake2b(secret + recipient + public_of(writer)).digest()[:32]
        for payload in payloads:
            nonce = take(12)
            sealed = ChaCha20Poly1305(shared).encrypt(nonce, payload, None)
            packet = bytes(4) + public_of(writer) + nonce + sealed
            packets.append((len(packet) + 4).to_bytes(4, "little") + packet)
    return b"crypt4gh" + (1).to_bytes(4, "little") + len(packets).to_bytes(4, "little") + b"".join(packets)


def body(seed, length, parts):
    take, plain, out = stream(seed), plaintext(length), []
    count = (length + SEGMENT - 1) // SEGMENT
    for index in range(count):
        key = [key for first, key in parts if first <= index][-1]
        low = index + (1 << 47 if index == count - 1 else 0)
        nonce = take(6) + low.to_bytes(6, "big")
        out.append(nonce + ChaCha20Poly1305(key).encrypt(nonce, plain[index * SEGMENT : (index + 1) * SEGMENT], None))
    return b"".join(out)


def header_case(name, readers, keys, edit_list=None):
    privates = [private_key(reader) for reader in readers]
    made = header(name, [public_of(p) for p in privates], [data_key(k) for k in keys], edit_list)
    return {
        "name": name,
        "seed": name,
        "readers": [{"private": p.hex(), "public": public_of(p).hex()} for p in privates],
        "dataKeys": [data_key(k).hex() for k in keys],
        **({} if edit_list is None else {"editList": [str(n) for n in edit_list]}),
        "header": made.hex(),
    }


def body_case(name, length, parts):
    keyed = [(first, data_key(label)) for first, label in parts]
    made = body(name, length, keyed)
    return {
        "name": name,
        "seed": name,
        "plaintextBytes": length,
        "plaintextSha256": hashlib.sha256(plaintext(length)).hexdigest(),
        "parts": [{"firstSegment": first, "dataKey": key.hex()} for first, key in keyed],
        "nonces": [made[at : at + 12].hex() for at in range(0, len(made), SEGMENT + 28)],
        "ciphertextBytes": len(made),
        "ciphertextSha256": hashlib.sha256(made).hexdigest(),
    }


C = SEGMENT + 28
THREE = 2 * SEGMENT + 1000
LAST = 2 * C
must_fail = [
    *[
        {"name": f"cut to {n} bytes", "ops": [{"op": "truncate", "to": n}]}
        for n in (
            [0, 1, 11, 12, 13, 12 + 1000, C - 17, C - 16, C - 1, C, C + 1, C + 12, 2 * C - 16, 2 * C - 1, LAST]
            + [LAST + 1, LAST + 12, LAST + 28, LAST + 29, LAST + 1012, LAST + 1027]
        )
    ],
    {"name": "segments 0 and 1 swapped", "ops": [{"op": "swap", "a": 0, "b": 1}]},
    {"name": "segments 1 and 2 swapped", "ops": [{"op": "swap", "a": 1, "b": 2}]},
    {"name": "segment 0 in the place of 1", "ops": [{"op": "copy", "from": 0, "to": 1}]},
    {"name": "segment 0 twice", "ops": [{"op": "insert", "segment": 0, "before": 1}]},
    {"name": "segment 1 lost", "ops": [{"op": "remove", "segment": 1}]},
    {"name": "the final segment twice", "ops": [{"op": "insert", "segment": 2, "before": 3}]},
    {"name": "a segment added by one who has the key", "ops": [{"op": "append", "index": 3, "final": True, "plainBytes": 500}]},
    {"name": "a byte added", "ops": [{"op": "extend", "bytes": "00"}]},
    {"name": "28 bytes added, an empty segment", "ops": [{"op": "append", "index": 3, "final": True, "plainBytes": 0}]},
    {"name": "final bit cleared", "ops": [{"op": "reseal", "segment": 2, "index": 2, "final": False}]},
    {"name": "final bit set too early", "ops": [{"op": "reseal", "segment": 1, "index": 1, "final": True}]},
    {"name": "final bit set at once", "ops": [{"op": "reseal", "segment": 0, "index": 0, "final": True}]},
    {"name": "index too high", "ops": [{"op": "reseal", "segment": 1, "index": 2, "final": False}]},
    {"name": "index too low", "ops": [{"op": "reseal", "segment": 1, "index": 0, "final": False}]},
    {"name": "index off in the highest of its bits", "ops": [{"op": "reseal", "segment": 1, "index": 1 + 2**46, "final": False}]},
    {"name": "a foreign key", "ops": [{"op": "reseal", "segment": 1, "index": 1, "final": False, "key": data_key("foreign").hex()}]},
    {"name": "a foreign key in the final segment", "ops": [{"op": "reseal", "segment": 2, "index": 2, "final": True, "key": data_key("foreign").hex()}]},
    {"name": "associated data", "ops": [{"op": "reseal", "segment": 0, "index": 0, "final": False, "aad": "00"}]},
    {"name": "zeros for segment 1", "ops": [{"op": "zero", "from": C, "to": 2 * C}]},
    {"name": "zeros in the end, as a torn disk leaves them", "ops": [{"op": "zero", "from": LAST, "to": LAST + 1028}]},
    *[
        {"name": f"bit {bit} of byte {at} flipped", "ops": [{"op": "flip", "byte": at, "bit": bit}]}
        for at, bit in [
            (0, 0), (5, 7), (6, 7), (6, 0), (11, 0), (12, 0), (40000, 3), (C - 17, 7), (C - 16, 0), (C - 1, 7),
            (C + 6, 7), (C + 11, 1), (C + 20, 2), (LAST + 6, 7), (LAST + 11, 0), (LAST + 12, 0), (LAST + 1027, 7),
        ]
    ],
]

vectors = {
    "headers": [
        header_case("one-recipient", ["anna"], ["one"]),
        header_case("two-recipients", ["anna", "berit"], ["one"]),
        header_case("three-data-keys", ["anna"], ["one", "two", "three"]),
        header_case("edit-list", ["anna"], ["one"], [10, 100000, 65536, 2**40]),
        header_case("all", ["anna", "berit"], ["one", "two"], [0, 5]),
    ],
    "bodies": [
        body_case("empty", 0, [(0, "one")]),
        body_case("one-byte", 1, [(0, "one")]),
        body_case("a-byte-less-than-a-segment", SEGMENT - 1, [(0, "one")]),
        body_case("one-segment", SEGMENT, [(0, "one")]),
        body_case("a-byte-more-than-a-segment", SEGMENT + 1, [(0, "one")]),
        body_case("three-segments", THREE, [(0, "one")]),
        body_case("one-batch", 16 * SEGMENT, [(0, "one")]),
        body_case("a-byte-more-than-a-batch", 16 * SEGMENT + 1, [(0, "one")]),
        body_case("resumed-twice", 5 * SEGMENT + 17, [(0, "one"), (2, "two"), (4, "three")]),
    ],
    "mustFail": {"body": "three-segments", "cases": must_fail},
}
path = pathlib.Path(__file__).with_name("vectors.json")
path.write_text(json.dumps(vectors, indent=1) + "\n")
