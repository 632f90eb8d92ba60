/** Logs and lists of packets are judged like the captures of the same logins, as far as they tell. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const cases = fileURLToPath(new URL("../../cases/", import.meta.url));
const fileOf = (path: string): string => readFileSync(`${cases}${path}`, "utf8");
function judge(...texts: string[]) {
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  for (const [n, text] of texts.entries()) evidence.texts.push({ name: `${n}.txt`, text });
  const observations = observe(evidence, []);
  const diagnosis = diagnoseObservations(observations);
  const found = diagnosis.findings.filter((f) => f.status === "found");
  return { observations, diagnosis, found: Object.fromEntries(found.map((f) => [f.code, f.phrase])) };
}
/** Exchange, Message ID, the sizes of each sending, and how many answers there are. */
const exchangesOf = ({ observations }: ReturnType<typeof judge>) =>
  observations.initiations.map((i) =>
    i.exchanges.map((e) => [
      e.exchangeType,
      e.messageId,
      e.requests.map((m) => m.ipBytes.join("+")),
      e.responses.length,
    ]),
  );

test("report 22: the client's log has six sendings of one IP packet of 1424 bytes, and no answer", () => {
  const judged = judge(fileOf("reports/22-algo799-charon-client.txt"));
  expect(exchangesOf(judged)).toEqual([
    [
      [34, 0, ["284"], 1],
      [35, 1, Array(6).fill("1424"), 0],
    ],
  ]);
  const [initiation] = judged.observations.initiations;
  expect(initiation).toMatchObject({
    client: "192.168.0.11",
    gateway: "203.0.113.25",
    view: "client",
    clientOffersIkeFragmentation: true,
    gatewayOffersIkeFragmentation: true,
  });
  expect(initiation?.exchanges[1]?.gaveUp).toMatchObject({ kind: "text", line: 13 });
  expect(judged.diagnosis).toMatchObject({ verdict: "insufficient-evidence", confidence: "low" });
  expect(judged.found["small-auth-unanswered"]?.params).toEqual({ requests: 6, ipBytes: 1424 });
  expect(judged.diagnosis.candidates[0]?.verdict).toBe("path-mtu-black-hole");
});

test("report 23: by the gateway's log its answers to IKE_SA_INIT do not reach the client", () => {
  const judged = judge(fileOf("reports/23-hwdsl991-pluto-gateway.txt"));
  expect(judged.observations.initiations).toMatchObject([{ client: "198.51.100.123", view: "gateway" }]);
  expect(judged.diagnosis).toMatchObject({ verdict: "insufficient-evidence", direction: "inbound" });
  expect(judged.found["answers-ignored"]).toEqual({
    key: "finding.answers-ignored.log",
    params: { exchange: "IKE_SA_INIT", repeats: 2 },
  });
  expect(judged.found["slow-gateway"]).toBeUndefined();
});

test("report 25: an answer of 2908 bytes of IKE began to come, in an IP fragment of 1500 bytes", () => {
  const judged = judge(fileOf("reports/25-fasferraz10-tcpdump-text.txt"));
  expect(judged.found["answer-began"]?.params).toEqual({ ikeLength: 2908, ipBytes: 1500 });
  expect(judged.diagnosis).toMatchObject({ verdict: "insufficient-evidence", confidence: "low" });
});

test("reports 27 and 27c: a line that is cut before its exchange adds nothing", () => {
  const [cut, without] = ["27-strongswan861-ping-then-tcpdump", "27c-same-without-the-DF-line"].map((name) =>
    judge(fileOf(`reports/${name}.txt`)),
  );
  expect(cut?.observations.initiations).toEqual([]);
  expect(cut?.observations.icmpErrors).toEqual([]);
  expect(cut?.diagnosis.verdict).toBe(without?.diagnosis.verdict);
});

