import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { mtuLadder } from "../../../shared/chart/mtu-ladder.ts";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { checkMarkup, drawnTexts } from "../../support/markup-check.ts";
import { echo, exchange, initiation, observations, probe, sent } from "../../support/observations.ts";

const cases = fileURLToPath(new URL("../../cases/", import.meta.url));
const NONE = { interfaceMtu: null, basis: null };
const egress = (mtuV4: number): NonNullable<Observations["egress"]> => ({
  index: 19,
  name: "イーサネット 5",
  mtuV4,
  mtuV6: null,
  connected: true,
  ref: { kind: "probe", stepId: "r1-interfaces", bytes: null, sizeKind: null },
});
const draw = (o: Partial<Observations>, advice: Parameters<typeof mtuLadder>[1] = NONE): string =>
  String(mtuLadder(observations(o), advice, "en")?.svg ?? "");
const told = (...args: Parameters<typeof draw>): string[] => drawnTexts(draw(...args));

for (const [name, files] of [
  ["wired-fail", ["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"]],
] as const) {
  for (const language of ["en", "ja"] as const) {
    test(`the seed story's ladder as it is drawn: ${name} (${language})`, async () => {
      const loaded = await loadEvidence(files.map((f) => join(cases, "seed", f)));
      const o = observe(loaded.evidence, loaded.transcripts);
      const svg = String(mtuLadder(o, diagnoseObservations(o).recommendation, language)?.svg);
      checkMarkup(svg);
      await expect(svg).toMatchFileSnapshot(join(cases, `seed/${name}.ladder.${language}.svg`));
    });
  }
}

/** The rung at which a mark stands: the last size in front of it. */
function marksBySize(texts: string[]): Record<string, string[]> {
  const rungs: Record<string, string[]> = {};
  let rung: string[] | null = null;
  for (const words of texts) {
    if (/^\d+$/.test(words)) {
      rung = [];
      rungs[words] = rung;
    } else if (/^(passed|cut|silent|local|router|error|not run|×\d+)$/.test(words)) rung?.push(words);
  }
  return rungs;
}

test("a run whose fragments above 1472 are lost, with what-if results: sizes against answers", () => {
  const texts = told(
    {
      egress: egress(1500),
      echoes: [
        echo({ pingPayloadBytes: 1472 }),
        echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" }),
      ],
      probes: [
        probe({ purpose: "baseline", ipBytes: 636 }),
        probe({ purpose: "size-control", ipBytes: 324 }),
        probe({ purpose: "whole-packet", ipBytes: 1500 }),
        ...[1600, 2560, 3000].map((ipBytes) =>
          probe({ purpose: "ip-fragments", ipBytes, outcome: "silent" }),
        ),
        probe({ purpose: "what-if", ipBytes: 2560, userMtu: 1480, outcome: "silent" }),
        probe({ purpose: "what-if", ipBytes: 2560, userMtu: 1472 }),
        probe({ purpose: "what-if", ipBytes: 2560, userMtu: 1280, outcome: "not-run" }),
      ],
    },
    { interfaceMtu: 1472, basis: "verified" },
  );
  expect(marksBySize(texts)).toEqual({
    // Ping and whole IKE passed; three IKE messages and a ping, all as IP fragments of up to 1500, did not.
    1500: ["passed", "passed", "silent", "×3", "silent"],
    1480: ["silent"],
    1472: ["passed"],
    1280: ["not run"],
    324: ["passed"],
  });
  const order = ["MTU of the interface: 1500", "1500", "1480", "recommended MTU: 1472 (tested)", "1472"];
  const places = order.map((words) => texts.indexOf(words));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(-1);
});

const marks: [name: string, o: Partial<Observations>, cell: string][] = [
  ["an answer", { echoes: [echo({})] }, "passed"],
  ["a reply that was cut", { echoes: [echo({ replyCut: true })] }, "cut"],
  ["silence", { echoes: [echo({ outcome: "timeout" })] }, "silent"],
  ["a refusal by this PC", { echoes: [echo({ outcome: "too-big-locally" })] }, "local"],
  ["a router's word", { echoes: [echo({ outcome: "too-big-remotely" })] }, "router"],
  ["unreachable", { echoes: [echo({ outcome: "unreachable" })] }, "error"],
  ["not run", { echoes: [echo({ outcome: "not-run" })] }, "not run"],
  [
    "a probe not sent",
    { probes: [probe({ purpose: "whole-packet", ipBytes: 1400, outcome: "not-sent" })] },
    "not run",
  ],
  [
    "a probe refused here",
    { probes: [probe({ purpose: "whole-packet", ipBytes: 1400, outcome: "too-big-locally" })] },
    "local",
  ],
];
for (const [name, o, cell] of marks) {
  test(`each outcome has a mark of its own, with a word in the cell and one in the legend: ${name}`, () => {
    const texts = told(o);
    expect(texts).toContain(cell);
    expect(texts.some((t) => t.startsWith(`${cell}: `))).toBe(true);
    expect(Object.values(marksBySize(texts)).flat()).toEqual([cell]);
  });
}

