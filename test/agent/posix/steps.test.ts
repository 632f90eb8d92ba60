/** What agent/posix.sh measures: UDP on the loopback, ping and interfaces as Linux and macOS have them. */
import { createSocket, type Socket } from "node:dgram";
import { expect, onTestFinished, test } from "vitest";
import { scriptWords } from "../../../agent/words/posix.ts";
import { type Measurement, UdpMeasurement } from "../../../shared/schema/measurement.ts";
import { CODE, startAgentService } from "../../support/agent-service.ts";
import { COMMON_PROGRAMS, runShellAgent, UDP_PROGRAMS } from "../../support/shell-agent.ts";

const GATEWAY = "127.78.1.1";
/** An IKE_SA_INIT request of so many bytes behind four zero bytes, RFC 7296 §3.1 and RFC 3948 §2.2. */
function ikeRequest(ikeBytes: number): Buffer {
  const datagram = Buffer.alloc(4 + ikeBytes);
  for (let at = 28; at < ikeBytes; at++) datagram[4 + at] = (at * 7) % 256;
  datagram.set([0x20, 34, 0x08], 4 + 17);
  datagram.writeUInt32BE(ikeBytes, 4 + 24);
  return datagram;
}
const udp = (change: object = {}) => ({
  id: "s",
  kind: "udp",
  atMs: 0,
  target: GATEWAY,
  family: null,
  port: 4500,
  purpose: "baseline",
  datagram: ikeRequest(300).toString("base64"),
  dontFragment: false,
  userMtu: null,
  tries: 2,
  waitMs: 300,
  ...change,
});
const echo = (change: object = {}) => ({
  id: "s",
  kind: "echo",
  atMs: 0,
  target: GATEWAY,
  family: 4,
  pingPayloadBytes: 1_372,
  dontFragment: true,
  tries: 1,
  waitMs: 500,
  ...change,
});

/** Runs one round of these steps, and gives what came of each. */
async function measure(
  steps: object[],
  options: Partial<Parameters<typeof runShellAgent>[0]> & { gateway?: string } = {},
): Promise<Measurement[]> {
  const { gateway = GATEWAY, ...more } = options;
  const facts = {
    operator: "",
    gateway,
    language: "en",
    expiresAt: "",
    ask: [],
    agentWords: scriptWords("en"),
  };
  const started = { runId: "r", runToken: "t", gateway, round: { number: 1, steps } };
  const service = await startAgentService({
    [`GET /a/${CODE}.json`]: [{ status: 200, json: facts }],
    "POST /v1/runs": [{ status: 201, json: started }],
    "POST /v1/runs/r/rounds": [
      { status: 200, json: { status: "done", reportId: "IKF-A", problem: false, diagnosis: { text: {} } } },
    ],
  });
  const run = await runShellAgent({ server: service.origin, args: ["--yes"], ...more });
  expect(run.stdout, run.stderr).toBe("IKF-A\n");
  const { body } = service.asked.at(-1) as { body: { measurements: Measurement[] } };
  return body.measurements;
}

/** A gateway on port 4500 that does this with each datagram. */
async function gateway(answer: (bytes: Buffer, reply: (bytes: Buffer) => void, count: number) => void) {
  const heard: { bytes: Buffer; port: number }[] = [];
  const socket: Socket = createSocket("udp4");
  socket.on("message", (bytes, { address, port }) => {
    heard.push({ bytes, port });
    answer(bytes, (reply) => socket.send(reply, port, address), heard.length);
  });
  await new Promise<void>((listening) => socket.bind(4500, GATEWAY, listening));
  onTestFinished(() => void socket.close());
  return heard;
}

const withUdp = (by: "perl" | "bash") => ({
  programs: [...COMMON_PROGRAMS, "curl", "ping", ...UDP_PROGRAMS[by]],
  shell: by === "bash" ? "bash" : "dash",
});

test.each(["perl", "bash"] as const)(
  "%s sends the bytes, and brings back answers of every length",
  async (by) => {
    const lengths = [1, 2, 3, 61, 62, 63, 1_400, 8_999, 9_000, 9_500];
    const sent = lengths.map((_, at) => ikeRequest(100 + at));
    const replies = lengths.map((bytes) =>
      Buffer.from(Uint8Array.from({ length: bytes }, (_, at) => (at * 31) % 256)),
    );
    await gateway((bytes, reply) => {
      const at = sent.findIndex((each) => each.equals(bytes));
      const wanted = replies[at];
      if (wanted) reply(wanted);
    });
    const steps = sent.map((bytes, at) =>
      udp({ id: `s${at}`, datagram: bytes.toString("base64"), tries: 3, waitMs: 2_000 }),
    );
    const measurements = (await measure(steps, withUdp(by))).map((m) => UdpMeasurement.parse(m));
    for (const [at, { step, outcome }] of measurements.entries()) {
      expect(step).toEqual(steps[at]);
      expect(outcome).toMatchObject({ status: "answered", address: GATEWAY, dontFragment: null });
      const [first] = outcome.status === "answered" ? outcome.answers : [];
      expect(first?.datagram).toBe(replies[at]?.subarray(0, 9_000).toString("base64"));
    }
  },
);

