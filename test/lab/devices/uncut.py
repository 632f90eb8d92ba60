"""IPv4 to IPv6 without cutting what grows too large (RFC 7915, in this direction alone).

uncut.py DEVICE CLIENT_V6 PREFIX

A fragment grows by 28 bytes, a whole packet by 20; whether that fits is for the link after it to say.
"""

import ipaddress
import os
import struct
import sys

from tun import open_device

ICMP, UDP, FRAGMENT, ICMPV6 = 1, 17, 44, 58
ECHO = {8: 128, 0: 129}  # requests and replies


def ones_sum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def inverted(total):
    return ~total & 0xFFFF


def translate(packet, client, prefix):
    header = (packet[0] & 15) * 4
    length, identification, position, lifetime, protocol = struct.unpack("!2xHHHBB", packet[:10])
    addresses, payload = packet[12:20], bytearray(packet[header:length])
    more, offset = position & 0x2000, (position & 0x1FFF) * 8
    source, destination = client, prefix[:12] + addresses[4:]
    if protocol == UDP and offset == 0:
        (old,) = struct.unpack("!H", payload[6:8])
        parts = [old ^ 0xFFFF, inverted(ones_sum(addresses)), ones_sum(source + destination)]
        payload[6:8] = struct.pack("!H", inverted(ones_sum(struct.pack("!3H", *parts))) or 0xFFFF)
    if protocol == ICMP:
        if more or offset or payload[0] not in ECHO:
            return None  # its checksum takes in a length that no piece knows
        protocol, payload[0], payload[2:4] = ICMPV6, ECHO[payload[0]], b"\0\0"
        pseudo = source + destination + struct.pack("!II", len(payload), ICMPV6)
        payload[2:4] = struct.pack("!H", inverted(ones_sum(pseudo + bytes(payload))))
    if more or offset:
        payload[:0] = struct.pack("!BBHI", protocol, 0, offset | bool(more), identification)
        protocol = FRAGMENT
    return struct.pack("!IHBB", 6 << 28, len(payload), protocol, lifetime - 1) + source + destination + payload


client, prefix = (ipaddress.ip_address(text).packed for text in sys.argv[2:4])
device = open_device(sys.argv[1])
while True:
    packet = os.read(device, 65536)
    translated = translate(packet, client, prefix) if packet[0] >> 4 == 4 else None
    if translated:
        os.write(device, translated)
