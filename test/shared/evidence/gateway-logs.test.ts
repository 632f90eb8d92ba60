/** A gateway's own log: what it took, what it answered, why it refused, and who of several clients it was. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const cases = fileURLToPath(new URL("../../cases/formats/", import.meta.url));
const fileOf = (path: string): string => readFileSync(`${cases}${path}`, "utf8");
const observed = (text: string) =>
  observe(Evidence.parse({ schema: "ikefrag/evidence/1", texts: [{ name: "gateway.log", text }] }), []);
const attemptsOf = (text: string) => observed(text).initiations;

test("at level 0 charon names who asked and who came up, and no message is made of that", () => {
  const attempts = attemptsOf(fileOf("charon-log/gateway-level-0.txt"));
  expect(attempts).toHaveLength(3);
  expect(attempts.map((i) => [i.view, i.client, i.gateway])).toEqual([
    ["gateway", "192.0.2.2", ""],
    ["gateway", "192.0.2.2", "198.51.100.2"],
    ["gateway", "192.0.2.2", "198.51.100.2"],
  ]);
  expect(attempts.map((i) => i.logged?.namesNoMessages)).toEqual([true, true, true]);
  expect(attempts.map((i) => i.logged?.cameUp?.kind === "text" && i.logged.cameUp.line)).toEqual([
    false,
    3,
    5,
  ]);
  expect(attempts[0]?.exchanges[0]?.requests[0]).toMatchObject({ ikeLength: null, ipBytes: [] });
});

test("at level 2 charon names SPIs, and says of each datagram once how large it is", () => {
  const [attempt, ...others] = attemptsOf(fileOf("charon-log/gateway-level-2.txt"));
  expect(others).toEqual([]);
  expect(attempt).toMatchObject({ initiatorSpi: "ffe13ad2dd331008", view: "gateway" });
  expect(attempt?.exchanges.slice(0, 2).map((e) => [e.exchangeType, e.requests, e.responses])).toMatchObject([
    [34, [{ ikeLength: 1248 }], [{ ikeLength: 517 }]],
    [35, [{ ikeLength: 2136, ikeFragmentTotal: 2 }], [{ ikeLength: 2040, ikeFragmentTotal: 2 }]],
  ]);
});

test("the answer that charon gives again has its size, and the attempt its end", () => {
  const attempts = attemptsOf(fileOf("charon-log/gateway-answer-repeated.txt"));
  const login = attempts[0]?.exchanges[1];
  expect(login?.requests.map((m) => m.ikeLength)).toEqual([2064, 2064, 2064]);
  expect(login?.responses.map((m) => m.ikeLength)).toEqual([1968, 1968, 1968]);
  expect(attempts[0]?.logged).toMatchObject({ cameUp: { kind: "text" } });
  expect(attempts[0]?.logged?.dropped).toBeUndefined();
});

/** How products and loggers print one line of charon. */
const PREFIXES: Readonly<Record<string, (thread: string, time: string) => string>> = {
  "a file without times": (thread) => `${thread} `,
  "a file with days alone": (thread) => `Nov 26 ${thread} `,
  syslog: (thread, time) => `Nov 26 ${time} gw charon: ${thread} `,
  "pfSense's file": (thread, time) => `Nov 26 ${time} fw charon[12345]: ${thread} `,
  "pfSense's page": (thread, time) => `Nov 26 ${time}\tcharon\t12345\t${thread} `,
  "OPNsense's file": (thread, time) =>
    `<30>1 2026-11-26T${time}+01:00 fw.example.com charon 12345 - [meta sequenceId="7"] ${thread} `,
  "OPNsense's page": (thread, time) => `2026-11-26T${time}\tInformational\tcharon\t${thread} `,
  journalctl: (thread, time) => `Nov 26 ${time} vyos charon-systemd[2340]: ${thread} `,
  "journalctl -o short-iso": (thread, time) => `2026-11-26T${time}+0100 gw charon[2340]: ${thread} `,
  "docker compose": (thread) => `ipsec-vpn-server-1  | ${thread} `,
  "Kubernetes's container file": (thread, time) => `2026-11-26T${time}.123456789Z stdout F ${thread} `,
  "kubectl logs --prefix": (thread) => `[pod/vpn-0/strongswan] ${thread} `,
  Sophos: (thread, time) => `2026-11-26 ${time}Z ${thread} `,
};
const ONE = [
  ["06[NET]", "received packet: from 192.0.2.2[500] to 198.51.100.2[500] (1240 bytes)"],
  ["06[ENC]", "parsed IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) ]"],
  ["06[ENC]", "generating IKE_SA_INIT response 0 [ SA KE No N(FRAG_SUP) ]"],
  ["06[NET]", "sending packet: from 198.51.100.2[500] to 192.0.2.2[500] (509 bytes)"],
  ["07[NET]", "received packet: from 192.0.2.2[4500] to 198.51.100.2[4500] (1236 bytes)"],
  ["07[ENC]", "parsed IKE_AUTH request 1 [ EF(1/3) ]"],
  ["07[ENC]", "received fragment #1 of 3, waiting for complete IKE message"],
  ["01[JOB]", "deleting half open IKE_SA with 192.0.2.2 after timeout"],
] as const;
for (const [where, prefix] of Object.entries(PREFIXES)) {
  for (const name of ["", "<con1.example.com{2}|23> "]) {
    test(`${where}${name && ", with names"}: one IKE fragment of three came, and the rest did not`, () => {
      const text = ONE.map(([thread, said], n) => `${prefix(thread, `09:00:${10 + 5 * n}`)}${name}${said}`);
      const [attempt, ...others] = attemptsOf(text.join("\n"));
      expect(others).toEqual([]);
      expect(attempt).toMatchObject({
        client: "192.0.2.2",
        view: "gateway",
        clientOffersIkeFragmentation: true,
        logged: { dropped: { kind: "text", line: 8 } },
      });
      expect(attempt?.exchanges[1]?.requests).toMatchObject([
        { ikeFragmentTotal: 3, missingIkeFragments: [2, 3], ikeLength: 1236 },
      ]);
      if (prefix("", "09:00:10").includes("09:00:10"))
        expect((attempt?.exchanges[1]?.requests[0]?.timeMs ?? 0) % 60_000).toBeCloseTo(
          35_000 + (/123456789/.test(prefix("", "")) ? 123.456789 : 0),
        );
    });
  }
}

