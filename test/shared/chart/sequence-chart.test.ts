import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { sequenceChart } from "../../../shared/chart/sequence-chart.ts";
import type { Initiation } from "../../../shared/evidence/observations.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { checkMarkup, drawnTexts } from "../../support/markup-check.ts";
import { exchange, initiation, sent } from "../../support/observations.ts";

const cases = fileURLToPath(new URL("../../cases/", import.meta.url));
const draw = (initiations: Initiation[], language: "en" | "ja" = "en"): string =>
  String(sequenceChart(initiations, language)?.svg ?? "");
const told = (initiations: Initiation[]): string[] => drawnTexts(draw(initiations));

const opened = exchange({ exchangeType: 34, requests: [sent(0, 624)], responses: [sent(90, 301)] });
const authSizes = [1500, 1080];
const threeTimes = [1_000, 2_000, 3_000].map((at) => sent(at, 2_528, authSizes));
const incomplete = (timeMs: number, firstSeen: boolean, lastSeen: boolean, frame: number) => ({
  timeMs,
  ipBytes: firstSeen ? [1_500] : [620],
  firstSeen,
  lastSeen,
  refs: [{ kind: "packet" as const, capture: "a.pcapng", frame }],
});

for (const language of ["en", "ja"] as const) {
  test(`the seed story as it is drawn (${language})`, async () => {
    const { evidence, transcripts } = await loadEvidence([join(cases, "seed/wired-fail.pcapng")]);
    const svg = draw(observe(evidence, transcripts).initiations, language);
    checkMarkup(svg);
    await expect(svg).toMatchFileSnapshot(join(cases, `seed/wired-fail.sequence.${language}.svg`));
  });
}

test("an unanswered message ends in a question mark, with each of its fragments, and the silence is drawn", () => {
  const texts = told([
    initiation([opened, exchange({ exchangeType: 35, requests: threeTimes, observedAfterMs: 38_000 })]),
  ]);
  expect(texts.filter((t) => t === "?")).toHaveLength(6);
  expect(texts.filter((t) => t === "1500 bytes, IP fragment 1 of 2")).toHaveLength(3);
  expect(texts.filter((t) => t === "1080 bytes, IP fragment 2 of 2")).toHaveLength(3);
  expect(texts).toContain("IKE_AUTH sent again (3)");
  expect(texts).toContain("no answer for 38 s");
  expect(texts).toContain("2.00 s");
  // Nobody saw what became of them: nothing is crossed out.
  expect(texts).not.toContain("× : known to be missing");
});

const arrivals: { name: string; requests: number[]; responses: number[]; unknown: number }[] = [
  { name: "one request and its answer", requests: [0], responses: [90], unknown: 0 },
  {
    name: "two requests and one answer, to which of them is open",
    requests: [0, 1_000],
    responses: [1_090],
    unknown: 2,
  },
  { name: "a cookie's two rounds", requests: [0, 200], responses: [90, 290], unknown: 0 },
  { name: "a request that was repeated after its answer", requests: [0, 1_000], responses: [90], unknown: 1 },
  { name: "no answer", requests: [0, 1_000, 2_000], responses: [], unknown: 3 },
];
for (const { name, requests, responses, unknown } of arrivals) {
  test(`whether a packet arrived is claimed only where it is proven: ${name}`, () => {
    const of = (times: number[]) => times.map((at) => sent(at, 400));
    const texts = told([
      initiation([exchange({ exchangeType: 34, requests: of(requests), responses: of(responses) })]),
    ]);
    expect(texts.filter((t) => t === "?")).toHaveLength(unknown);
  });
}

test("a request after an answer is a new one, as after a COOKIE, and no repetition", () => {
  const init = (responses: number[]) =>
    told([
      initiation([
        exchange({
          exchangeType: 34,
          requests: [sent(0, 400), sent(200, 440)],
          responses: responses.map((at) => sent(at, 80)),
        }),
      ]),
    ]);
  expect(init([90, 290])).toContain("IKE_SA_INIT IKE 440 bytes");
  // Repeated, and for once in another size.
  expect(init([290])).toContain("IKE_SA_INIT sent again (2) · IKE 440 bytes");
});