test.each(["perl", "bash"] as const)("%s tries again, and keeps every answer to a try", async (by) => {
  const heard = await gateway((bytes, reply, count) => {
    if (count < 2) return;
    reply(bytes);
    reply(bytes);
  });
  const [measured] = await measure([udp({ tries: 3 })], withUdp(by));
  expect(heard.map(({ bytes }) => bytes.equals(ikeRequest(300)))).toEqual([true, true]);
  expect(measured?.sentAtMs).toHaveLength(2);
  const { outcome } = UdpMeasurement.parse(measured);
  expect(outcome.status === "answered" && outcome.answers.map(({ datagram }) => datagram)).toEqual([
    ikeRequest(300).toString("base64"),
    ikeRequest(300).toString("base64"),
  ]);
});

test.each(["perl", "bash"] as const)("silence and a closed port are told apart by %s", async (by) => {
  const heard = await gateway(() => {});
  const [silent] = await measure([udp({ tries: 3, waitMs: 200 })], withUdp(by));
  expect(silent?.outcome).toMatchObject({ status: "failed", failure: "timeout", address: GATEWAY });
  expect(heard).toHaveLength(3);
  const [closed] = await measure([udp({ target: "127.78.1.2" })], { ...withUdp(by), gateway: "127.78.1.2" });
  expect(closed?.outcome).toMatchObject({ status: "failed", failure: "unreachable", address: "127.78.1.2" });
  expect(closed?.sentAtMs).toHaveLength(1);
});

test.each(["perl", "bash"] as const)(
  "%s sends no more than a run may, and keeps the distance",
  async (by) => {
    const heard = await gateway(() => {});
    const large = ikeRequest(8_000).toString("base64");
    const steps = Array.from({ length: 20 }, (_, at) =>
      udp({ id: `s${at}`, tries: 1, waitMs: 100, datagram: large }),
    );
    const measurements = await measure(steps, withUdp(by));
    // 131,072 bytes are 16 datagrams of 8,004.
    expect(heard).toHaveLength(16);
    expect(measurements.filter(({ outcome }) => outcome.status === "not-run")).toHaveLength(4);
    const sent = measurements.flatMap(({ sentAtMs }) => sentAtMs).sort((a, b) => a - b);
    // The clock counts in steps of 10 ms.
    for (const [at, ms] of sent.slice(1).entries()) expect(ms - (sent[at] ?? 0)).toBeGreaterThanOrEqual(90);
  },
);

test("what a shell cannot do is not run, and says why", async () => {
  const more = { id: "s", atMs: 0 };
  const steps = [
    udp({ userMtu: 1_280 }),
    { ...more, kind: "vpn-profiles" },
    { ...more, kind: "capture", target: GATEWAY, seconds: 1, maxBytes: 1_000 },
    { ...more, kind: "apply", interfaceIndex: 1, family: 4, interfaceMtu: 1_400 },
  ];
  for (const { outcome } of await measure(steps)) expect(outcome).toMatchObject({ status: "not-run" });
  const without = { programs: [...COMMON_PROGRAMS, "curl"], shell: "dash" };
  const programs = without.programs.filter((each) => each !== "bash");
  for (const { outcome } of await measure([udp(), echo()], { ...without, programs }))
    expect(outcome).toMatchObject({ status: "not-run", why: expect.stringContaining("here") });
});

const IPUTILS = 'case $1 in -V) echo "ping from iputils 20221126"; exit ;; esac';
test.each([
  {
    name: "an answer",
    says: `1380 bytes from ${GATEWAY}: icmp_seq=1 ttl=57 time=12.3 ms`,
    want: { status: "answered", address: GATEWAY, roundTripMs: 12.3, replyPingPayloadBytes: 1_372 },
  },
  {
    name: "its own refusal",
    says: "ping: local error: message too long, mtu=1400",
    want: { status: "failed", failure: "too-big-locally", nextHopMtu: 1_400, router: null },
  },
  {
    name: "a router's refusal",
    says: "From 192.0.2.1 icmp_seq=1 Frag needed and DF set (mtu = 1392)",
    want: { status: "failed", failure: "too-big-remotely", nextHopMtu: 1_392, router: "192.0.2.1" },
  },
  {
    name: "an MTU of 0",
    says: "From 192.0.2.1 icmp_seq=1 Frag needed and DF set (mtu = 0)",
    want: { status: "failed", failure: "too-big-remotely", nextHopMtu: null },
  },
  {
    name: "no route",
    says: "From 192.0.2.1 icmp_seq=1 Destination Host Unreachable",
    want: { status: "failed", failure: "unreachable", router: "192.0.2.1" },
  },
  {
    name: "nothing",
    says: "1 packets transmitted, 0 received",
    want: { status: "failed", failure: "timeout" },
  },
  {
    name: "no permission",
    says: 'ping: socket: Operation not permitted "quoted" \\\\ back',
    want: { status: "failed", failure: "refused-by-system" },
  },
])("iputils's ping says $name", async ({ says, want }) => {
  const standIns = { ping: `${IPUTILS}\ncat <<'EOF'\n${says}\nEOF` };
  const [measured] = await measure([echo()], { standIns });
  expect(measured?.outcome).toMatchObject(want);
});

