/** IKE messages field by field: what is in them, how much of a long capture, and how drawings lead there. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnoseObservations, ruleReference } from "../../../shared/diagnose/diagnose.ts";
import type { DecodedMessage } from "../../../shared/evidence/decoded-messages.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { decodedCaptures } from "../../../shared/evidence/observe-captures.ts";
import { LANGUAGE_TAGS } from "../../../shared/language.ts";
import { htmlReport } from "../../../shared/report/html-report.ts";
import { messageAnchor, messagesSection } from "../../../shared/report/messages-section.ts";
import { speak } from "../../../shared/text/speak.ts";
import { checkMarkup } from "../../support/markup-check.ts";

const CASES = join(import.meta.dirname, "../../cases");

async function load(...files: string[]) {
  const { evidence, transcripts } = await loadEvidence(files.map((file) => join(CASES, file)));
  const observations = observe(evidence, transcripts);
  const decoded = decodedCaptures(transcripts, observations.initiations);
  return { observations, decoded, diagnosis: diagnoseObservations(observations) };
}

const CLIENTS: ReadonlySet<string> = new Set();

test("a message says all that its header, its payloads and its packets have in the clear", async () => {
  const { decoded } = await load("seed/wired-fail.pcapng");
  const [init, answer, auth] = decoded[0]?.front ?? [];
  expect(init).toMatchObject({
    capture: "wired-fail.pcapng",
    frame: 2,
    header: { exchange: "IKE_SA_INIT", messageId: 0, isResponse: false, isFromInitiator: true, length: 624 },
    udpPayloadBytes: 624,
    ipPackets: [{ frame: 2, ipBytes: 652 }],
    keGroup: "MODP1024",
  });
  expect(init?.payloads.map(({ name }) => name)).toContain("SA");
  expect(init?.proposals[0]).toMatch(/^3DES, |^AES_CBC \d+, /);
  expect(init?.vendorIds).toContain("MS NT5 ISAKMPOAKLEY");
  expect(answer?.header).toMatchObject({ isResponse: true, isFromInitiator: false });
  expect(auth).toMatchObject({
    frame: 5,
    header: { exchange: "IKE_AUTH", messageId: 1, length: 2528 },
    ipPackets: [
      { frame: 4, ipBytes: 1500, ipFragmentOffset: 0, moreIpFragments: true },
      { frame: 5, ipBytes: 1080, ipFragmentOffset: 1480, moreIpFragments: false },
    ],
  });
});

test.each(LANGUAGE_TAGS)("in %s each message of the drawing leads to its fields", async (language) => {
  const { observations, decoded, diagnosis } = await load("seed/wired-fail.pcapng");
  const page = htmlReport(speak(diagnosis, language), observations, ruleReference, decoded);
  checkMarkup(page);
  const drawing = page.slice(page.indexOf('<section id="sequence">'), page.indexOf('<section id="ladder">'));
  const links = [...drawing.matchAll(/<a href="#(message-[^"]+)"><title>/g)].map(([, id]) => id);
  expect(links).toEqual([2, 3, 5, 7, 9].map((frame) => `message-${frame}-wired-fail_002epcapng`));
  for (const id of links) expect(page).toContain(`<div id="${id}">`);
  // A picture may have no links inside: with links it is a group, whose parts are read one by one.
  expect(drawing).toContain('role="group"');
  expect(drawing).not.toContain("<desc>");
});

test("both ends' messages stand under their files, and the drawing of both leads to them", async () => {
  const ends = ["client", "gateway"].map((end) => `both-ends/inbound-fragments-all-${end}.pcapng`);
  const { observations, decoded, diagnosis } = await load(...ends);
  const page = htmlReport(speak(diagnosis, "en"), observations, ruleReference, decoded);
  checkMarkup(page);
  for (const end of ["client", "gateway"])
    expect(page).toContain(`<h3><bdi>inbound-fragments-all-${end}.pcapng</bdi></h3>`);
  const drawing = page.slice(page.indexOf('<section id="both-ends">'), page.indexOf('<section id="ladder">'));
  expect(drawing).toMatch(/<a href="#message-\d+-inbound-fragments-all-(client|gateway)_002epcapng"><title>/);
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
  for (const [, to] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(to);
});

/** The message of the seed with another frame, for captures of any length. */
async function messages(count: number): Promise<DecodedMessage[]> {
  const { decoded } = await load("seed/wired-fail.pcapng");
  const [first] = decoded[0]?.front ?? [];
  if (first === undefined) throw new Error("the seed has a message");
  return Array.from({ length: count }, (_, at) => ({ ...first, frame: at + 1, timeMs: first.timeMs + at }));
}

test("of a long capture the first messages and the last ones are shown, and the others are counted", async () => {
  const front = await messages(60);
  const captures = ["a.pcap", "b.pcap"].map((capture) => ({
    capture,
    front: front.map((message) => ({ ...message, capture })),
    omitted: 7,
    back: [],
  }));
  const made = messagesSection(captures, "en", { clients: CLIENTS, bytesHref: null });
  expect(made?.shown).toHaveLength(36);
  expect(String(made?.section).match(/49 more messages between these two are left out/g)).toHaveLength(2);
  expect(made?.shown.at(-1)).toMatchObject({ capture: "b.pcap", frame: 60 });
  expect(messagesSection([], "en", { clients: CLIENTS, bytesHref: null })).toBeNull();
});

test("a capture's name is text, in an id and a heading alike, and bytes are linked where they are shown", async () => {
  const capture = `</section><script>alert(1)</script>‮.pcap`;
  const [message] = (await messages(1)).map((one) => ({ ...one, capture, vendorIds: [capture] }));
  if (message === undefined) throw new Error("there is one");
  const one = { capture, front: [message], omitted: 0, back: [] };
  const made = messagesSection([one, { ...one, capture: "b", front: [{ ...message, capture: "b" }] }], "ja", {
    clients: CLIENTS,
    bytesHref: ({ frame }) => `/bytes/${frame}`,
  });
  const text = String(made?.section);
  checkMarkup(text);
  expect(text).not.toContain("<script");
  expect(text).not.toContain("‮");
  expect(text).toContain('<a class="bytes" href="/bytes/1">');
  expect(messageAnchor(message)).toMatch(/^message-1-[\w-]+$/);
});
