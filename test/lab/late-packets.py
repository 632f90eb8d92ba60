"""A device whose packets come back as they went in, and late: late-packets.py DEVICE (Linux, root)."""

import fcntl
import os
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
LATE_SECONDS = 0.02

device = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", sys.argv[1].encode(), IFF_TUN | IFF_NO_PI))
print("ready", flush=True)

waiting = []  # (when it is due, the packet), the earliest first
while True:
    patience = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    if select.select([device], [], [], patience)[0]:
        waiting.append((time.monotonic() + LATE_SECONDS, os.read(device, 65536)))
    while waiting and waiting[0][0] <= time.monotonic():
        os.write(device, waiting.pop(0)[1])
