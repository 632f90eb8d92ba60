/** Evidence thinned on purpose: what of it somebody may have sent instead of all of it. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { captureFormat } from "../../shared/capture/format.ts";
import { CaptureParser } from "../../shared/capture/read.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { diagnose, RULES } from "../../shared/diagnose/diagnose.ts";
import { decodeText } from "../../shared/evidence/character-sets.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { addressText } from "../../shared/packet/address.ts";
import { newIpFields, readIp } from "../../shared/packet/ip.ts";
import { findIp } from "../../shared/packet/link.ts";
import type { Diagnosis, EvidenceRef } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import { CaptureReader } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { encodePcapng } from "./capture-files.ts";

interface Frame extends FrameToWrite {
  /** Its number in the whole capture. */
  number: number;
  /** The IP address that it came from; `null`: no IP. */
  source: string | null;
}

/** A body of evidence whose captures can still be cut. */
export interface Body {
  evidence: Evidence;
  captures: { name: string; frames: Frame[] }[];
}

function framesOf(name: string, bytes: Uint8Array): Frame[] {
  const frames: Frame[] = [];
  const ip = newIpFields();
  const parser = new CaptureParser(name, (f) => {
    const at = findIp(f.linkType, f.view, f.start, f.end);
    const isIp = at >= 0 && readIp(ip, f.view, at, f.end);
    frames.push({
      number: f.number,
      linkType: f.linkType,
      seconds: f.seconds,
      nanoseconds: f.nanoseconds,
      bytes: f.bytes.slice(f.start, f.end),
      originalLength: f.originalLength,
      source: isIp ? addressText(ip.family, f.bytes, ip.addresses) : null,
    });
  });
  parser.push(bytes);
  parser.end();
  return frames;
}

/** Reads files of any kind as one body of evidence; of a report its evidence. */
export function readBody(files: readonly string[]): Body {
  const body: Body = { evidence: Evidence.parse({ schema: "ikefrag/evidence/1" }), captures: [] };
  for (const file of files) {
    const bytes = readFileSync(file);
    const name = basename(file);
    if (captureFormat(bytes) !== null) {
      body.captures.push({ name, frames: framesOf(name, bytes) });
    } else if (file.endsWith(".json")) {
      const json = JSON.parse(bytes.toString("utf8"));
      const { captures: _, ...more } = Evidence.parse(json.evidence ?? json);
      const { measurements, texts } = body.evidence;
      body.evidence = {
        ...body.evidence,
        ...more,
        measurements: [...measurements, ...more.measurements],
        texts: [...texts, ...more.texts],
      };
    } else {
      body.evidence.texts.push({ name, text: decodeText(bytes) ?? "" });
    }
  }
  return body;
}

const transcriptsOf = ({ captures }: Body): Transcript[] =>
  captures.map(({ name, frames }) => {
    const reader = new CaptureReader(name);
    reader.push(encodePcapng(frames));
    return reader.end();
  });

/** Diagnoses it as it is. */
export const diagnoseBody = (body: Body): Diagnosis =>
  diagnose({ evidence: body.evidence, transcripts: transcriptsOf(body) });

/** The packets, probes and lines of the finding that decides the verdict. */
export function decidingRefs(body: Body): EvidenceRef[] {
  const observations = observe(body.evidence, transcriptsOf(body));
  for (const rule of RULES) {
    const judgement = rule.judge(observations);
    if (judgement.status === "found" && judgement.claim !== null) return judgement.evidence;
  }
  return [];
}

/** Whether any of these packets, probes and lines is still in it. */
export function holdsAny({ evidence, captures }: Body, refs: readonly EvidenceRef[]): boolean {
  const steps = new Set(evidence.measurements.map((m) => m.step.id));
  const texts = new Set(evidence.texts.map((t) => t.name));
  const frames = new Set(captures.flatMap((c) => c.frames.map((f) => `${c.name} ${f.number}`)));
  return refs.some((ref) =>
    ref.kind === "packet"
      ? frames.has(`${ref.capture} ${ref.frame}`)
      : ref.kind === "probe"
        ? steps.has(ref.stepId)
        : texts.has(ref.source),
  );
}