test("a gateway that asks again may not have got this PC's answer", () => {
  const asks = (requests: number[]) =>
    told([
      initiation([
        exchange({
          exchangeType: 37,
          fromClient: false,
          requests: requests.map((at) => sent(at, 80)),
          responses: [sent(30, 80)],
        }),
      ]),
    ]).filter((t) => t === "?").length;
  expect(asks([0])).toBe(0);
  expect(asks([0, 1_000])).toBe(1);
});

const holes: [name: string, firstSeen: boolean, lastSeen: boolean, words: string][] = [
  ["the first", false, true, "the first IP fragment did not come"],
  ["the last", true, false, "the last IP fragment did not come"],
  ["one in between", true, true, "an IP fragment in between did not come"],
];
for (const [name, firstSeen, lastSeen, words] of holes) {
  test(`an answer that stayed incomplete shows which IP fragment is missing: ${name}`, () => {
    const auth = exchange({ exchangeType: 35, requests: threeTimes.slice(0, 1), observedAfterMs: 30_000 });
    const texts = told([
      initiation([opened, auth], { inboundIncomplete: [incomplete(1_100, firstSeen, lastSeen, 77)] }),
    ]);
    expect(texts).toContain(words);
    expect(texts).toContain("#77");
    expect(texts).toContain("no complete answer for 30 s");
    // One IP fragment of the answer proves that the request arrived.
    expect(texts).not.toContain("?");
  });
}

test("IKE fragments are drawn as packets, and those that never came are named", () => {
  const response = {
    ...sent(1_200, 980, [612, 432]),
    ipFragmented: false,
    ikeFragmentTotal: 3,
    missingIkeFragments: [2],
  };
  const texts = told([
    initiation([opened, exchange({ exchangeType: 35, requests: [sent(1_000, 400)], responses: [response] })]),
  ]);
  expect(texts).toContain("IKE_AUTH response · 3 IKE fragments");
  expect(texts).toContain("612-byte packet");
  expect(texts).toContain("IKE fragment 2 of 3 not seen");
  expect(texts).toContain("no complete answer for 30 s");
});

test("a refusal stands beside the answer that carries it", () => {
  const response = sent(90, 36);
  const ref = response.refs[0] as (typeof response.refs)[number];
  const notifies = [
    { type: 14, name: "NO_PROPOSAL_CHOSEN", ref },
    { type: 16_388, name: "NAT_DETECTION_SOURCE_IP", ref },
  ];
  const texts = told([
    initiation([
      exchange({
        exchangeType: 34,
        requests: [sent(0, 624)],
        responses: [response],
        responseNotifies: notifies,
      }),
    ]),
  ]);
  expect(texts).toContain("NO_PROPOSAL_CHOSEN (14)");
  expect(texts.join()).not.toContain("NAT_DETECTION");
});

test("a capture that ends at once does not call it silence", () => {
  const short = (observedAfterMs: number) =>
    told([initiation([exchange({ exchangeType: 34, requests: [sent(0, 624)], observedAfterMs })])]);
  expect(short(0)).toContain("the capture ends here");
  expect(short(900)).toContain("the capture ends 0.9 s later");
  expect(short(900)).toContain("too soon to call it unanswered");
  expect(short(1_799.9).join()).not.toContain("no answer");
  expect(short(125_000)).toContain("no answer for 2 min 5 s");
});

test("ESP that went out may or may not have arrived", () => {
  const tunnel = (outbound: number, inbound: number) =>
    told([
      initiation([opened], {
        esp: {
          outbound: { packets: outbound, largestIpBytes: 1_400 },
          inbound: { packets: inbound, largestIpBytes: 1_400 },
        },
      } as Partial<Initiation>),
    ]);
  expect(tunnel(8, 5)).toEqual(expect.arrayContaining(["8 packets", "5 packets", "?"]));
  expect(tunnel(0, 0).join()).not.toContain("ESP");
});