test("why charon refuses stands with the attempt, and the first reason counts", () => {
  const [refused] = attemptsOf(fileOf("charon-log/gateway-refuses.txt"));
  expect(refused?.logged?.refused).toMatchObject({ reason: "key-mismatch", ref: { line: 21 } });
  const reasons = {
    "no matching peer config found": "no-connection",
    "no shared key found for 'gw' - 'pc'": "no-key",
    "no trusted RSA public key found for 'CN=pc'": "no-key",
    "EAP method EAP_MSCHAPV2 failed for peer 'user'": "eap",
    "constraint check failed: peer not authenticated by CA 'CN=x'": "constraint",
    "no virtual IP found for %any requested by 'pc'": "address",
  };
  for (const [said, reason] of Object.entries(reasons)) {
    const text = `${ONE.slice(0, 6)
      .map((l) => l.join(" "))
      .join("\n")}\n07[IKE] ${said}\n07[IKE] no alternative config found`;
    expect(attemptsOf(text)[0]?.logged?.refused?.reason, said).toBe(reason);
  }
  const turnedAway =
    "08[NET] ignoring IKE_SA setup from 192.0.2.2, per-IP half-open IKE_SA limit of 5 reached";
  expect(attemptsOf(turnedAway)).toMatchObject([
    { client: "192.0.2.2", logged: { refused: { reason: "load" } } },
  ]);
});

test("a client's log gives no reasons of a gateway", () => {
  const text = [
    "13[IKE] initiating IKE_SA home[2] to 198.51.100.2",
    "13[ENC] generating IKE_SA_INIT request 0 [ SA KE No ]",
    "13[NET] sending packet: from 192.0.2.2[500] to 198.51.100.2[500] (1048 bytes)",
    "09[NET] received packet: from 198.51.100.2[500] to 192.0.2.2[500] (500 bytes)",
    "09[ENC] parsed IKE_SA_INIT response 0 [ SA KE No ]",
    "09[CFG] constraint check failed: identity 'gw' required",
  ];
  expect(attemptsOf(text.join("\n"))).toMatchObject([{ view: "client", client: "192.0.2.2" }]);
  expect(attemptsOf(text.join("\n"))[0]?.logged).toBeUndefined();
});

