/** Real logins at both ends, with the hop limits and the ICMP of real systems: `test/cases/both-ends/`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { bothEndsOf } from "../../../shared/diagnose/both-ends.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { BothEnds } from "../../../shared/schema/joined.ts";
import { toText } from "../../../shared/text/speak.ts";
import { datagram, joinedLogin, opening, packets } from "../../support/joined.ts";
import { observations } from "../../support/observations.ts";

const folder = fileURLToPath(new URL("../../cases/both-ends/", import.meta.url));
const load = (name: string, ...ends: string[]) =>
  loadEvidence(ends.map((end) => `${folder}${name}-${end}.pcapng`));
const judge = async (name: string, ...ends: string[]): Promise<string> => {
  const { verdict, confidence, direction } = diagnose(await load(name, ...ends));
  return [verdict, confidence, direction].join(" ");
};

const LOGINS = [
  {
    name: "inbound-fragments-first",
    client: "inbound-fragments-lost high inbound",
    gateway: "inbound-fragments-lost medium inbound",
    both: "inbound-fragments-lost high inbound",
  },
  {
    name: "link-1400-silent-rfc7383",
    client: "insufficient-evidence low undetermined",
    gateway: "ike-fragments-too-large medium outbound",
    both: "ike-fragments-too-large high outbound",
  },
  {
    name: "outbound-fragments-non-first-ipv6",
    // The gateway's own ICMP reaches the client.
    client: "outbound-fragments-dropped medium outbound",
    gateway: "outbound-fragments-dropped high outbound",
    both: "outbound-fragments-dropped high outbound",
  },
  {
    name: "udp-4500-blocked",
    client: "ike-auth-unanswered low undetermined",
    // What passes has no port, so this cannot be told from a limit on size: the port is a candidate.
    gateway: "outbound-fragments-too-large low outbound",
    // That they are lost on the way out is certain, and why is not: the port is among the candidates.
    both: "outbound-fragments-too-large high outbound",
  },
];

test.each(LOGINS)("$name at the client, at the gateway, and at both in both orders", async (login) => {
  const { name } = login;
  expect(await judge(name, "client")).toBe(login.client);
  expect(await judge(name, "gateway")).toBe(login.gateway);
  expect(await judge(name, "client", "gateway")).toBe(login.both);
  expect(await judge(name, "gateway", "client")).toBe(login.both);
});

test.each(LOGINS)("$name: each capture is known for what it is", async ({ name }) => {
  for (const end of ["client", "gateway"]) {
    const { evidence, transcripts } = await load(name, end);
    expect(observe(evidence, transcripts).initiations.map((i) => i.view)).toEqual([end]);
  }
});

test("where the port is blocked and other fragments pass, the port is among what is left", async () => {
  const diagnosis = diagnose(await load("udp-4500-blocked", "client", "gateway"));
  const { candidates, recommendation } = diagnosis;
  expect(candidates.map((c) => c.verdict)).toContain("udp-4500-blocked");
  expect(recommendation.interfaceMtu).toBeNull();
  expect(toText(diagnosis, "en").observed.join(" ")).toMatch(
    /because its UDP port is blocked cannot be told/,
  );
});

test("of more logins than a diagnosis holds it keeps those that tell most, in their order", () => {
  const probeAt = (n: number, fate: "arrived" | "lost" = "arrived") =>
    joinedLogin([datagram({ exchangeType: 34, messageId: 0, packets: packets([300 + n, fate]) })], {
      initiatorSpi: n.toString(16).padStart(16, "0"),
    });
  const login = joinedLogin([...opening(), datagram({ packets: packets([1500, "arrived"]) })]);
  const joined = [probeAt(0, "lost"), login, ...Array.from({ length: 80 }, (_, n) => probeAt(n + 1))];
  const kept = bothEndsOf(observations({ joined }));
  expect(BothEnds.parse(kept)).toEqual(kept);
  expect(kept?.joinedLogins).toBe(82);
  expect(kept?.logins).toHaveLength(32);
  expect(kept?.logins.slice(0, 2)).toEqual(joined.slice(0, 2));
  expect(kept?.logins.at(-1)).toEqual(joined.at(-1));
  // Long ones fill the room sooner: three and a part that is left out.
  const long = joinedLogin(Array.from({ length: 200 }, () => datagram({ packets: packets([1500, "lost"]) })));
  const few = bothEndsOf(observations({ joined: [long, long, long, long] }));
  expect(few?.logins.map(({ datagrams }) => datagrams.length)).toEqual([128, 128, 128]);
  expect(few?.omittedDatagrams).toBe(3 * 72);
});

test.each(LOGINS)("$name: the order of the files changes no word", async ({ name }) => {
  const one = diagnose(await load(name, "client", "gateway"));
  const other = diagnose(await load(name, "gateway", "client"));
  for (const language of ["en", "ja"] as const)
    expect(toText(other, language)).toEqual(toText(one, language));
  expect(other.recommendation).toEqual(one.recommendation);
});

test("a table of Windows's interfaces beside both ends is the client's: commands are for it", async () => {
  const pair = await load("link-1400-silent-rfc7383", "gateway", "client");
  const table = readFileSync(
    fileURLToPath(new URL("../../cases/seed/netsh-ja.txt", import.meta.url)),
    "utf8",
  );
  pair.evidence.texts.push({ name: "netsh.txt", text: table });
  const { recommendation } = diagnose(pair);
  expect(recommendation.interfaceMtu).toBe(1280);
  expect(recommendation.commands?.apply).toBe("netsh interface ipv4 set interface 19 mtu=1280");
  const alone = await load("link-1400-silent-rfc7383", "gateway");
  alone.evidence.texts.push({ name: "netsh.txt", text: table });
  expect(diagnose(alone).recommendation.commands).toBeNull();
});
