/** What the user says of where files were made, where packets or a log prove it wrong. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diagnose } from "../../../../shared/diagnose/diagnose.ts";
import type { Diagnosis } from "../../../../shared/schema/diagnosis.ts";
import { Evidence } from "../../../../shared/schema/evidence.ts";
import type { End } from "../../../../shared/schema/joined.ts";
import { CaptureReader } from "../../../../shared/transcript/read-capture.ts";
import {
  type LoginOfBothEnds,
  type PathOfBothEnds,
  playLogin,
  recordedAt as recordedOn,
} from "../../../support/both-ends-path.ts";
import { encodePcapng } from "../../../support/capture-files.ts";

/** A file, and what is said of it. */
type Given = [name: string, content: Uint8Array, said?: End | undefined];

function judge(...given: Given[]): Diagnosis {
  const isText = (name: string): boolean => /\.(log|txt)$/.test(name);
  const evidence = Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: given
      .filter(([name]) => isText(name))
      .map(([name, content]) => ({ name, text: new TextDecoder().decode(content) })),
    recordedAt: Object.fromEntries(given.flatMap(([name, , said]) => (said ? [[name, said]] : []))),
  });
  const transcripts = given
    .filter(([name]) => !isText(name))
    .map(([name, content]) => {
      const reader = new CaptureReader(name);
      reader.push(content);
      return reader.end();
    });
  return diagnose({ evidence, transcripts });
}

const placesOf = ({ bothEnds }: Diagnosis) =>
  bothEnds?.logins.map(({ places }) => places.map(({ source, end }) => `${source} ${end}`));
const warned = ({ warnings }: Diagnosis) =>
  warnings
    .filter(({ phrase }) => phrase.key.startsWith("warning.end."))
    .map(({ source, phrase }) => `${source} ${phrase.key.slice("warning.end.".length)}`)
    .toSorted();
const answerOf = (d: Diagnosis) => ({
  verdict: d.verdict,
  confidence: d.confidence,
  direction: d.direction,
  interfaceMtu: d.recommendation.interfaceMtu,
  places: placesOf(d),
});

const CASES = join(import.meta.dirname, "../../../cases");
const files = [
  ...readdirSync(join(CASES, "both-ends")).map((name) => join("both-ends", name)),
  ...["client", "gateway-first-only"].map((end) => `reports/29-pair-${end}.pcapng`),
];
const pairs = files
  .filter((name) => name.endsWith("-client.pcapng"))
  .flatMap((client) => {
    const stem = client.slice(0, -"client.pcapng".length);
    return files.filter((name) => name.startsWith(`${stem}gateway`)).map((gateway) => ({ client, gateway }));
  });
const read = (name: string): Uint8Array => readFileSync(join(CASES, name));

test("there are pairs with captures and with logs", () => {
  expect(pairs.filter(({ gateway }) => gateway.endsWith(".pcapng")).length).toBeGreaterThan(5);
  expect(pairs.filter(({ gateway }) => /\.(log|txt)$/.test(gateway)).length).toBeGreaterThan(3);
});

test.each(pairs)("swapped words change nothing but a warning: $client, $gateway", ({ client, gateway }) => {
  const [near, far] = [read(client), read(gateway)];
  const right = judge([client, near, "client"], [gateway, far, "gateway"]);
  expect(warned(right)).toEqual([]);
  const both = [`${client} gateway.client`, `${gateway} client.gateway`].toSorted();
  for (const swapped of [
    judge([client, near, "gateway"], [gateway, far, "client"]),
    judge([gateway, far, "client"], [client, near, "gateway"]),
  ]) {
    expect(answerOf(swapped)).toEqual(answerOf(right));
    expect(warned(swapped)).toEqual(both);
  }
  const same = judge([gateway, far, "client"], [client, near, "client"]);
  expect([answerOf(same), warned(same)]).toEqual([answerOf(right), [`${gateway} client.gateway`]]);
  const one = judge([client, near, "gateway"], [gateway, far, "gateway"]);
  expect([answerOf(one), warned(one)]).toEqual([answerOf(right), [`${client} gateway.client`]]);
});

const WAY = { fragments: "pass", atMostIpBytes: 9_000, cutAtIpBytes: 1_500, lossPercent: 0 } as const;
const PATH: PathOfBothEnds = {
  families: [4, 4],
  nat: false,
  hops: [3, 9],
  roundTripMs: 20,
  jitterMs: 0,
  reorderPercent: 0,
  duplicatePercent: 0,
  out: WAY,
  back: WAY,
  losesBefore: "end",
  clocksMs: [0, 0, 4_000],
};
const LOGIN: LoginOfBothEnds = {
  spi: "df5b086e2787ad04",
  client: 77,
  requestBytes: 2_100,
  answerBytes: 1_800,
  ikeFragmentBytes: null,
  cookie: false,
  furtherRounds: 0,
  keepsSilent: false,
  startMs: 0,
  repeatAfterMs: [1_000, 2_000, 3_000],
};
const at = (path: PathOfBothEnds, place: number): Uint8Array =>
  encodePcapng(recordedOn([playLogin(path, LOGIN, 7)], place, path.clocksMs[place] ?? 0));