test("two clients at once, line by line in turn, are two attempts: with names, and without", () => {
  for (const named of [true, false]) {
    const one = (client: string, threads: readonly [string, string], serial: number) =>
      ONE.slice(0, 6).map(([thread, said]) => {
        const own = thread.replace(/^06/, threads[0]).replace(/^07/, threads[1]);
        return `${own} ${named ? `<${serial}> ` : ""}${said.replaceAll("192.0.2.2", client)}`;
      });
    const [a, b] = [one("192.0.2.2", ["06", "07"], 1), one("192.0.2.3", ["08", "09"], 2)];
    const { crowds } = observed(a.flatMap((line, n) => [line, b[n]]).join("\n"));
    const attempts = crowds?.[0]?.attempts ?? [];
    expect(
      attempts.map((i) => [i.client, i.exchanges.map((e) => [e.requests.length, e.responses.length])]),
    ).toEqual([
      [
        "192.0.2.2",
        [
          [1, 1],
          [1, 0],
        ],
      ],
      [
        "192.0.2.3",
        [
          [1, 1],
          [1, 0],
        ],
      ],
    ]);
  }
});

test("libreswan's gateway: a refused proposal, and a login whose answer is given again", () => {
  const { crowds, initiations } = observed(fileOf("pluto-log/gateway-4.txt"));
  expect(crowds).toBeUndefined();
  expect(initiations).toMatchObject([
    {
      view: "gateway",
      client: "192.0.2.2",
      exchanges: [{ responseNotifies: [{ name: "NO_PROPOSAL_CHOSEN" }] }],
      logged: { refused: { reason: "no-proposal" } },
    },
    { view: "gateway", client: "192.0.2.2" },
  ]);
  expect(
    initiations[1]?.exchanges.map((e) => [e.exchangeType, e.requests.length, e.responses.length]),
  ).toEqual([
    [34, 1, 1],
    [35, 3, 3],
  ]);
});

const PLUTO = '"ikev2-cp"[1] 198.51.100.7 #5:';
test("libreswan says why it refuses, and what it drops", () => {
  const opening = `${PLUTO} sent IKE_SA_INIT reply {auth=IKEv2 cipher=AES_CBC_256 group=MODP2048}`;
  const outcomeOf = (said: string) => attemptsOf(`${opening}\n${PLUTO} ${said}`)[0]?.logged;
  expect(outcomeOf("deleting incomplete state after 200 seconds")).toMatchObject({ dropped: { line: 2 } });
  expect(
    outcomeOf("deleting state (STATE_V2_PARENT_R1) aged 200.01s and NOT sending notification"),
  ).toMatchObject({ dropped: { line: 2 } });
  expect(
    outcomeOf("deleting state (STATE_V2_PARENT_R0) aged 0.0001s and NOT sending notification"),
  ).toBeUndefined();
  expect(outcomeOf("authentication failed: no PSK found for '@pc'")?.refused?.reason).toBe("no-key");
  expect(outcomeOf("X509: certificate rejected for this connection")?.refused?.reason).toBe("certificate");
  const unknown =
    "packet from 198.51.100.7:500: IKE_SA_INIT message received on 203.0.113.25:500 but no connection has been authorized with policy RSASIG+IKEV2_ALLOW";
  expect(attemptsOf(unknown)).toMatchObject([
    { client: "198.51.100.7", view: "gateway", logged: { refused: { reason: "no-connection" } } },
  ]);
});

test("libreswan: two clients behind one address keep their own states", () => {
  const one = (n: number) => [
    `"any"[1] 192.0.2.2 #${n}: sent IKE_SA_INIT reply {cipher=AES_GCM_16_256 group=MODP2048}`,
    `"any"[1] 192.0.2.2 #${n}: processing decrypted IKE_AUTH request: SK{IDi,CERT,AUTH}`,
    `"any"[1] 192.0.2.2 #${n}: responder established IKE SA; authenticated peer`,
  ];
  const [a, b] = [one(5), one(6)];
  const attempts = attemptsOf(a.flatMap((line, n) => [line, b[n]]).join("\n"));
  expect(attempts.map((i) => i.exchanges.map((e) => [e.requests.length, e.responses.length]))).toEqual([
    [
      [1, 1],
      [1, 1],
    ],
    [
      [1, 1],
      [1, 1],
    ],
  ]);
});