for (const path of ["tcpdump/plain", "tcpdump/ethernet", "tshark/fragments"]) {
  test(`${path}: the seed story's login as text is the seed story's`, () => {
    const judged = judge(fileOf(`formats/${path}.txt`));
    const sizes = path === "tcpdump/plain" ? "" : "1500+1080";
    expect(exchangesOf(judged).map((e) => e.at(-1))).toEqual([[35, 1, [sizes, sizes, sizes], 0]]);
    const login = judged.observations.initiations[0]?.exchanges[1];
    expect(login?.requests.map((m) => m.ipFragmented)).toEqual([true, true, true]);
    expect(judged.diagnosis).toMatchObject({
      verdict: "ike-auth-unanswered",
      direction: "undetermined",
      recommendation: { interfaceMtu: 1472, basis: "trial" },
    });
  });
}

test("IKE fragments of one sending are one sending", () => {
  const listed = judge(fileOf("formats/tshark/ike-fragments.txt")).observations.initiations[0]?.exchanges[1];
  expect(listed?.requests[0]).toMatchObject({ ikeFragmentTotal: 20, missingIkeFragments: [] });
  const logged = judge(fileOf("formats/charon-log/ipsec-up.txt")).observations.initiations[0]?.exchanges[1];
  expect(logged?.requests.map((m) => m.ikeFragmentTotal)).toEqual(Array(6).fill(3));
  expect(logged?.requests[0]?.ipBytes).toEqual([1268, 1268, 164]);
});

test("a packet that an ICMP error quotes was not sent just then", () => {
  const header = "(tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto UDP (17), length 652)";
  const message =
    "    192.168.0.11.500 > 203.0.113.25.500: isakmp 2.0 msgid 00000000: parent_sa ikev2_init[I]:";
  const { observations } = judge(
    [
      `09:00:00.000000 IP ${header}`,
      message,
      "09:00:00.020000 IP (tos 0x0, ttl 64, id 0, offset 0, flags [none], proto ICMP (1), length 56)",
      "    203.0.113.25 > 192.168.0.11: ICMP 203.0.113.25 udp port 500 unreachable, length 36",
      `\tIP ${header}`,
      message,
    ].join("\n"),
  );
  expect(observations.initiations[0]?.exchanges[0]?.requests).toHaveLength(1);
  expect(observations.icmpErrors).toMatchObject([
    {
      kind: "port-unreachable",
      source: "203.0.113.25",
      quoted: { source: "192.168.0.11", sourcePort: 500, destinationPort: 500, ipBytes: 652 },
      ref: { kind: "text", line: 3 },
    },
  ]);
});

const init = (time: string, way: "I" | "R"): string => {
  const [client, gateway] = ["192.168.0.11.500", "203.0.113.25.500"];
  const [from, to] = way === "I" ? [client, gateway] : [gateway, client];
  return `${time} IP ${from} > ${to}: isakmp: parent_sa ikev2_init[${way}]`;
};
const auth = (time: string, way: "I" | "R"): string =>
  init(time, way)
    .replaceAll(".500", ".4500")
    .replace("isakmp: parent_sa ikev2_init", "NONESP-encap: isakmp: child_sa  ikev2_auth");

test("a login of unknown size without an answer is no verdict about sizes", () => {
  const times = ["09:00:01.0", "09:00:02.0", "09:00:03.0", "09:00:05.0"].map((t) => `${t}00000`);
  const text = [
    init("09:00:00.000000", "I"),
    init("09:00:00.090000", "R"),
    ...times.map((t) => auth(t, "I")),
  ];
  const judged = judge(text.join("\n"));
  expect(judged.found["unsized-login-unanswered"]?.params).toEqual({ exchange: "IKE_AUTH", requests: 4 });
  expect(judged.found["small-auth-unanswered"]).toBeUndefined();
  expect(judged.diagnosis.recommendation.interfaceMtu).toBeNull();
});

test("a list that ends early is no silence, and one over midnight goes on", () => {
  const opening = [init("23:59:58.000000", "I"), init("23:59:58.090000", "R")];
  const early = judge([...opening, auth("23:59:58.100000", "I")].join("\n"));
  expect(early.found["unsized-login-unanswered"]).toBeUndefined();
  const later = ["23:59:58.100000", "23:59:59.500000", "00:00:01.000000"].map((t) => auth(t, "I"));
  const judged = judge([...opening, ...later].join("\n"));
  expect(judged.found["unsized-login-unanswered"]?.params).toEqual({ exchange: "IKE_AUTH", requests: 3 });
});

