import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnoseObservations, ruleReference } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import type { Language } from "../../../shared/language.ts";
import { htmlReport } from "../../../shared/report/html-report.ts";
import { REPORT_STYLE, REPORT_STYLE_SHA256 } from "../../../shared/report/style.ts";
import { speak } from "../../../shared/text/speak.ts";
import { checkMarkup } from "../../support/markup-check.ts";
import { echo, initiation, observations, probe } from "../../support/observations.ts";

const cases = fileURLToPath(new URL("../../cases/", import.meta.url));
const report = (o: Observations, language: Language = "en"): string =>
  htmlReport(speak(diagnoseObservations(o), language), o, ruleReference);
async function load(...files: string[]): Promise<Observations> {
  const { evidence, transcripts } = await loadEvidence(files.map((f) => join(cases, f)));
  return observe(evidence, transcripts);
}
const seed = () =>
  load(
    ...["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"].map((f) => `seed/${f}`),
  );

test("the seed story reads verdict first, then the drawings, why, what to do, and the evidence", async () => {
  const page = report(await seed());
  checkMarkup(page);
  const order = [
    "<h1>The login message gets no answer</h1>",
    '<p class="remedy"><strong>What to do</strong> ',
    "<strong>1472</strong> (a reasoned trial, not tested)",
    '<a href="#advice">',
    '<section id="sequence">',
    '<section id="ladder">',
    '<section id="why">',
    "IKE_AUTH (2528 bytes of IKE) was sent 3 times",
    '<section id="advice">',
    '<p class="mtu">',
    "1468 + 1112",
    "<code>netsh interface ipv4 set interface 19 mtu=1472</code>",
    "<code>netsh interface ipv4 set interface 19 mtu=1500</code>",
    '<section id="server">',
    '<section id="findings">',
    '<section id="evidence">',
    "イーサネット 5",
  ];
  const places = order.map((words) => page.indexOf(words, page.indexOf("<main>")));
  for (const [at, place] of places.entries()) expect(place, order[at]).toBeGreaterThan(-1);
  expect(places.slice(0, -1)).toEqual(places.slice(0, -1).toSorted((a, b) => a - b));
});

test("it is Japanese where that is asked, and says so", async () => {
  const page = report(await seed(), "ja");
  expect(page).toContain('<html lang="ja">');
  expect(page).toContain("ログインのメッセージに応答がありません");
  expect(page).toContain("38秒間 応答なし");
});

test("it needs nothing else and may do nothing: no script, nothing from elsewhere, a policy that says so", async () => {
  const page = report(await seed());
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  expect(policy).toBe(
    `default-src &#39;none&#39;; style-src &#39;sha256-${REPORT_STYLE_SHA256}&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;`,
  );
  const elements = new Set(checkMarkup(page));
  for (const name of ["script", "img", "link", "iframe", "object", "form", "base"])
    expect(elements).not.toContain(name);
  expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(
    /\b(?:src|href)="(?!#)|url\(|@import|https?:/,
  );
});

test("the policy lets the style through that stands in the page", async () => {
  const style = /<style>(.*)<\/style>/s.exec(report(await seed()))?.[1] ?? "";
  expect(style).toBe(REPORT_STYLE);
  expect(createHash("sha256").update(style).digest("base64")).toBe(REPORT_STYLE_SHA256);
});

test("every link leads somewhere, and the frames of a finding to the drawing", async () => {
  const page = report(await seed());
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  const links = [...page.matchAll(/<a href="#([^"]+)">/g)].map(([, to]) => to);
  expect(links.length).toBeGreaterThan(5);
  for (const to of links) expect(ids).toContain(to);
  const drawing = page.slice(page.indexOf('<section id="sequence">'), page.indexOf('<section id="ladder">'));
  for (const frame of [2, 3, 4, 5, 6, 7, 8, 9])
    expect(drawing).toContain(`id="frame-${frame}-wired-fail_002epcapng"`);
});

test("what no drawing shows is linked to its row, and what is nowhere on the page is not linked", async () => {
  const o = await load("path-mtu-reduced/capture.pcapng");
  const [router] = o.icmpErrors;
  const page = report(o);
  const id = `frame-${router?.frame}-${router?.capture.replace(".", "_002e")}`;
  expect(page).toContain(`<tr id="${id}">`);
  expect(page).toContain(`<a href="#${id}">`);

  const spoken = speak(diagnoseObservations(o), "en");
  const evidence = [{ kind: "packet" as const, capture: "gone.pcap", frame: 7 }];
  const elsewhere = htmlReport(
    { ...spoken, findings: spoken.findings.map((f) => ({ ...f, evidence })) },
    o,
    ruleReference,
  );
  expect(elsewhere).toContain("frame 7 of gone.pcap");
  expect(elsewhere).not.toContain('href="#frame-7-');
});

