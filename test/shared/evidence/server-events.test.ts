/** Events of a Windows VPN server: what is read of them in any language, and what is left open. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { readPastedText } from "../../../shared/evidence/text/read.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const folder = fileURLToPath(new URL("../../cases/formats/rras-events/", import.meta.url));
const fileOf = (name: string): string => readFileSync(`${folder}${name}.txt`, "utf8");
const evidenceOf = (...texts: string[]) =>
  Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: texts.map((text, at) => ({ name: `${at}.txt`, text })),
  });
const observed = (...texts: string[]) => observe(evidenceOf(...texts), []);
const read = (text: string) => readPastedText({ name: "a.txt", text });

/** An event of RemoteAccess as XML. */
const remoteAccess = (number: number, data: readonly string[], more = "", at = "2026-11-20T00:12:00Z") =>
  `<Event xmlns='x'><System><Provider Name='RemoteAccess'/><EventID Qualifiers='0'>${number}</EventID><TimeCreated SystemTime='${at}'/></System><EventData>${data.map((d) => `<Data>${d}</Data>`).join("")}${more}</EventData></Event>`;
/** Event 4653 as XML. */
const audited = (values: Readonly<Record<string, string>>) => {
  const all = {
    LocalAddress: "192.0.2.1",
    LocalKeyModPort: "500",
    RemoteAddress: "203.0.113.9",
    RemoteKeyModPort: "500",
    KeyModName: "%%8244",
    FailureReason: "?",
    Role: "%%8206",
    InitiatorCookie: "db55d3767e51b422",
    ResponderCookie: "1d55d3767e51b400",
    ...values,
  };
  const data = Object.entries(all).map(([name, value]) => `<Data Name='${name}'>${value}</Data>`);
  return `<Event xmlns='x'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>4653</EventID><TimeCreated SystemTime='2026-11-20T00:12:00Z'/></System><EventData>${data.join("")}</EventData></Event>`;
};

test("a refusal has the client's address and Windows's error, and no user's name", () => {
  const [refused] = read(fileOf("wevtutil-xml")).serverEvents;
  expect(refused).toMatchObject({ event: 20_271, what: "refused", peer: "203.0.113.9", errorNumber: 691 });
  for (const name of ["sample", "wevtutil-xml", "get-winevent-list", "get-eventlog-list", "event-viewer-csv"])
    expect(JSON.stringify(read(fileOf(name)).serverEvents), name).not.toMatch(/user|other|EXAMPLE/);
});

test("a user's name that looks like an address is no client", () => {
  const xml = remoteAccess(20_271, ["{NA}", "198.51.100.66", "203.0.113.9", "no", "0x10"]);
  expect(read(xml).serverEvents).toMatchObject([{ peer: "203.0.113.9" }]);
  const [, user] = ["203.0.113.9", "198.51.100.66"];
  const text = `Source: RemoteAccess\nEvent ID: 20271\nCoId={NA}: The user ${user} connected from 203.0.113.9 but failed.`;
  expect(read(text).serverEvents).toMatchObject([{ event: 20_271, peer: null }]);
});

test("the kind of VPN is told only where the event names it", () => {
  expect(read(fileOf("wevtutil-xml")).serverEvents.map((e) => [e.event, e.protocol])).toEqual([
    [20_271, null],
    [20_272, "IKEv2"],
    [20_285, null],
  ]);
});

test("as XML event 4653 says who began, which ends, and the initiator's SPI", () => {
  const [attempt] = observed(audited({})).initiations;
  expect(attempt).toMatchObject({
    view: "gateway",
    client: "203.0.113.9",
    gateway: "192.0.2.1",
    initiatorSpi: "db55d3767e51b422",
    logged: { namesNoMessages: true },
  });
  expect(attempt?.logged?.dropped ?? attempt?.logged?.refused).toBeUndefined();
  const began = (values: Readonly<Record<string, string>>) => observed(audited(values)).initiations.length;
  expect(began({ Role: "%%8205" }), "this computer is the initiator").toBe(0);
  expect(began({ Role: "Responder" }), "a word of a language").toBe(0);
  expect(began({ KeyModName: "%%8222" }), "IKEv1").toBe(0);
  expect(began({ KeyModName: "constructor" }), "no name").toBe(0);
  expect(began({ InitiatorCookie: "0000000000000000" }), "no SPI").toBe(0);
});

test("a reason decides as a number and never as words", () => {
  const loggedFor = (FailureReason: string) => observed(audited({ FailureReason })).initiations[0]?.logged;
  expect(loggedFor("%%13805")).toMatchObject({ dropped: { kind: "text" } });
  expect(loggedFor("13801")).toMatchObject({ refused: { reason: "authentication" } });
  expect(loggedFor("Negotiation timed out")).toEqual({ namesNoMessages: true });
});

test("as text, in German, only a port behind a NAT tells who began", () => {
  const text = fileOf("audit-text-german");
  expect(read(text).serverEvents).toMatchObject([{ event: 4653, peer: "203.0.113.9", fromPeer: true }]);
  const straight = read(text.replace("50312", "4500"));
  expect(straight.serverEvents).toMatchObject([{ peer: "203.0.113.9", fromPeer: null, protocol: "IKEv2" }]);
  expect(straight.messages).toEqual([]);
});

test("an event that is shown as text and as XML is one", () => {
  const xml = remoteAccess(20_271, ["{NA}", "u", "203.0.113.9", "no", "0x10"]);
  const text = `Source: RemoteAccess\nDate: 11/20/2026 9:12:00 AM\nEvent ID: 20271\nCoId={NA}: u connected from 203.0.113.9 but failed.\nEvent Xml:\n${xml}`;
  expect(observed(text).serverEvents).toMatchObject([{ event: 20_271, at: "2026-11-20T00:12:00Z" }]);
});

test("client's and server's events in one paste are told apart", () => {
  const client = `<Event xmlns='x'><System><Provider Name='RasClient'/><EventID>20227</EventID></System><EventData><Data>{a}</Data><Data>u</Data><Data>VPN</Data><Data>809</Data></EventData></Event>`;
  const both = read(`${client}\n${remoteAccess(20_271, ["{NA}", "u", "203.0.113.9"])}`);
  expect(both.rasFailures).toMatchObject([{ code: 809, connection: "VPN" }]);
  expect(both.serverEvents).toMatchObject([{ event: 20_271 }]);
});

test("the event viewer's one line of XML with thousands of events is read", () => {
  const one = remoteAccess(20_271, ["{NA}", "u", "203.0.113.9"]);
  const { serverEvents, notUnderstood } = read(`<Events>${one.repeat(400)}</Events>`);
  expect(serverEvents).toHaveLength(400);
  expect(notUnderstood).toEqual([]);
});

test("events alone give no verdict, and say what they leave open", () => {
  const diagnosis = diagnose({ evidence: evidenceOf(fileOf("sample")), transcripts: [] });
  expect(diagnosis).toMatchObject({ verdict: "insufficient-evidence", confidence: "low" });
  expect(diagnosis.candidates.map((c) => c.verdict)).toContain("gateway-rejects");
  expect(diagnosis.findings.find((f) => f.code === "windows-server-events")).toMatchObject({
    status: "found",
    phrase: { key: "finding.server-events.refused", params: { client: "203.0.113.9", event: 20_271 } },
  });
});
