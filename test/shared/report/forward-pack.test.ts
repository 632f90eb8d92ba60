/** What is forwarded to others holds to what was seen, in every case that there is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnoseObservations, ruleReference } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { wholeIpBytes } from "../../../shared/evidence/tried-sizes.ts";
import { LANGUAGE_TAGS } from "../../../shared/language.ts";
import { type ForwardOptions, forwardPack } from "../../../shared/report/forward-pack.ts";
import { htmlReport } from "../../../shared/report/html-report.ts";
import { withoutNames } from "../../../shared/report/without-names.ts";
import type { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { Verdict } from "../../../shared/schema/diagnosis.ts";
import { forwardReaders, isForwardVerdict } from "../../../shared/text/forward.ts";
import { speak } from "../../../shared/text/speak.ts";
import { exchange, initiation, observations, probe, sent } from "../../support/observations.ts";

const folder = fileURLToPath(new URL("../../cases/", import.meta.url));

interface Judged {
  name: string;
  diagnosis: Diagnosis;
  observations: Observations;
}

async function judge(name: string, files: readonly string[]): Promise<Judged> {
  const loaded = await loadEvidence(files.map((file) => join(folder, file)));
  const seen = observe(loaded.evidence, loaded.transcripts);
  return { name, observations: seen, diagnosis: diagnoseObservations(seen, loaded.unusable) };
}

const cases: Judged[] = [];
for (const story of readdirSync(folder)) {
  const listing = join(folder, story, "cases.json");
  if (!existsSync(listing)) continue;
  for (const { name, files } of JSON.parse(readFileSync(listing, "utf8")) as {
    name: string;
    files: string[];
  }[])
    cases.push(
      await judge(
        `${story}/${name}`,
        files.map((file) => join(story, file)),
      ),
    );
}
cases.push(
  await judge(
    "seed",
    ["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"].map((f) => `seed/${f}`),
  ),
);

const OPTIONS: ForwardOptions[] = LANGUAGE_TAGS.flatMap((language) =>
  (["gateway", "carrier"] as const).flatMap((to) =>
    [true, false].map((addresses) => ({ to, language, addresses, zone: "Asia/Tokyo" })),
  ),
);

const packs = cases.flatMap((judged) =>
  OPTIONS.flatMap((options) => {
    const pack = forwardPack(judged.diagnosis, judged.observations, options);
    return pack === null ? [] : [{ ...judged, options, pack }];
  }),
);

test("there is a text for most cases, and for every verdict that has a reader", () => {
  expect(packs.length).toBeGreaterThan(cases.length * 4);
  const told = new Set(packs.map((p) => p.diagnosis.verdict));
  for (const verdict of Verdict.options) {
    const isCase = cases.some((c) => c.diagnosis.verdict === verdict);
    if (isForwardVerdict(verdict) && isCase && verdict !== "healthy")
      expect(told.has(verdict), verdict).toBe(true);
    expect(isForwardVerdict(verdict)).toBe(forwardReaders(verdict).length > 0);
  }
});

test("IKE_AUTH is named only where a capture or a log shows one", () => {
  let named = 0;
  for (const { name, observations: o, options, pack } of packs) {
    const isSeen = o.initiations.some((i) => !i.ownProbe && i.exchanges.some((e) => e.exchangeType === 35));
    const all = `${pack.subject}\n${pack.text}\n${pack.shorter}`;
    if (!isSeen) expect(all, `${name} ${options.to}`).not.toContain("IKE_AUTH");
    if (all.includes("IKE_AUTH")) named++;
  }
  expect(named).toBeGreaterThan(20);
});

test("the text of a fix card names no message that was not seen", () => {
  for (const { name, diagnosis, observations: o } of cases) {
    const isSeen = o.initiations.some((i) => i.exchanges.some((e) => e.exchangeType === 35));
    for (const language of LANGUAGE_TAGS)
      if (!isSeen) expect(speak(diagnosis, language).text.forward ?? "", name).not.toContain("IKE_AUTH");
  }
});

test("a user has a text to send wherever the gateway's administrator can do something without a time", () => {
  const texts = new Map(
    cases.map(({ diagnosis }) => [diagnosis.verdict, speak(diagnosis, "en").text.forward] as const),
  );
  expect(texts.get("udp-4500-blocked")).toContain("Please let UDP port 4500 pass");
  expect(texts.get("gateway-unreachable")).toContain("UDP ports 500 and 4500");
  expect(texts.get("outbound-fragments-dropped")).toContain("Please switch on IKE fragmentation");
  for (const text of texts.values()) expect(text ?? "").not.toMatch(/times below|CLIENT|GATEWAY/);
  expect(texts.get("not-ikev2")).toBeNull();
});

/** Numbers of the protocols and of the commands themselves, which are in no evidence. */
const CONSTANTS = ["7383", "500", "4500", "3", "4", "2", "6", "0", "1", "9"];