test("OpenIKED's gateway says who came up and whom it refused", () => {
  const spi = "spi=0x0a1b2c3d4e5f6071:";
  const opening = `${spi} recv IKE_SA_INIT req 0 peer 192.0.2.2:500 local 198.51.100.2:500, 518 bytes, policy 'work'`;
  const refused = attemptsOf(`${opening}\n${spi} ikev2_send_auth_failed: authentication failed for FQDN/pc`);
  expect(refused).toMatchObject([{ view: "gateway", logged: { refused: { reason: "authentication" } } }]);
  const up = attemptsOf(
    `${opening}\n${spi} established peer 192.0.2.2:4500[FQDN/pc] local 198.51.100.2:4500[FQDN/gw]`,
  );
  expect(up).toMatchObject([{ logged: { cameUp: { line: 2 } } }]);
});

/** "ikefrag probe v1", as daemons print its bytes. */
const PROBE_BYTES = "69 6b 65 66 72 61 67 20 70 72 6f 62 65 20 76 31";
const PADDING = " 00".repeat(1_376);

/** How logs name the Vendor ID of an agent's probe, in a request that is refused. */
const PROBES_IN_LOGS: Readonly<Record<string, (bytes: string) => string>> = {
  charon: (bytes) =>
    [
      "11[NET] received packet: from 192.0.2.2[41234] to 198.51.100.2[500] (1444 bytes)",
      "11[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) N(FRAG_SUP) V ]",
      `11[ENC] received unknown vendor ID: ${bytes.replaceAll(" ", ":")}`,
      "11[IKE] 192.0.2.2 is initiating an IKE_SA",
      "11[IKE] received proposals unacceptable",
      "11[ENC] generating IKE_SA_INIT response 0 [ N(NO_PROP) ]",
      "11[NET] sending packet: from 198.51.100.2[500] to 192.0.2.2[41234] (36 bytes)",
    ].join("\n"),
  pluto: (bytes) =>
    [
      `"any"[1] 192.0.2.2 #3: ignoring unknown Vendor ID payload [${bytes.slice(0, 96)}...]`,
      '"any"[1] 192.0.2.2 #3: no local proposal matches remote proposals 1:IKE:ENCR=DES(UNUSED)',
      '"any"[1] 192.0.2.2 #3: responding to IKE_SA_INIT message (ID 0) from 192.0.2.2:45327 with unencrypted notification NO_PROPOSAL_CHOSEN',
    ].join("\n"),
  iked: (bytes) =>
    [
      "spi=0x0a1b2c3d4e5f6071: recv IKE_SA_INIT req 0 peer 192.0.2.2:500 local 198.51.100.2:500, 1444 bytes, policy 'work'",
      `spi=0x0a1b2c3d4e5f6071: ikev2_pld_vendor: vendor ${bytes.replaceAll(" ", "")}`,
      "spi=0x0a1b2c3d4e5f6071: send IKE_SA_INIT res 0 peer 192.0.2.2:500 local 198.51.100.2:500, 36 bytes",
    ].join("\n"),
  FortiOS: (bytes) =>
    [
      "ike 0: comes 192.0.2.2:500->198.51.100.2:500,ifindex=5....",
      "ike 0: IKEv2 exchange=SA_INIT id=0a1b2c3d4e5f6071/0000000000000000 len=1444",
      `ike 0:0a1b2c3d4e5f6071/0000000000000000:7: VID unknown (1392): ${bytes.replaceAll(" ", "").toUpperCase()}`,
      "ike 0::7: sent IKE msg (SA_INIT_RESPONSE): 198.51.100.2:500->192.0.2.2:500, len=36, id=0a1b2c3d4e5f6071/0000000000000000",
    ].join("\n"),
};

for (const [name, textOf] of Object.entries(PROBES_IN_LOGS)) {
  test(`${name}: an agent's probe is known by its Vendor ID, however long it is, and another one is none`, () => {
    for (const bytes of [PROBE_BYTES, PROBE_BYTES + PADDING]) {
      const { initiations, notUnderstood } = observed(textOf(bytes));
      expect(initiations.map((i) => [i.client, i.ownProbe])).toEqual([["192.0.2.2", true]]);
      expect(notUnderstood).toEqual([]);
    }
    const other = observed(textOf(PROBE_BYTES.replace("69 6b 65", "44 6b 65")));
    expect(other.initiations.map((i) => i.ownProbe)).toEqual([undefined]);
  });
}

