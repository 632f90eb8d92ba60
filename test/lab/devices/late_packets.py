"""A device whose packets come back as they went in, and late: late_packets.py DEVICE."""

import os
import select
import sys
import time

from tun import open_device

LATE_SECONDS = 0.02

device = open_device(sys.argv[1])
waiting = []  # (when it is due, the packet), the earliest first
while True:
    patience = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    if select.select([device], [], [], patience)[0]:
        waiting.append((time.monotonic() + LATE_SECONDS, os.read(device, 65536)))
    while waiting and waiting[0][0] <= time.monotonic():
        os.write(device, waiting.pop(0)[1])