/** All numbers that the evidence, the diagnosis, or a sum of their own sizes have. */
function numbersOf(values: readonly unknown[]): Set<string> {
  const numbers = new Set(CONSTANTS);
  const add = (n: number): void => {
    if (Number.isInteger(n)) for (const one of [n, n - 28, n - 48]) numbers.add(String(one));
  };
  const walk = (value: unknown): void => {
    if (typeof value === "number") add(value);
    else if (typeof value === "string") for (const [digits] of value.matchAll(/\d+/g)) numbers.add(digits);
    else if (Array.isArray(value)) {
      // How many there are is a count, and IP fragments of one message have a sum.
      add(value.length);
      if (value.every((item) => typeof item === "number"))
        for (const family of [4, 6] as const) add(wholeIpBytes(value, family));
      value.forEach(walk);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  values.forEach(walk);
  return numbers;
}

test("every number in a text is in the evidence or in the recommendation", () => {
  for (const { name, diagnosis, observations: o, options, pack } of packs) {
    const known = numbersOf([diagnosis, o]);
    // Tries of one size are counted together, in the order in which they were made.
    const tries = new Map<string, number>();
    for (const p of o.probes) {
      const key = `${p.ipBytes} ${p.userMtu} ${p.port} ${p.purpose === "baseline" || p.purpose === "size-control"} ${p.dontFragment}`;
      tries.set(key, (tries.get(key) ?? 0) + p.tries);
    }
    for (const sum of tries.values()) known.add(String(sum));
    for (const e of o.initiations.flatMap((i) => i.exchanges))
      known.add(String(Math.floor(e.observedAfterMs / 1_000)));
    const text = pack.text
      .replace(/\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d(?:\.\d{3})?|UTC[+-]\d\d:\d\d|0x[0-9a-f]+/g, "")
      .replace(/^\d+\. /gm, "")
      // The settings of products, and the filter of a recording, are ikefrag's own.
      .replace(/^ {2}tcpdump.*$/gm, "")
      // How many sizes are left out is said of the text itself.
      .replace(/^- (?:\d+ more sizes|ほかに\d+通り).*$/gm, "")
      .replace(/^.*(?:ipsec|swanctl|Windows Server|1803|fragmentation|New-Item|FortiGate).*$/gm, "");
    const unfounded = [...text.matchAll(/(?<![\d.:a-f])\d+(?![\d.:a-f])/g)]
      .map(([digits]) => digits)
      .filter((digits) => !known.has(digits) && !isCountOf(digits, o));
    expect(unfounded, `${name} ${JSON.stringify(options)}\n${pack.text}`).toEqual([]);
  }
});

/** Pings and answers are counted over all of one size. */
const isCountOf = (digits: string, { echoes, probes, reflections }: Observations): boolean => {
  const sum = (counts: readonly number[]): number => counts.reduce((all, n) => all + n, 0);
  const bySize = new Map<string, number[]>();
  const add = (key: string, count: number) => bySize.set(key, [...(bySize.get(key) ?? []), count]);
  for (const e of echoes) {
    add(`${e.ipBytes} ${e.dontFragment === true}`, e.count);
    if (e.outcome === "answered") add(`${e.ipBytes} ${e.dontFragment === true} answered`, e.count);
  }
  for (const p of probes) if (p.outcome === "answered") add(`${p.ipBytes} ${p.port} answered`, 1);
  for (const r of reflections) add(`reflected ${r.ipBytes}`, r.tries);
  return [...bySize.values()].some((counts) => String(sum(counts)) === digits);
};

const ADDRESS = /\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7}\b/i;

test("the version without addresses has no address and no name, in any case", () => {
  let tested = 0;
  for (const { name, observations: o, options, pack } of packs) {
    if (options.addresses) continue;
    const all = `${pack.subject}\n${pack.text}\n${pack.shorter}`;
    expect(all.replace(/\d\d:\d\d:\d\d/g, ""), name).not.toMatch(ADDRESS);
    const names = [o.gateway, ...o.gatewayAddresses, ...o.clientAddresses];
    names.push(...(o.vpn?.profiles ?? []).flatMap((p) => [p.name, p.serverAddress]));
    names.push(...o.interfaces.map((i) => i.name), ...o.captures.map((c) => c.capture));
    for (const each of names) {
      if (each === null || each.length < 4 || /^(?:Wi-Fi|Ethernet|capture)$/.test(each)) continue;
      tested++;
      expect(all, `${name}: ${each}`).not.toContain(each);
    }
  }
  expect(tested).toBeGreaterThan(200);
});

/** The same evidence with a mark in every string that a stranger chooses. */
function marked(o: Observations, mark: string): Observations {
  const own = new Set(
    `kind stepId sizeKind purpose outcome view end endFrom fate initiatorSpi responderSpi why provenBy state
    stopped way product outOfOrder bound family`.split(/\s+/),
  );
  const walk = (value: unknown, key: string, within: string): unknown => {
    if (typeof value === "string") {
      const isOwn = own.has(key) || (key === "name" && /otifies/.test(within));
      return isOwn ? value : `${mark}${value}`;
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, key, key));
    // Logins that a run began are read by a schema of their own, and are not shown.
    if (typeof value !== "object" || value === null || key === "rehearsal") return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, walk(v, k, key)]));
  };
  return walk(o, "", "") as Observations;
}

