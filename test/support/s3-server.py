"""A real S3 server for tests: OpenStack Swift with its s3api, from Debian's packages, in one process.

    /usr/bin/python3 s3-server.py DIRECTORY

Its four services (account, container, object, and the proxy that speaks S3) are started by hand and not by
Swift's own programs: those are five processes with a memcached, want to be root and read /etc/swift. All that
is stored is in DIRECTORY. It prints the port of 127.0.0.1 that it listens on, and ends when its standard
input does, so that nothing stays behind of a test that was killed.

Signatures are verified. If-None-Match on PUT is answered with NotImplemented, as some S3 clones do.
"""
import os
import sys

import eventlet

eventlet.monkey_patch()

from swift.common import utils  # noqa: E402

directory = os.path.abspath(sys.argv[1])
os.makedirs(os.path.join(directory, "srv/d1"))
utils.SWIFT_CONF_FILE = os.path.join(directory, "swift.conf")


def write(name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


write("swift.conf", """[swift-hash]
swift_hash_path_suffix = test
swift_hash_path_prefix = test
[storage-policy:0]
name = default
default = yes
""")

from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402


class Memory:
    """In the place of memcached: what Swift wants to remember for a while, it finds again."""

    def __init__(self):
        self.values = {}

    def get(self, key, *_, **__):
        return self.values.get(key)

    def set(self, key, value, *_, **__):
        self.values[key] = value

    def delete(self, key, *_, **__):
        self.values.pop(key, None)

    def incr(self, key, delta=1, *_, **__):
        self.values[key] = self.values.get(key, 0) + delta
        return self.values[key]

    def decr(self, key, delta=1, *_, **__):
        return self.incr(key, -delta)


def serve(listener, app):
    eventlet.spawn(
        eventlet.wsgi.server,
        listener,
        app,
        utils.NullLogger(),
        protocol=SwiftHttpProtocol,
        socket_timeout=60,
        # AWS's clients look for ETag, and not for Etag.
        capitalize_response_headers=False,
    )


for name in ("account", "container", "object"):
    listener = eventlet.listen(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    ring = RingBuilder(4, 1, 1)
    ring.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1})
    ring.rebalance()
    ring.get_ring().save(os.path.join(directory, name + ".ring.gz"))
    conf = write(name + ".conf", f"""[DEFAULT]
devices = {directory}/srv
swift_dir = {directory}
mount_check = false
disable_fallocate = true
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
conn_timeout = 30
node_timeout = 60
container_update_timeout = 60
""")
    serve(listener, loadapp(conf, global_conf={"log_name": name}))

proxy = loadapp(write("proxy.conf", f"""[DEFAULT]
swift_dir = {directory}
[pipeline:main]
pipeline = catch_errors s3api tempauth copy slo dlo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
# A machine that is busy with other tests is no machine that is broken.
conn_timeout = 30
node_timeout = 60
recoverable_node_timeout = 60
error_suppression_limit = 1000000000
"""), global_conf={"log_name": "proxy"})
memory = Memory()


def remembering(env, start_response):
    env["swift.cache"] = memory
    return proxy(env, start_response)


listener = eventlet.listen(("127.0.0.1", 0))
serve(listener, remembering)
print(listener.getsockname()[1], flush=True)
eventlet.tpool.execute(sys.stdin.buffer.read)