const paths: [name: string, path: PathOfBothEnds][] = [
  ["no NAT", PATH],
  ["a NAT", { ...PATH, nat: true }],
  ["IPv6", { ...PATH, families: [6, 6] }],
  ["464XLAT", { ...PATH, families: [4, 6] }],
  ["a translator to IPv4", { ...PATH, families: [6, 4] }],
  ["one hop", { ...PATH, hops: [1, 0] }],
  ["one hop, and no time at all", { ...PATH, hops: [1, 0], roundTripMs: 0.02 }],
  ["no answer that arrives", { ...PATH, back: { ...WAY, atMostIpBytes: 100 } }],
  ["no fragments out", { ...PATH, nat: true, out: { ...WAY, fragments: "all" } }],
  ["no fragments back", { ...PATH, back: { ...WAY, fragments: "later" } }],
];
test.each(paths)("packets prove the ends, and a wrong word does not count: %s", (_, path) => {
  const [client, gateway] = [at(path, 0), at(path, 2)];
  const unsaid = judge(["c", client], ["g", gateway]);
  expect(placesOf(unsaid)).toEqual([["c client", "g gateway"]]);
  const swapped = judge(["g", gateway, "client"], ["c", client, "gateway"]);
  expect(answerOf(swapped)).toEqual(answerOf(unsaid));
  expect(warned(swapped)).toEqual(["c gateway.client", "g client.gateway"]);
  expect(warned(judge(["c", client, "client"], ["g", gateway, "gateway"]))).toEqual([]);
});

test("one file alone proves its end by the hop limits of both ways, and not by one of them", () => {
  expect(warned(judge(["c", at(PATH, 0), "gateway"]))).toEqual(["c gateway.client"]);
  expect(warned(judge(["g", at(PATH, 2), "client"]))).toEqual(["g client.gateway"]);
  expect(answerOf(judge(["g", at(PATH, 2), "client"]))).toEqual(answerOf(judge(["g", at(PATH, 2)])));
  const silent = at({ ...PATH, back: { ...WAY, atMostIpBytes: 100 } }, 0);
  expect(warned(judge(["c", silent, "gateway"]))).toEqual([]);
});

test("a NAT alone proves nothing of one file, and is warned of", () => {
  const alone = judge(["c", read("reports/29-pair-client.pcapng"), "gateway"]);
  expect(warned(alone)).toEqual(["c gateway.doubtful"]);
  expect(warned(judge(["c", read("reports/29-pair-client.pcapng"), "client"]))).toEqual([]);
});

test("a place between is one, whatever end it was given as", () => {
  const [client, middle, gateway] = [at(PATH, 0), at(PATH, 1), at(PATH, 2)];
  const places = [["c client", "m between", "g gateway"]];
  for (const said of [undefined, "client", "gateway", "between"] as const) {
    const given = judge(["m", middle, said], ["g", gateway, "gateway"], ["c", client, "client"]);
    expect(placesOf(given)).toEqual(places);
    const isWrong = said === "client" || said === "gateway";
    expect(warned(given)).toEqual(isWrong ? [`m ${said}.between`] : []);
  }
});

test("a router on a path of one hop is on one link with an end, and a place of its own if that is said", () => {
  const path = { ...PATH, hops: [1, 0] as const, roundTripMs: 0.02 };
  const [client, router, gateway] = [at(path, 0), at(path, 1), at(path, 2)];
  for (const given of [
    [
      ["c", client],
      ["r", router],
      ["g", gateway],
    ],
    [
      ["g", gateway],
      ["r", router],
      ["c", client],
    ],
  ] satisfies Given[][]) {
    const unsaid = judge(...given);
    expect(unsaid.bothEnds?.notJoined.map(({ why }) => why)).toEqual(["same-end"]);
    const said = judge(...given.map(([n, file]): Given => (n === "r" ? [n, file, "between"] : [n, file])));
    expect(placesOf(said)).toEqual([["c client", "r between", "g gateway"]]);
    expect(said.bothEnds?.notJoined).toEqual([]);
  }
});

test("a log between is the log of the end whose program wrote it", () => {
  const name = "both-ends/inbound-fragments-all-gateway.log";
  const client = "both-ends/inbound-fragments-all-client.pcapng";
  const given = judge([name, read(name), "between"], [client, read(client)]);
  expect(warned(given)).toEqual([`${name} between.gateway`]);
  expect(answerOf(given)).toEqual(answerOf(judge([name, read(name)], [client, read(client)])));
});

test("who gave a gateway's log as the client's took both files for each other, as the addresses show", () => {
  const log: Given = ["g.log", read("both-ends/inbound-fragments-all-gateway.log"), "client"];
  const capture: Given = ["c", read("reports/29-pair-client.pcapng"), "gateway"];
  for (const given of [judge(log, capture), judge(capture, log)])
    expect(warned(given)).toEqual(["c gateway.client", "g.log client.gateway"]);
});