/** Into how many parts a capture is cut. */
const CUTS = 8;

/** All the ways in which it is thinned here, each by its name. */
export function thinnings(body: Body): { name: string; thinned: Body }[] {
  const { evidence, captures } = body;
  const only = (name: string, keep: (m: Measurement) => boolean) => ({
    name,
    thinned: {
      evidence: { ...evidence, texts: [], measurements: evidence.measurements.filter(keep) },
      captures: [],
    },
  });
  const cutCaptures = (name: string, cut: (frames: Frame[]) => Frame[]) => ({
    name,
    thinned: { evidence, captures: captures.map((c) => ({ ...c, frames: cut(c.frames) })) },
  });
  const ends = [...new Set(captures.flatMap((c) => c.frames.map((f) => f.source)))].filter((s) => s !== null);
  const all = [
    { name: "captures alone", thinned: { evidence: { ...evidence, measurements: [], texts: [] }, captures } },
    { name: "texts alone", thinned: { evidence: { ...evidence, measurements: [] }, captures: [] } },
    ...captures.map((c) => ({
      name: `${c.name} alone`,
      thinned: { evidence: { ...evidence, measurements: [], texts: [], gateway: null }, captures: [c] },
    })),
    ...evidence.texts.map((t) => ({
      name: `${t.name} alone`,
      thinned: { evidence: { ...evidence, measurements: [], texts: [t], gateway: null }, captures: [] },
    })),
    only("measurements alone", () => true),
    only("interfaces alone", (m) => m.step.kind === "interfaces"),
    only("pings alone", (m) => m.step.kind === "echo"),
    only("pings and interfaces", (m) => m.step.kind === "echo" || m.step.kind === "interfaces"),
    only("error code alone", (m) => m.step.kind === "vpn-profiles"),
    only("round 1 alone", (m) => m.step.id.startsWith("r1-")),
    only("rounds 1 and 2", (m) => /^r[12]-/.test(m.step.id)),
    only("small messages alone", (m) => m.step.kind === "udp" && /baseline|control/.test(m.step.purpose)),
    only("no what-if", (m) => m.step.kind !== "udp" || m.step.purpose !== "what-if"),
    ...Array.from({ length: CUTS - 1 }, (_, at) =>
      cutCaptures(`cut at ${at + 1}/${CUTS}`, (frames) =>
        frames.slice(0, Math.ceil((frames.length * (at + 1)) / CUTS)),
      ),
    ),
    cutCaptures("its beginning cut off", (frames) => frames.slice(Math.ceil(frames.length / 4))),
    ...ends.map((end) =>
      cutCaptures(`only what ${end} sent`, (frames) => frames.filter((f) => f.source === end)),
    ),
  ];
  return all
    .map(({ name, thinned }) => ({
      name,
      thinned: { ...thinned, evidence: withItsLogins(thinned.evidence) },
    }))
    .filter(({ thinned }) => differs(thinned, body) && hasSomething(thinned));
}

/** Logins of which a step is missing could not be read: what is told of them rests on the steps. */
function withItsLogins(evidence: Evidence): Evidence {
  const { rehearsal, measurements } = evidence;
  if (rehearsal === null) return evidence;
  const steps = new Set(measurements.map((m) => m.step.id));
  const logins = rehearsal.logins.filter(({ requests }) =>
    requests.every(({ stepIds }) => stepIds.every((id) => steps.has(id))),
  );
  return { ...evidence, rehearsal: logins.length === 0 ? null : { ...rehearsal, logins } };
}

const sizeOf = ({ evidence, captures }: Body): number =>
  evidence.measurements.length +
  evidence.texts.length +
  captures.reduce((sum, c) => sum + c.frames.length, 0);
const differs = (one: Body, other: Body): boolean => sizeOf(one) !== sizeOf(other);
const hasSomething = (body: Body): boolean => sizeOf(body) > 0;