test("pings of another host stand apart from the gateway's, and the host is named", () => {
  const texts = told({
    echoes: [
      echo({ outcome: "timeout" }),
      echo({ toGateway: false, target: "203.0.113.80" }),
      echo({ toGateway: null, target: null }),
    ],
  });
  expect(texts.filter((t) => t === "ping, DF,")).toHaveLength(3);
  expect(marksBySize(texts)[1500]).toEqual(["passed", "passed", "silent"]);
  expect(texts).toContain("The other host: 203.0.113.80");
});

test("a capture's own messages join the measured sizes; one size alone makes no ladder", () => {
  const auth = exchange({
    exchangeType: 35,
    requests: [1, 2, 3].map((n) => sent(n * 1_000, 2_528, [1500, 1080])),
  });
  const captured = { initiations: [initiation([auth])] };
  expect(mtuLadder(observations(captured), NONE, "en")).toBeNull();
  const opened = exchange({ exchangeType: 34, requests: [sent(0, 624)], responses: [sent(90, 301)] });
  const login = marksBySize(told({ initiations: [initiation([opened, auth])] }));
  expect(login).toEqual({ 656: ["passed"], 1500: ["silent", "×3"] });
  expect(marksBySize(told({ ...captured, echoes: [echo({})] }))[1500]).toEqual(["passed", "silent", "×3"]);
});

test("IPv4 and IPv6 have ladders of their own, and the recommendation stands in the VPN's", () => {
  const texts = told(
    {
      echoes: [echo({}), echo({ family: 6, pingPayloadBytes: 1452, ipBytes: 1500, target: "2001:db8::1" })],
      initiations: [initiation([], { family: 6 })],
    },
    { interfaceMtu: 1400, basis: "trial" },
  );
  expect(texts.indexOf("IPv6")).toBeGreaterThan(texts.indexOf("IPv4"));
  expect(texts.indexOf("recommended MTU: 1400 (a trial)")).toBeGreaterThan(texts.indexOf("IPv6"));
});

test("an interface that is as recommended has one line", () => {
  const texts = told({ egress: egress(1472), echoes: [echo({})] }, { interfaceMtu: 1472, basis: "trial" });
  expect(texts.filter((t) => t.includes("MTU") && t.includes("1472"))).toEqual([
    "MTU of the interface, as recommended: 1472",
  ]);
});

test("very many sizes are folded, and where an answer changes stays", () => {
  const echoes = Array.from({ length: 500 }, (_, n) => {
    const pingPayloadBytes = 1_000 + n;
    return echo({ pingPayloadBytes, outcome: pingPayloadBytes === 1_111 ? "timeout" : "answered" });
  });
  const rungs = marksBySize(told({ echoes }));
  expect(Object.keys(rungs).length).toBeLessThanOrEqual(36);
  // 1111 + 28 and its neighbours: loss that is not monotonic must not be smoothed away.
  expect([rungs[1140], rungs[1139], rungs[1138]]).toEqual([["passed"], ["silent"], ["passed"]]);
  const folded = told({ echoes }).flatMap((t) => /^… (\d+) more sizes …$/.exec(t)?.[1] ?? []);
  expect(folded.reduce((sum, n) => sum + Number(n), 0)).toBe(500 - Object.keys(rungs).length);
});

test("a probe's mark is where a finding's link leads", () => {
  const chart = mtuLadder(
    observations({
      probes: [
        probe({
          purpose: "whole-packet",
          ipBytes: 1400,
          stepId: "r2-whole-1400",
          ref: { kind: "probe", stepId: "r2-whole-1400", bytes: 1400, sizeKind: "ip-packet" },
        }),
      ],
    }),
    NONE,
    "en",
  );
  expect([...(chart?.anchors ?? [])]).toEqual(["step-r2-whole-1400"]);
  expect(String(chart?.svg)).toContain(`id="step-r2-whole-1400"`);
});

test("a stranger's names stay text", () => {
  const svg = draw({ echoes: [echo({ toGateway: false, target: `"><script>alert(1)</script>` })] });
  expect(checkMarkup(svg)).not.toContain("script");
});

test("nothing tried is no ladder", () => {
  expect(mtuLadder(observations(), NONE, "en")).toBeNull();
  expect(mtuLadder(observations({ probes: [probe({ purpose: "baseline" })] }), NONE, "en")).toBeNull();
});
