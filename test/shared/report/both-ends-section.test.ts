import { expect, test } from "vitest";
import { chooseStyle, printReport } from "../../../cli/print-report.ts";
import { diagnoseObservations, ruleReference } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import type { Language } from "../../../shared/language.ts";
import { clockSentences, notAtBothEnds } from "../../../shared/report/both-ends-section.ts";
import { htmlReport } from "../../../shared/report/html-report.ts";
import { speak } from "../../../shared/text/speak.ts";
import { bothEnds, datagram, joinedLogin, LOGIN_MS, opening, packets, place } from "../../support/joined.ts";
import { checkMarkup, drawnTexts } from "../../support/markup-check.ts";
import { exchange, initiation, observations, sent } from "../../support/observations.ts";

const lossy = (sending: number) =>
  datagram({
    sending,
    atMs: 90 + 1_000 * (sending - 1),
    frames: [1 + 2 * sending, 2 + sending],
    packets: packets([1500, "lost"], [1428, "arrived"]),
  });
const login = joinedLogin([...opening(), lossy(1), lossy(2), lossy(3)]);
const at = (capture: string, frame: number, timeMs: number) => ({
  ...sent(timeMs, 620),
  refs: [{ kind: "packet" as const, capture, frame }],
});
const attempt = (capture: string, frame: number) => ({
  ...initiation([exchange({ exchangeType: 34, requests: [at(capture, frame, 0)] })]),
  capture,
});
const both: Observations = observations({
  initiations: [attempt("client.pcapng", 1), attempt("gateway.pcapng", 1)],
  joined: [login],
});
const page = (o: Observations, language: Language = "en"): string => {
  const html = htmlReport(speak(diagnoseObservations(o), language), o, ruleReference);
  checkMarkup(html);
  return html;
};
const printed = (o: Observations, language: Language = "en", columns = 80): string =>
  printReport(speak(diagnoseObservations(o), language), chooseStyle({}, {}), columns);

for (const language of ["en", "ja"] as const) {
  test(`both ends come right after the verdict, in the place of each end's own drawing (${language})`, () => {
    const spoken = speak({ ...diagnoseObservations(both), verdict: "healthy", candidates: [] }, language);
    const html = htmlReport(spoken, both, ruleReference);
    checkMarkup(html);
    const sections = [...html.matchAll(/<section (?:id|class)="([^"]+)"/g)].map(([, name]) => name);
    expect(sections[1]).toBe("both-ends");
    expect(sections).not.toContain("sequence");
    expect(html.match(/class="chart sequence joined"/g)).toHaveLength(1);
    expect(html).toContain("gateway.pcapng");
  });
}

test("another attempt keeps its drawing, and an id stands on the page once", () => {
  const o = { ...both, initiations: [...both.initiations, attempt("client.pcapng", 40)] };
  const html = page(o);
  expect(html).toContain('<section id="sequence">');
  expect(html.match(/id="frame-1-client_002epcapng"/g)).toHaveLength(1);
  expect(html).toContain('id="frame-40-client_002epcapng"');
});

test("what refuses a login is said in its drawing, and what refuses a run's probe is not", () => {
  const notify = {
    type: 14,
    name: "NO_PROPOSAL_CHOSEN",
    ref: { kind: "packet" as const, capture: "client.pcapng", frame: 2 },
  };
  const refused = {
    ...exchange({ exchangeType: 34, requests: [at("client.pcapng", 1, 0)] }),
    responseNotifies: [notify],
  };
  const of = (kind: "capture" | "run") => {
    const places = [place({ kind }), place({ end: "gateway" })];
    const o = observations({
      initiations: [initiation([refused])],
      joined: [joinedLogin(opening(), { places })],
    });
    return drawnTexts(page(o));
  };
  expect(of("capture")).toContain("NO_PROPOSAL_CHOSEN (14)");
  expect(of("run")).not.toContain("NO_PROPOSAL_CHOSEN (14)");
});

test("without a joined login a report is what it was", () => {
  const html = page({ ...both, joined: [] });
  expect(html).not.toContain('id="both-ends"');
  expect(html).toContain('<section id="sequence">');
});