test("tcpdump's differences of time are no clock", () => {
  const times = [
    "00:00:00.000000",
    "00:00:02.090000",
    "00:00:00.100000",
    "00:00:01.000000",
    "00:00:01.000000",
  ];
  const [a = "", b = "", ...more] = times;
  const { observations } = judge([init(a, "I"), init(b, "R"), ...more.map((t) => auth(t, "I"))].join("\n"));
  expect(observations.initiations[0]?.exchanges.every((e) => e.untimed)).toBe(true);
});

test("a port that a router refuses is known, also where only the address is printed", () => {
  const text = [
    init("09:00:00.000000", "I"),
    init("09:00:00.090000", "R"),
    auth("09:00:01.000000", "I"),
    "09:00:01.020000 IP 192.0.2.9 > 192.168.0.11: ICMP host 203.0.113.25 unreachable - admin prohibited filter, length 36",
  ];
  const { observations } = judge(text.join("\n"));
  expect(observations.icmpErrors).toMatchObject([
    { kind: "unreachable", code: 13, source: "192.0.2.9", quoted: { destinationPort: 4500 } },
  ]);
});

const PLUTO_GATEWAY = [
  'pluto[1201]: "vpn"[3] 198.51.100.77 #5: processing IKE_SA_INIT request from 198.51.100.77:40211 containing SA,KE,Ni',
  'pluto[1201]: "vpn"[3] 198.51.100.77 #5: sent IKE_SA_INIT response to 198.51.100.77:40211 {cipher=AES_CBC_256}',
  ...Array<string>(2).fill(
    'pluto[1201]: "vpn"[3] 198.51.100.77 #5: received duplicate IKE_SA_INIT message request (Message ID 0); retransmitting response',
  ),
];

test("a gateway's log without times says the same of its answers as one with times", () => {
  const judged = judge(PLUTO_GATEWAY.join("\n"));
  expect(judged.found["answers-ignored"]).toEqual({
    key: "finding.answers-ignored.log",
    params: { exchange: "IKE_SA_INIT", repeats: 2 },
  });
  expect(judged.diagnosis.candidates.map((c) => c.verdict)).not.toContain("outbound-fragments-too-large");
  // One repetition may have crossed the answer, and lines without times have no seconds.
  const once = judge(PLUTO_GATEWAY.slice(0, 3).join("\n"));
  expect(once.found["answers-ignored"]).toBeUndefined();
  const signs = once.diagnosis.candidates.flatMap((c) => [...c.for, ...c.against]);
  expect(signs.map((s) => s.phrase.key)).toContain("sign.ends-after-init-untimed");
  expect(signs.filter((s) => "seconds" in s.phrase.params)).toEqual([]);
});

test("an answer in a log without times takes no milliseconds, and one that is not whole is none", () => {
  const [request, received, again] = ["sending", "received", "sending"].map((verb) => {
    const [from, to] = verb === "sending" ? ["10.0.0.2", "203.0.113.25"] : ["203.0.113.25", "10.0.0.2"];
    return `[NET] ${verb} packet: from ${from}[4500] to ${to}[4500] (352 bytes)`;
  });
  const head = [
    "[ENC] generating IKE_AUTH request 1 [ IDi SA TSi TSr ]",
    request,
    "[IKE] retransmit 1 of request with message ID 1",
    again,
    received,
  ];
  const slow = judge([...head, "[ENC] parsed IKE_AUTH response 1 [ IDr CERT AUTH SA TSi TSr ]"].join("\n"));
  expect(slow.found["slow-gateway"]).toEqual({
    key: "finding.slow-gateway.untimed",
    params: { requests: 2 },
  });
  const part = judge([...head, "[ENC] parsed IKE_AUTH response 1 [ EF(1/3) ]"].join("\n"));
  expect(part.found["slow-gateway"]).toBeUndefined();
  expect(part.found.healthy).toBeUndefined();
});