test("what follows an agent's probe from the same address is a login all the same", () => {
  const probe = PROBES_IN_LOGS.charon?.(PROBE_BYTES) ?? "";
  const login = probe
    .split("\n")
    .filter((line) => !line.includes("vendor"))
    .map((line) => line.replaceAll("11[", "12[").replaceAll("41234", "500"));
  const { initiations } = observed([probe, ...login].join("\n"));
  expect(initiations.map((i) => i.ownProbe)).toEqual([true, undefined]);
});

test("an agent's begun login is known by the name that is nobody's, also among lines of another thread", () => {
  const said = (name: string) =>
    [
      "Nov 26 23:27:55 11[NET] received packet: from 192.0.2.2[51295] to 198.51.100.2[500] (1472 bytes)",
      "Nov 26 23:27:55 11[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) V ]",
      "Nov 26 23:27:55 11[IKE] 192.0.2.2 is initiating an IKE_SA",
      "Nov 26 23:27:55 01[NET] received packet: from 192.0.2.2[47423] to 198.51.100.2[4500] (2688 bytes)",
      "Nov 26 23:27:55 01[ENC] parsed IKE_AUTH request 1 [ IDi CERTREQ CPRQ(ADDR) SA TSi TSr V ]",
      "Nov 26 23:27:55 11[ENC] generating IKE_SA_INIT response 0 [ N(NO_PROP) ]",
      "Nov 26 23:27:55 11[NET] sending packet: from 198.51.100.2[500] to 192.0.2.2[51295] (36 bytes)",
      `Nov 26 23:27:55 01[CFG] looking for peer configs matching 198.51.100.2[%any]...192.0.2.2[${name}]`,
      "Nov 26 23:27:55 01[CFG] selected peer config 'vpn'",
      "Nov 26 23:27:55 01[IKE] peer requested EAP, config unacceptable",
      "Nov 26 23:27:55 01[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]",
      "Nov 26 23:27:55 01[NET] sending packet: from 198.51.100.2[4500] to 192.0.2.2[47423] (80 bytes)",
    ].join("\n");
  const verdictOf = (name: string) => diagnoseObservations(observed(said(name))).verdict;
  expect(verdictOf("ikefrag-probe.invalid")).not.toBe("gateway-rejects");
  expect(verdictOf("client.example.com")).toBe("gateway-rejects");
});

test("a log that has nothing but an agent's probes is no login that was refused, and says so", () => {
  const diagnosisOf = (text: string) => diagnoseObservations(observed(text));
  for (const textOf of Object.values(PROBES_IN_LOGS)) {
    const diagnosis = diagnosisOf(textOf(PROBE_BYTES));
    expect(diagnosis.verdict).toBe("insufficient-evidence");
    expect(diagnosis.warnings).toMatchObject([{ phrase: { key: "warning.only-own-probes" } }]);
  }
  const other = diagnosisOf(PROBES_IN_LOGS.charon?.("44 6b 65 66") ?? "");
  expect(other).toMatchObject({ verdict: "gateway-rejects", warnings: [] });
});

test("why a gateway refuses is quoted from its log, and no more of it than is read", () => {
  const text = (why: string) =>
    (PROBES_IN_LOGS.charon?.("44 6b 65 66") ?? "").replace("received proposals unacceptable", why);
  const saidOf = (why: string) =>
    diagnoseObservations(observed(text(why))).findings.find((f) => f.code === "gateway-rejects")?.phrase;
  const quoted = (words: string) => ({ key: "finding.gateway-rejects.logged", params: { words } });
  expect(saidOf("no matching peer config found")).toMatchObject(quoted("no matching peer config found"));
  const long = `no shared key found for '${"x".repeat(400)}'`;
  expect(saidOf(long)).toMatchObject(quoted(long.slice(0, 160)));
  expect(saidOf("remote host is behind NAT")).toMatchObject({ key: "finding.gateway-rejects.notify" });
});