test("the section says whose end each file is, how that is known, and which were not joined", () => {
  const html = page({
    ...both,
    notJoined: [{ sources: ["client.pcapng", "old.pcapng"], why: "other-attempts" }],
  });
  const row = /<tr><td class="free">gateway\.pcapng.*?<\/tr>/.exec(html)?.[0] ?? "";
  expect(row).toContain("<td>at the gateway, from what is in it</td>");
  expect(row).toContain("<td>2026-01-12 16:05:02.367 UTC</td><td>203.0.113.7 → 192.0.2.1</td>");
  expect(html).toContain(
    "client.pcapng and old.pcapng show the same PC and gateway, but not the same attempt to log in.",
  );
});

test("what a report leaves out of a login is counted: in its chart where there is one, else below the title", () => {
  const spoken = speak(diagnoseObservations(both), "en");
  const of = (logins: (typeof login)[], joinedLogins = logins.length) =>
    htmlReport(
      { ...spoken, bothEnds: bothEnds(logins, { omittedDatagrams: 9, joinedLogins }) },
      both,
      ruleReference,
    );
  expect(of([login])).toContain("… 9 more messages …");
  const elsewhere = joinedLogin(opening(), { places: [place({ source: "b" }), place({ end: "gateway" })] });
  const two = of([login, elsewhere], 70);
  expect(two.match(/class="chart sequence joined"/g)).toHaveLength(2);
  expect(two).not.toContain("… 9 more messages …");
  expect(two).toContain("9 messages from the middle of these logins are left out.");
  expect(two).toContain("70 logins were seen at both ends. Those that tell most are shown.");
  checkMarkup(two);
});

test("logins that the same places recorded share a drawing, in the order of time, each with its title", () => {
  const later = joinedLogin([
    datagram({ atMs: 60_000, frames: [90, 90], packets: packets([620, "arrived"]) }),
  ]);
  const html = page({ ...both, joined: [later, login] });
  expect(html.match(/class="chart sequence joined"/g)).toHaveLength(1);
  const drawn = drawnTexts(html);
  const order = ["Attempt 1 of 2", "IKE_AUTH", "Attempt 2 of 2", "60.00 s"].map((text) =>
    drawn.indexOf(text),
  );
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  const lines = printed({ ...both, joined: [later, login] }).split("\n");
  expect(lines).toContain("  Attempt 1 of 2");
  // The probes of a run have none: a title for every two messages says nothing.
  const probes = Array.from({ length: 6 }, () => joinedLogin(opening()));
  expect(printed({ ...both, joined: probes })).not.toContain("Attempt 1 of 6");
  expect(drawnTexts(page({ ...both, joined: probes }))).not.toContain("Attempt 1 of 6");
  expect(page({ ...both, joined: [login] })).not.toContain("Attempt 1 of 1");
  expect(printed({ ...both, joined: [login] })).not.toContain("Attempt 1 of 1");
});

const clocks: { name: string; ahead: number | null; off?: number; kind?: "log"; want: RegExp }[] = [
  {
    name: "ahead",
    ahead: 10_800_250,
    off: 12,
    want: /^The clock of b is 3 h 0 min 0\.25 s ahead .*\(± 12 ms\)/,
  },
  { name: "behind", ahead: -2_500, off: 60, want: /^The clock of b is 2\.5 s behind .*\(± 60 ms\)/ },
  { name: "the same", ahead: -3, off: 4, want: /^The clocks of b and a agree \(± 4 ms\)\.$/ },
  { name: "not known", ahead: null, want: /is not known: each column counts from its own first message\.$/ },
  {
    name: "a log's zone",
    ahead: 32_400_000,
    off: 500,
    kind: "log",
    want: /9 h 0 min 0 s ahead.*time zone\.$/,
  },
  {
    name: "no dates",
    ahead: -Date.UTC(2026, 0, 12),
    off: 500,
    kind: "log",
    want: /times without dates.*\(± 500 ms\)/,
  },
];
for (const { name, ahead, off = 0, kind = "capture", want } of clocks) {
  test(`how the clocks differ is said, and how sure that is: ${name}`, () => {
    const clock = ahead === null ? null : { aheadMs: ahead, uncertaintyMs: off };
    const places = [place({ source: "a" }), place({ end: "gateway", source: "b", kind, clock })];
    expect(clockSentences(joinedLogin(opening(), { places }), "en").join(" ")).toMatch(want);
  });
}