test.each(["MARK7q", "\u202eMARK7q<img src=x>\n", "\u05d0\u0628MARK7q "])(
  "names that strangers chose, such as %j, are in no version without names",
  (mark) => {
    let rules = 0;
    for (const { name, observations: o } of cases) {
      const hostile = marked(o, mark);
      const diagnosis = diagnoseObservations(hostile);
      const plain = withoutNames(diagnosis, hostile);
      expect(JSON.stringify(plain), name).not.toContain("MARK7q");
      const page = htmlReport(speak(plain.diagnosis, "en"), plain.observations, ruleReference);
      expect(page, name).not.toContain("MARK7q");
      for (const options of OPTIONS) {
        const pack = forwardPack(diagnosis, hostile, options);
        if (pack === null) continue;
        rules++;
        const all = `${pack.subject}${pack.text}${pack.shorter}`;
        if (!options.addresses) expect(all, name).not.toContain("MARK7q");
        // What is named keeps to its line, and turns no direction.
        expect(all, name).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u05d0\u0628]/);
        expect(pack.subject, name).not.toContain("\n");
      }
    }
    expect(rules).toBeGreaterThan(100);
  },
);

test("the page without addresses has none, and its drawings all the same", () => {
  let drawings = 0;
  for (const { name, diagnosis, observations: o } of cases) {
    const plain = withoutNames(diagnosis, o);
    const page = htmlReport(speak(plain.diagnosis, "en"), plain.observations, ruleReference);
    const text = page.replace(/<style>.*?<\/style>/s, "").replace(/\d\d:\d\d:\d\d/g, "");
    expect(text.replace(diagnosis.analyzer, ""), name).not.toMatch(/\b\d{1,3}(?:\.\d{1,3}){3}\b/);
    for (const address of [...o.gatewayAddresses, ...o.clientAddresses])
      expect(text, name).not.toContain(address);
    const count = (html: string) => html.match(/<svg [^>]*role="img"/g)?.length ?? 0;
    expect(count(page), name).toBe(count(htmlReport(speak(diagnosis, "en"), o, ruleReference)));
    drawings += count(page);
  }
  expect(drawings).toBeGreaterThan(50);
});