test("a long capture is folded in its middle, and its beginning and end stay", () => {
  const attempts = Array.from({ length: 5_000 }, (_, n) =>
    initiation([
      exchange({ exchangeType: 34, requests: [sent(n * 1_000, 600 + n)], observedAfterMs: 9_000 }),
    ]),
  );
  const chart = sequenceChart(attempts, "en");
  const texts = drawnTexts(String(chart?.svg));
  expect(chart?.anchors.size).toBeLessThanOrEqual(60);
  expect(texts).toContain("IKE_SA_INIT IKE 600 bytes");
  expect(texts).toContain("IKE_SA_INIT IKE 5599 bytes");
  expect(texts).toContain("Attempt 5000 of 5000");
  const drawn = texts.filter((t) => t.startsWith("IKE_SA_INIT")).length;
  expect(texts).toContain(`… ${5_000 - drawn} more messages in ${5_000 - drawn} attempts …`);
});

test("a message in very many IP fragments shows the first ones and the last one", () => {
  const sizes = Array.from({ length: 60 }, (_, n) => 100 + n);
  const texts = told([initiation([exchange({ exchangeType: 35, requests: [sent(0, 9_000, sizes)] })])]);
  expect(texts).toContain("100 bytes, IP fragment 1 of 60");
  expect(texts).toContain("159 bytes, IP fragment 60 of 60");
  expect(texts).toContain("… 56 more IP fragments …");
  expect(texts).not.toContain("120 bytes, IP fragment 21 of 60");
});

test("several captures each have their own clock and say which they are", () => {
  const of = (capture: string, from: number) =>
    initiation(
      [exchange({ exchangeType: 34, requests: [sent(from, 624)], responses: [sent(from + 90, 301)] })],
      {
        capture,
      },
    );
  const texts = told([of("wifi.pcapng", 1_000_000), of("cable.pcapng", 2_000_000)]);
  expect(texts.filter((t) => t === "0.00 s")).toHaveLength(2);
  expect(texts).toContain("cable.pcapng");
});

test("long IPv6 addresses stand on lines of their own", () => {
  const client = "2001:db8:1111:2222:3333:4444:5555:6666";
  const svg = draw([initiation([opened], { client, gateway: "2001:db8::1", family: 6 })]);
  expect(svg).toContain(`<text x="0%" y="2.15rem" text-anchor="start" font-size="0.75rem"`);
  expect(drawnTexts(svg)).toContain(client);
});

test("a stranger's names stay text", () => {
  const capture = `x"><script>alert(1)</script>\u202e`;
  const hostile = [1, 2].map(() => initiation([opened], { capture, client: "<b>", gateway: `"'&` }));
  hostile[1] = initiation([opened], { capture: `${capture}2`, client: "</svg>" });
  const svg = draw(hostile);
  expect(new Set(checkMarkup(svg))).toEqual(new Set(["svg", "desc", "line", "text", "tspan", "g"]));
});

test("the words for a screen reader tell the same in the same order", () => {
  const svg = draw([
    initiation([opened, exchange({ exchangeType: 35, requests: threeTimes, observedAfterMs: 38_000 })]),
  ]);
  expect(svg).toMatch(/role="img" aria-label="[^"]+"/);
  const desc = /<desc>(.*?)<\/desc>/s.exec(svg)?.[1] ?? "";
  const order = [
    "IKE_SA_INIT",
    "to this PC",
    "IKE_AUTH",
    "1500 bytes, IP fragment 1 of 2",
    "no answer for 38 s",
  ];
  const places = order.map((words) => desc.indexOf(words));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(-1);
});

test("nothing to draw is no chart", () => {
  expect(sequenceChart([], "en")).toBeNull();
  expect(sequenceChart([initiation([])], "en")).toBeNull();
});

test("every capture of the cases can be drawn, in both languages", async () => {
  const captures = readdirSync(cases, { recursive: true, encoding: "utf8" }).filter((f) =>
    /\.pcapng$/.test(f),
  );
  expect(captures.length).toBeGreaterThan(1);
  for (const file of captures) {
    const { evidence, transcripts } = await loadEvidence([join(cases, file)]);
    const { initiations } = observe(evidence, transcripts);
    for (const language of ["en", "ja"] as const) {
      const chart = sequenceChart(initiations, language);
      if (chart !== null) expect(() => checkMarkup(String(chart.svg)), file).not.toThrow();
    }
  }
});