const MACOS = {
  uname: "case $1 in -r) echo 24.6.0 ;; *) echo Darwin ;; esac",
  sw_vers: "echo 15.6",
  ifconfig: `cat <<'EOF'
lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384 index 1
	inet 127.0.0.1 netmask 0xff000000
	inet6 fe80::1%lo0 prefixlen 64 scopeid 0x1
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
	ether 00:00:5e:00:53:01
	inet6 fe80::200:5eff:fe00:5301%en0 prefixlen 64 secured scopeid 0xb
	inet 192.0.2.10 netmask 0xffffff00 broadcast 192.0.2.255
	status: active
en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500 index 12
	status: inactive
stf0: flags=0<> mtu 1280
utun3: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1400 index 20
	inet 198.51.100.7 --> 198.51.100.7 netmask 0xffffffff
EOF`,
  route: `cat <<'EOF'
   route to: ${GATEWAY}
destination: default
    gateway: 192.0.2.1
  interface: en0
      flags: <UP,GATEWAY,DONE,STATIC,PRCLONING>
EOF`,
};

test("macOS's ifconfig and route are read", async () => {
  const steps = [{ id: "i", kind: "interfaces", atMs: 0, gateway: GATEWAY }];
  const [measured] = await measure(steps, { standIns: MACOS });
  const facts = { description: null, addresses: expect.anything() };
  expect(measured?.outcome).toMatchObject({
    status: "measured",
    interfaces: [
      { ...facts, index: 1, name: "lo0", mtuV4: 16_384, mtuV6: 16_384, connected: true },
      { ...facts, index: 11, name: "en0", mtuV4: 1_500, connected: true },
      { ...facts, index: 12, name: "en5", mtuV4: 1_500, connected: false },
      { ...facts, index: 20, name: "utun3", mtuV4: 1_400, connected: true },
    ],
    route: { address: GATEWAY, interfaceIndex: 11, sourceAddress: "192.0.2.10" },
  });
});

test.each([
  { dontFragment: true, asks: `-n -c 1 -s 1372 -W 500 -D ${GATEWAY}` },
  { dontFragment: false, asks: `-n -c 1 -s 1372 -W 500 ${GATEWAY}` },
])("macOS's ping is asked with its own options: DF $dontFragment", async ({ dontFragment, asks }) => {
  // It answers only if it was asked so.
  const ping = `[ "$*" = '${asks}' ] && echo '1380 bytes from ${GATEWAY}: icmp_seq=0 ttl=57 time=12.345 ms'`;
  const [measured] = await measure([echo({ dontFragment })], { standIns: { ...MACOS, ping } });
  expect(measured?.outcome).toMatchObject({
    status: "answered",
    roundTripMs: 12.345,
    replyPingPayloadBytes: 1_372,
  });
});

test.each([
  { says: "ping: sendto: Message too long", want: { failure: "too-big-locally", nextHopMtu: null } },
  {
    says: "36 bytes from 192.0.2.1: frag needed and DF set (MTU 1400)",
    want: { failure: "too-big-remotely", nextHopMtu: 1_400, router: "192.0.2.1" },
  },
  { says: "Request timeout for icmp_seq 0", want: { failure: "timeout" } },
])("macOS's ping says $says", async ({ says, want }) => {
  const standIns = { ...MACOS, ping: `echo '${says}'` };
  const [measured] = await measure([echo()], { standIns });
  expect(measured?.outcome).toMatchObject({ status: "failed", ...want });
});

test("a ping that cannot forbid fragmentation is not asked to", async () => {
  const ping = `case $1 in -V) echo 'BusyBox v1.36' >&2; exit 1 ;; esac; echo '72 bytes from ${GATEWAY}: seq=0 ttl=64 time=0.045 ms'`;
  const steps = [echo(), echo({ dontFragment: false, pingPayloadBytes: 64 }), echo({ dontFragment: false })];
  const outcomes = (await measure(steps, { standIns: { ping } })).map(({ outcome }) => outcome.status);
  expect(outcomes).toEqual(["not-run", "answered", "not-run"]);
});

test("a name that has no address is unresolved", async () => {
  const gateway = "no-such-name.invalid";
  const steps = [
    udp({ target: gateway }),
    echo({ target: gateway }),
    { id: "i", kind: "interfaces", atMs: 0, gateway },
  ];
  const measurements = await measure(steps, { gateway });
  expect(measurements.map(({ outcome }) => outcome)).toMatchObject([
    { status: "failed", failure: "unresolved" },
    { status: "failed", failure: "unresolved" },
    { status: "measured", gatewayAddresses: [], route: null },
  ]);
});