test("what libreswan 5 calls a repetition, and a connection whose name has spaces", () => {
  const pluto = judge(
    [
      '"office" #1: sent IKE_SA_INIT request to 203.0.113.25:500',
      '"office" #1: processed IKE_SA_INIT response from 203.0.113.25:500 {cipher=AES_GCM_16_256}, initiating IKE_AUTH',
      '"office" #1: sent IKE_AUTH request to 203.0.113.25:4500; Child SA #2 {ESP <0x1f2e3d4c}',
      '"office" #1: IKE_AUTH request: retransmission; will wait 0.5 seconds for response',
      '"office" #1: IKE_AUTH request: 60 second timeout exceeded after 7 retransmits.  Possible authentication failure',
    ].join("\n"),
  );
  expect(pluto.found["unsized-login-unanswered"]?.params).toEqual({ exchange: "IKE_AUTH", requests: 8 });
  const named = judge(
    "Feb 03 09:14:02 nb charon-nm[42]: 05[IKE] initiating IKE_SA Büro Zürich[1] to 203.0.113.25\n" +
      "Feb 03 09:14:02 nb charon-nm[42]: 05[NET] sending packet: from 10.0.0.2[500] to 203.0.113.25[500] (948 bytes)",
  );
  expect(named.observations.notUnderstood).toEqual([]);
});

test("a list of packets that goes on without IKE shows how long nothing came", () => {
  const opening = [init("10:01:02.000100", "I"), init("10:01:02.051200", "R")];
  const asked = ["02", "03", "04"].map((s) => auth(`10:01:${s}.080300`, "I"));
  const alive = "10:01:12.083300 IP 192.0.2.7.4500 > 203.0.113.25.4500: isakmp-nat-keep-alive";
  const waits = [[], [alive]].map((more) => {
    const { observations } = judge([...opening, ...asked, ...more].join("\n"));
    return observations.initiations[0]?.exchanges[1]?.observedAfterMs;
  });
  expect(waits).toEqual([0, 8003]);
  const gateway = judge(
    [
      "Feb  3 09:14:02 vpn charon: 06[NET] received packet: from 198.51.100.77[500] to 203.0.113.25[500] (1104 bytes)",
      "Feb  3 09:14:02 vpn charon: 06[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) ]",
      "Feb  3 09:14:02 vpn charon: 06[ENC] generating IKE_SA_INIT response 0 [ SA KE No N(FRAG_SUP) ]",
      "Feb  3 09:14:03 vpn charon: 06[NET] sending packet: from 203.0.113.25[500] to 198.51.100.77[500] (353 bytes)",
      "Feb  3 09:14:32 vpn charon: 11[JOB] deleting half open IKE_SA with 198.51.100.77 after timeout",
    ].join("\n"),
  );
  expect(gateway.found["request-lost"]).toMatchObject({ key: "finding.request-lost.nothing" });
  expect(gateway.diagnosis).toMatchObject({ confidence: "low", direction: "outbound" });
});