test("a run without a capture has its ladder, its probes as rows, and no sequence", async () => {
  const page = report(await load("run-fragments-1472/run.json"));
  checkMarkup(page);
  expect(page).not.toContain('<section id="sequence">');
  expect(page).toContain('<section id="ladder">');
  expect(page).toContain("recommended MTU: 1472 (tested)");
  expect(page).toContain('<a href="#step-r3-mtu-1472">IKE, trial MTU 1472</a>');
});

test("with no evidence there is a report that says so", () => {
  const page = report(observations({ gateway: null, gatewayAddresses: [], clientAddresses: [] }));
  checkMarkup(page);
  expect(page).toContain("<h1>Not enough to tell</h1>");
  expect(page).toContain("Leave this PC&#39;s MTU as it is.");
  expect(page).not.toContain("<figure");
});

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\u202e\x00&amp;`;
test("a stranger's names, texts and addresses stay text, wherever they come from", async () => {
  const o = await seed();
  const page = report({
    ...o,
    gateway: hostile,
    agent: {
      name: hostile,
      version: hostile,
      platform: "windows",
      osVersion: hostile,
      runtime: hostile,
      language: "ja",
      elevated: true,
    },
    interfaces: o.interfaces.map((i) => ({ ...i, name: hostile })),
    egress: o.egress && { ...o.egress, name: hostile },
    initiations: [
      ...o.initiations.map((i) => ({ ...i, capture: hostile, client: hostile, gateway: hostile })),
      initiation([], { capture: hostile }),
    ],
    captures: o.captures.map((c) => ({ ...c, capture: hostile })),
    echoes: [...o.echoes, echo({ toGateway: false, target: hostile })],
    probes: [
      probe({
        purpose: "ip-fragments",
        ipBytes: 2_000,
        target: hostile,
        outcome: "not-sent",
        detail: hostile,
        ref: { kind: "probe", stepId: hostile, bytes: null, sizeKind: null },
      }),
    ],
    notUnderstood: [{ source: hostile, line: 1, text: hostile }],
  });
  const elements = checkMarkup(page);
  expect(elements).not.toContain("script");
  expect(elements).not.toContain("img");
  expect(page.split("&lt;script&gt;").length).toBeGreaterThan(8);
});

test("evidence without end gives a page with one", () => {
  const notUnderstood = Array.from({ length: 5_000 }, (_, n) => ({
    source: "a.txt",
    line: n + 1,
    text: "?",
  }));
  const page = report(observations({ notUnderstood }));
  expect(page).toContain("4800 more");
  expect(page.length).toBeLessThan(200_000);
});

test("a time that no calendar has is left out", () => {
  expect(report(observations({ startedAtMs: Date.UTC(2026, 0, 31, 9, 5) }))).toContain(
    "2026-01-31 09:05 UTC",
  );
  expect(report(observations({ startedAtMs: 9e15 }))).not.toContain("Recorded");
});

test("where no login was begun, the report does not say that one was", () => {
  const rehearsal = { logins: [], gateway: null, stopped: "left-out" as const };
  const o = observations({ rehearsal });
  const page = report(o);
  expect(page).toContain("No login was begun");
  expect(page).not.toContain("A login was begun");
});

test("what Windows recorded stands under the drawings, newest first, with what the errors mean", async () => {
  const page = report(await load("gateway-rejects/error-13801.json"));
  checkMarkup(page);
  const windows = /<section id="windows">.*?<\/section>/s.exec(page)?.[0] ?? "";
  expect(windows).toMatch(
    /<td class="number">13801<\/td><td>the gateway&#39;s certificate was not accepted<\/td>/,
  );
  expect(windows).toMatch(/<time datetime="[^"]+Z">\d{4}-\d\d-\d\d \d\d:\d\d UTC<\/time>/);
  expect(page.indexOf('<section id="windows">')).toBeLessThan(page.indexOf('<section id="why">'));
  // The finding leads to it by what it is, and not by the name of a step.
  expect(page).toMatch(/<a href="#step-[\w-]+">What Windows recorded<\/a>/);
});

test("what a login's size was reckoned from stands among what Windows recorded", async () => {
  const o = await load("outbound-fragments-dropped/large-certificate.json");
  const windowsOf = (page: string): string => /<section id="windows">.*?<\/section>/s.exec(page)?.[0] ?? "";
  const english = report(o);
  checkMarkup(english);
  expect(windowsOf(english)).toContain("MachineCertificate");
  expect(windowsOf(english)).toMatch(/<td>the PC&#39;s<\/td><td>RSA 4096<\/td><td>1560<\/td>/);
  expect(windowsOf(english)).toContain("Roots that this PC trusts: 40");
  const japanese = windowsOf(report(o, "ja"));
  expect(japanese).toContain("このPCが信頼するルート証明書：40個");
  const withoutSettings = { ...o, vpn: o.vpn && { profiles: o.vpn.profiles, rasFailures: [] } };
  expect(windowsOf(report(withoutSettings))).not.toContain("Roots");
});