test("a text for a firewall team says when, how large, how many, the control and the direction", () => {
  const split = {
    purpose: "ip-fragments",
    ipBytes: 2560,
    outcome: "silent",
    sentAtMs: [5_000, 6_000, 7_000],
  };
  const seen = observations({
    startedAtMs: Date.parse("2026-11-26T11:07:00Z"),
    probes: [
      probe({ purpose: "baseline", ipBytes: 324, sentAtMs: [1_000], answeredAtMs: 1_100 }),
      probe({ ...split, purpose: "ip-fragments", outcome: "silent" }),
      probe({ purpose: "size-control", ipBytes: 324, sentAtMs: [8_000], answeredAtMs: 8_100 }),
      probe({ purpose: "what-if", ipBytes: 2560, userMtu: 1472, sentAtMs: [9_000], answeredAtMs: 9_100 }),
    ],
  });
  const diagnosis: Diagnosis = {
    ...diagnoseObservations(seen),
    verdict: "outbound-fragments-too-large",
    confidence: "high",
    direction: "outbound",
  };
  const pack = forwardPack(diagnosis, seen, {
    to: "carrier",
    language: "en",
    addresses: true,
    zone: "Asia/Tokyo",
  });
  expect(pack?.text).toContain(
    "2026-11-26 11:07:01 – 11:07:09 UTC (local time: 2026-11-26 20:07:01 – 20:07:09 UTC+09:00)",
  );
  expect(pack?.text).toContain(
    "one packet of 324 bytes, UDP port 500, before and after the large ones: 2 of 2",
  );
  expect(pack?.text).toContain("IP fragments of 1500 + 1080 bytes, UDP port 500: 3 of 3 not answered");
  expect(pack?.text).toContain("cut at an MTU of 1472 into IP fragments of");
  expect(pack?.text).toContain("IP fragments of 1468 bytes arrive, those of 1500 bytes do not");
  expect(pack?.text).toContain("Lost on the way from the client to the gateway");
  expect(pack?.text).toContain("ping -n 3 -l 2532 vpn.example.com");
});

test("a log's clock is not taken for UTC, and a time zone that does not exist for none", () => {
  const silent = { exchangeType: 35, messageId: 1, fromClient: true };
  const at = Date.parse("2026-11-26T11:07:00Z");
  const line = { kind: "text", source: "charon.log", line: 3 } as const;
  const requests = [0, 1_000, 2_000].map((ms) => ({ ...sent(at + ms, 2_560), refs: [line] }));
  const seen = observations({
    initiations: [initiation([exchange({ ...silent, requests, responses: [], observedAfterMs: 9_000 })])],
  });
  const diagnosis: Diagnosis = { ...diagnoseObservations(seen), verdict: "ike-auth-unanswered" };
  const options = { to: "gateway", language: "en", addresses: false, zone: "Nowhere/At_All" } as const;
  const pack = forwardPack(diagnosis, seen, options);
  expect(pack?.text).toContain("2026-11-26 11:07:00 – 11:07:02 (by the clock of the log)");
  expect(pack?.text).not.toMatch(/\d\d UTC/);
});

test("the size of the client's packets is not taken for that of the gateway's, which are lost", () => {
  const answers = cases.find((c) => c.name === "ike-fragments-too-large/only-last");
  if (answers === undefined) throw new Error("there is no such case");
  expect(answers.diagnosis.direction).toBe("inbound");
  const options = { to: "gateway", language: "en", addresses: false } as const;
  const { text = "" } = forwardPack(answers.diagnosis, answers.observations, options) ?? {};
  expect(text).toContain("Please make IKE fragments smaller");
  expect(text).not.toMatch(/packets of \d+ bytes are lost/);
  expect(text).toContain("2 times, IKE fragment 1, 2 of 3 missing");
  // An answer that came in part is none.
  expect(text).toMatch(/IKE_AUTH.*: 3 of 3 not answered/);
});

test("nobody is asked where nobody on the way can do anything", () => {
  const seen = observations({});
  const diagnosis = diagnoseObservations(seen);
  for (const to of ["gateway", "carrier"] as const) {
    const options = { to, language: "en", addresses: true } as const;
    for (const verdict of ["not-ikev2", "path-mtu-reduced", "healthy"] as const)
      expect(forwardPack({ ...diagnosis, verdict }, seen, options)).toBeNull();
  }
  const refused = { ...diagnosis, verdict: "gateway-rejects" } as const;
  expect(forwardPack(refused, seen, { to: "carrier", language: "en", addresses: true })).toBeNull();
});