test("libreswan and OpenIKED say that the gateway refused, and a refusal lists no abilities", () => {
  const head = [
    '"office" #1: sent IKE_SA_INIT request to 203.0.113.25:500',
    '"office" #1: sent IKE_AUTH request {cipher=AES_GCM_16_256 integ=n/a prf=HMAC_SHA2_512 group=MODP2048}',
  ];
  for (const refusal of [
    '"office" #2: IKE_AUTH response contained the error notification AUTHENTICATION_FAILED',
    '"office" #2: IKE SA authentication request rejected by peer: AUTHENTICATION_FAILED',
  ]) {
    const { observations, diagnosis } = judge([...head, refusal].join("\n"));
    expect(diagnosis.verdict, refusal).toBe("gateway-rejects");
    expect(observations.initiations[0]?.exchanges.map((e) => e.responses.length)).toEqual([1, 1]);
  }
  const spi = "spi=0x5d1fa9c6b1c6d2a7: ";
  const ends = "peer 203.0.113.25:4500 local 192.0.2.7:4500";
  const iked = judge(
    [
      `${spi}send IKE_AUTH req 1 ${ends}, 1874 bytes, NAT-T`,
      `${spi}recv IKE_AUTH res 1 ${ends}, 65 bytes, policy 'vpn'`,
      `${spi}sa_free: authentication failed notification from peer`,
    ].join("\n"),
  );
  expect(iked.found["gateway-rejects"]?.params).toMatchObject({ type: 24 });
  const charon = judge(
    [
      "[ENC] generating IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) ]",
      "[NET] sending packet: from 192.0.2.7[500] to 203.0.113.25[500] (948 bytes)",
      "[NET] received packet: from 203.0.113.25[500] to 192.0.2.7[500] (36 bytes)",
      "[ENC] parsed IKE_SA_INIT response 0 [ N(NO_PROP) ]",
    ].join("\n"),
  );
  expect(charon.observations.initiations[0]?.gatewayOffersIkeFragmentation).toBeNull();
});

test("an ICMPv6 error says nothing of its packet: it is about the only host that was asked", () => {
  const [own, gateway, router] = ["2001:db8:1::17", "2001:db8:2::25", "2001:db8:9::1"];
  const asked = [
    `09:14:02.000100 IP6 ${own}.500 > ${gateway}.500: isakmp: parent_sa ikev2_init[I]`,
    `09:14:02.080300 IP6 ${own} > ${gateway}: frag (0|1448) 500 > 500: isakmp: child_sa  ikev2_auth[I]`,
  ];
  const tooBig = `09:14:02.091310 IP6 ${router} > ${own}: ICMP6, packet too big, mtu 1280, length 1240`;
  const targets = (lines: string[]) => judge(lines.join("\n")).observations.pathReports.map((p) => p.target);
  expect(targets([...asked, tooBig])).toEqual([gateway]);
  const another = `09:14:02.090000 IP6 ${own}.500 > 2001:db8:3::1.500: isakmp: parent_sa ikev2_init[I]`;
  expect(targets([...asked, another, tooBig])).toEqual([null]);
});

test("packets that are not IP are no news, and show that the list goes on", () => {
  const { observations } = judge(
    [
      init("10:01:02.000100", "I"),
      "10:01:09.000100 ARP, Request who-has 192.0.2.1 tell 192.0.2.7, length 28",
      "10:01:12.000100 02:50:f3:00:00:01 > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 192.0.2.1 tell 192.0.2.7, length 28",
    ].join("\n"),
  );
  expect(observations.notUnderstood).toEqual([]);
  expect(observations.initiations[0]?.exchanges[0]?.observedAfterMs).toBe(10_000);
});

test("strongSwan's gateway gives an attempt its name late: the number holds it together", () => {
  const { observations } = judge(
    [
      "06[NET] <3> received packet: from 198.51.100.77[500] to 203.0.113.25[500] (1104 bytes)",
      "06[ENC] <3> parsed IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) ]",
      "06[ENC] <3> generating IKE_SA_INIT response 0 [ SA KE No N(FRAG_SUP) ]",
      "06[NET] <3> sending packet: from 203.0.113.25[500] to 198.51.100.77[500] (353 bytes)",
      "08[NET] <3> received packet: from 198.51.100.77[4500] to 203.0.113.25[4500] (580 bytes)",
      "08[ENC] <3> parsed IKE_AUTH request 1 [ IDi CERTREQ SA TSi TSr ]",
      "11[ENC] <win|3> generating IKE_AUTH response 1 [ IDr CERT AUTH EAP/REQ/ID ]",
      "11[NET] <win|3> sending packet: from 203.0.113.25[4500] to 198.51.100.77[4500] (1236 bytes)",
    ].join("\n"),
  );
  const answers = observations.initiations.map((i) => i.exchanges.map((e) => e.responses.length));
  expect(answers).toEqual([[1, 1]]);
});