test("an attempt is left to its joined login by any of its packets, also of a datagram that came in part", () => {
  const [client] = both.initiations;
  if (client === undefined) throw new Error("no attempt");
  const partly = { timeMs: 0, ipBytes: [1428], firstSeen: false, lastSeen: true };
  const gateway = {
    ...client,
    exchanges: [],
    outboundIncomplete: [
      { ...partly, refs: [{ kind: "packet" as const, capture: "gateway.pcapng", frame: 3 }] },
    ],
  };
  expect(notAtBothEnds([client, gateway], bothEnds([login]))).toEqual([]);
  expect(notAtBothEnds([client, gateway], bothEnds([]))).toHaveLength(2);
});

test("what proves that it is one login is said, and how many of a log fit alike", () => {
  const sizes = { ...login, provenBy: "sizes" as const };
  const html = page({ ...both, joined: [{ ...sizes, alike: 3 }] });
  expect(html).toContain("because the sizes, the order and the times of its messages agree");
  expect(html).toContain("3 logins of the log fit equally well");
  const once = page({ ...both, joined: [login] });
  expect(once).toContain("All these places have the same SPIs");
  expect(once).not.toContain("fit equally well");
});

test("a terminal has a line for each message: both times, an arrow, and what was lost", () => {
  const lines = printed(both).split("\n");
  expect(lines).toContain("  This PC       VPN gateway  Message");
  expect(lines).toContain("  0.000 s  -->      0.020 s  IKE_SA_INIT, IKE 620 bytes: 652 bytes");
  expect(lines).toContain("  0.060 s  <--      0.040 s  IKE_SA_INIT response, IKE 300 bytes: 332 bytes");
  expect(lines).toContain("  1.090 s  --x      1.110 s  IKE_AUTH, sent again (2): 1500 bytes (lost) + 1428");
});

test("a log's message has the size of its IKE message only, and whole seconds where its log has no others", () => {
  const [client, answer] = opening();
  if (!client || !answer) throw new Error("no messages");
  const logged = { ...answer, packets: [], fate: "partly-lost" as const, ikeLength: 1968 };
  const places = [
    place(),
    place({ end: "gateway", kind: "log", clock: { aheadMs: -117, uncertaintyMs: 900 } }),
  ];
  const inSeconds = [client, logged].map((datagram, n) => ({
    ...datagram,
    seen: datagram.seen.map(
      (seen, end) =>
        seen && (end === 0 ? seen : { ...seen, timeMs: LOGIN_MS - 117 + 1_000 * n, ipBytes: [] }),
    ),
  }));
  const lines = printed({ ...both, joined: [joinedLogin(inSeconds, { places })] }).split("\n");
  expect(lines).toContain("  0.000 s  -->          0 s  IKE_SA_INIT, IKE 620 bytes: 652 bytes");
  expect(lines).toContain("  0.060 s  x--          1 s  IKE_SA_INIT response, IKE 1968 bytes (partly lost)");
  expect(page({ ...both, joined: [joinedLogin(inSeconds, { places })] })).toContain(">0 s = 13:05:02</text>");
});

test("a terminal shows the first and the last messages of a long login", () => {
  const many = joinedLogin(Array.from({ length: 60 }, (_, n) => lossy(n + 1)));
  const text = printed({ ...both, joined: [many] });
  expect(text).toContain("… 40 more messages …");
  expect(text.split("\n").filter((line) => line.includes("--x"))).toHaveLength(20);
});

test("a terminal keeps its columns with Japanese letters, which take two", () => {
  const lines = printed(both, "ja").split("\n");
  expect(lines).toContain("   このPC       ゲートウェイ  メッセージ");
  expect(lines).toContain("  0.060秒  <--       0.040秒  IKE_SA_INIT 応答、IKE 300バイト: 332バイト");
});