test("EAP's Failure in an answer is a refusal, not a login that came up", () => {
  const round = (id: number, answer: string) => [
    `[ENC] generating IKE_AUTH request ${id} [ EAP/RES/MSCHAPV2 ]`,
    "[NET] sending packet: from 10.0.0.2[4500] to 203.0.113.25[4500] (144 bytes)",
    "[NET] received packet: from 203.0.113.25[4500] to 10.0.0.2[4500] (80 bytes)",
    `[ENC] parsed IKE_AUTH response ${id} [ ${answer} ]`,
  ];
  const verdictAfter = (answer: string) =>
    judge([...round(1, "IDr CERT AUTH EAP/REQ/MSCHAPV2"), ...round(2, answer)].join("\n")).diagnosis.verdict;
  expect(verdictAfter("EAP/FAIL")).toBe("gateway-rejects");
  expect(verdictAfter("EAP/SUCC")).toBe("healthy");
  // Another round is asked for: the login has not come up.
  expect(verdictAfter("EAP/REQ/MSCHAPV2")).toBe("insufficient-evidence");
});

test("a later IP fragment is not of a message that came whole", () => {
  const [client, gateway] = ["2001:db8:1::17", "2001:db8:2::25"];
  const { observations } = judge(
    [
      `09:14:02.000100 IP6 ${client}.500 > ${gateway}.500: isakmp: parent_sa ikev2_init[I]`,
      `09:14:02.051200 IP6 ${gateway}.500 > ${client}.500: isakmp: parent_sa ikev2_init[R]`,
      `09:14:02.080300 IP6 ${client} > ${gateway}: frag (0|1448) 500 > 500: isakmp: child_sa  ikev2_auth[I]`,
      `09:14:02.080310 IP6 ${client} > ${gateway}: frag (1448|900)`,
      `09:14:02.100310 IP6 ${gateway} > ${client}: frag (1232|700)`,
    ].join("\n"),
  );
  const [initiation] = observations.initiations;
  expect(initiation?.exchanges[0]?.responses.map((m) => m.ipFragmented)).toEqual([false]);
  expect(initiation?.inboundIncomplete).toMatchObject([{ firstSeen: false, lastSeen: true }]);
});

test("an answer in two IKE fragments is to one request", () => {
  const part = (n: number) => `generating IKE_AUTH response 1 [ EF(${n}/2) ]`;
  const { observations } = judge(
    [
      "received packet: from 198.51.100.77[4500] to 203.0.113.25[4500] (580 bytes)",
      "parsed IKE_AUTH request 1 [ IDi CERTREQ SA TSi TSr ]",
      "generating IKE_AUTH response 1 [ IDr CERT AUTH EAP/REQ/ID ]",
      part(1),
      part(2),
      "sending packet: from 203.0.113.25[4500] to 198.51.100.77[4500] (1236 bytes)",
      "sending packet: from 203.0.113.25[4500] to 198.51.100.77[4500] (740 bytes)",
    ].join("\n"),
  );
  const [exchange] = observations.initiations.flatMap((i) => i.exchanges);
  expect([exchange?.requests.length, exchange?.responses.length, exchange?.asksMore]).toEqual([1, 1, true]);
});

test("libreswan says that the login came up, and not that an answer came", () => {
  for (const cameUp of [
    "#1: initiator established IKE SA; authenticated peer certificate 'CN=vpn'",
    "#2: STATE_V2_IPSEC_I: IPsec SA established tunnel mode {ESP/NAT=>0x1 <0x2}",
  ]) {
    const lines = [
      '"office" #1: sent IKE_SA_INIT request to 203.0.113.25:500',
      '"office" #1: sent IKE_AUTH request to 203.0.113.25:4500; Child SA #2 {ESP <0x1f2e3d4c}',
    ];
    expect(judge([...lines, `"office" ${cameUp}`].join("\n")).diagnosis.verdict, cameUp).toBe("healthy");
    expect(judge(lines.join("\n")).diagnosis.verdict).toBe("insufficient-evidence");
  }
});
