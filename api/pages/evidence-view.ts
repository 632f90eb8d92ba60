import { html } from "hono/html";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import type { Language } from "../../shared/language.ts";
import { pingIpBytes, udpIpBytes } from "../../shared/packet/sizes.ts";
import type { Report } from "../../shared/schema/api.ts";
import type { EvidenceRef, Finding } from "../../shared/schema/diagnosis.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import { say } from "../../shared/text/speak.ts";
import { type Html, scrollTable } from "./layout.ts";
import type { PlainTextKey, Translate } from "./words.ts";

const REFS_SHOWN = 16;
const FINDING_TONES = { found: "bad", clear: "good", unknown: "" } as const;

/** What each rule said, with the packets and probes that it points at: what was found first, the rest on demand. */
export function findingsList(t: Translate, findings: Finding[], language: Language): Html {
  const items = (status: Finding["status"]) =>
    findings
      .filter((finding) => finding.status === status)
      .map((finding) => findingItem(t, finding, language));
  const folded = (status: "unknown" | "clear") => {
    const rows = items(status);
    return rows.length === 0
      ? ""
      : html`<details><summary>${t(`findings.${status}`, { count: rows.length })}</summary><ul class="findings">${rows}</ul></details>`;
  };
  return html`<ul class="findings">${items("found")}</ul>${folded("unknown")}${folded("clear")}`;
}

function findingItem(t: Translate, finding: Finding, language: Language): Html {
  const { status, severity, nature } = finding;
  const tone = status === "found" && severity === "info" ? "note" : FINDING_TONES[status];
  const about = [finding.code, t(`nature.${nature}`), status === "found" ? t(`severity.${severity}`) : null];
  return html`<li id="finding-${finding.code}"><div><span class="tag ${tone}">${t(`finding.${status}`)}</span></div>
<div><p>${say(finding.phrase, language)}</p><p class="refs">${about.filter((part) => part !== null).join(" · ")}</p>${refs(t, finding.evidence)}</div></li>`;
}

/** One line a file, and the probes: a message sent six times has a dozen frames. */
function refs(t: Translate, evidence: EvidenceRef[]): Html {
  const frames = new Map<string, number[]>();
  const lines = new Map<string, number[]>();
  const steps = new Set<string>();
  for (const ref of evidence) {
    if (ref.kind === "packet") frames.set(ref.capture, [...(frames.get(ref.capture) ?? []), ref.frame]);
    else if (ref.kind === "text") lines.set(ref.source, [...(lines.get(ref.source) ?? []), ref.line]);
    else steps.add(ref.stepId);
  }
  const numbers = (all: number[]): string => {
    const distinct = [...new Set(all)].sort((a, b) => a - b);
    const more = distinct.length - REFS_SHOWN;
    const shown = distinct.slice(0, REFS_SHOWN).join(", ");
    return more > 0 ? `${shown} ${t("refMore", { count: more })}` : shown;
  };
  return html`${[...frames].map(([capture, all]) => html`<p class="refs">${t("refFrames", { capture, frames: numbers(all) })}</p>`)}${[
    ...lines,
  ].map(([source, all]) => html`<p class="refs">${t("refLines", { source, lines: numbers(all) })}</p>`)}${
    steps.size === 0
      ? ""
      : html`<p class="refs">${t("refProbes")} ${[...steps].map((step, at) => html`${at > 0 ? ", " : ""}<a href="#step-${step}">${step}</a>`)}</p>`
  }`;
}

interface ProbeRow {
  id: string;
  probe: PlainTextKey;
  target: string;
  ipBytes: number | null;
  payload: number | null;
  dontFragment: boolean;
  userMtu: number | null;
  tone: "good" | "bad" | "";
  result: string;
}

const NO_SIZES = { target: "", ipBytes: null, payload: null, dontFragment: false, userMtu: null } as const;

function toRow(t: Translate, { step, outcome }: Measurement): ProbeRow {
  const result = { id: step.id, ...resultOf(t, outcome) };
  switch (step.kind) {
    case "echo":
      return {
        ...result,
        probe: "probe.ping",
        target: step.target,
        ipBytes: pingIpBytes(step.pingPayloadBytes, step.family),
        payload: step.pingPayloadBytes,
        dontFragment: step.dontFragment,
        userMtu: null,
      };
    case "udp": {
      const udpPayloadBytes = fromBase64(step.datagram).length;
      return {
        ...result,
        probe: `probe.${step.purpose}`,
        target: `${step.target}:${step.port}`,
        ipBytes: udpIpBytes(udpPayloadBytes, step.family ?? 4),
        payload: udpPayloadBytes,
        dontFragment: step.dontFragment,
        userMtu: step.userMtu,
      };
    }
    case "interfaces":
    case "vpn-profiles":
      return { ...result, ...NO_SIZES, probe: `probe.${step.kind}` };
    case "capture":
      return { ...result, ...NO_SIZES, probe: "probe.capture", target: step.target };
    case "apply":
      return { ...result, ...NO_SIZES, probe: "probe.apply", userMtu: step.interfaceMtu };
  }
}

function resultOf(t: Translate, outcome: Measurement["outcome"]): Pick<ProbeRow, "tone" | "result"> {
  switch (outcome.status) {
    case "failed": {
      const detail = outcome.detail === null ? "" : ` (${outcome.detail})`;
      return { tone: "bad", result: `${t(`failure.${outcome.failure}`)}${detail}` };
    }
    case "not-run":
      return { tone: "", result: `${t("outcome.not-run")} (${outcome.why})` };
    default:
      return { tone: "good", result: t(`outcome.${outcome.status}`) };
  }
}

/** What was measured, as it was measured: names and texts are a stranger's and stay text. */
export function evidenceSection(t: Translate, report: Report): Html {
  const { evidence, captures } = report;
  const interfaces = evidence.measurements.flatMap(({ outcome }) =>
    "interfaces" in outcome ? outcome.interfaces : [],
  );
  const rows = evidence.measurements.map((measurement) => toRow(t, measurement));
  return html`<section id="evidence"><h2>${t("evidenceTitle")}</h2>
${
  interfaces.length === 0
    ? ""
    : html`<h3>${t("interfacesTitle")}</h3>${scrollTable(
        t("interfacesTitle"),
        html`<table><thead><tr><th scope="col" class="number">${t("columnIndex")}</th><th scope="col">${t("columnName")}</th><th scope="col" class="number">IPv4 MTU</th><th scope="col" class="number">IPv6 MTU</th><th scope="col">${t("columnAddresses")}</th></tr></thead><tbody>${interfaces.map(
          (entry) =>
            html`<tr><td class="number">${entry.index}</td><td>${entry.name}${entry.description === null ? "" : html`<span class="hint">${entry.description}</span>`}</td><td class="number">${entry.mtuV4 ?? "–"}</td><td class="number">${entry.mtuV6 ?? "–"}</td><td><code>${entry.addresses.join(" ")}</code></td></tr>`,
        )}</tbody></table>`,
      )}`
}
${
  rows.length === 0
    ? ""
    : html`<h3>${t("probesTitle")}</h3>${scrollTable(
        t("probesTitle"),
        html`<table class="probes"><thead><tr><th scope="col">${t("columnStep")}</th><th scope="col">${t("columnProbe")}</th><th scope="col">${t("columnTarget")}</th><th scope="col" class="number">${t("columnIpBytes")}</th><th scope="col" class="number">${t("columnPayload")}</th><th scope="col">${t("columnDf")}</th><th scope="col" class="number">${t("columnCap")}</th><th scope="col">${t("columnResult")}</th></tr></thead><tbody>${rows.map(
          (row) =>
            html`<tr id="step-${row.id}"><td class="id">${row.id}</td><td>${t(row.probe)}</td><td>${row.target}</td><td class="number">${row.ipBytes ?? ""}</td><td class="number">${row.payload ?? ""}</td><td>${row.dontFragment ? "DF" : ""}</td><td class="number">${row.userMtu ?? ""}</td><td><span class="dot ${row.tone}"></span>${row.result}</td></tr>`,
        )}</tbody></table>`,
      )}`
}
${
  captures.length === 0
    ? ""
    : html`<h3>${t("capturesTitle")}</h3><ul>${captures.map(
        ({ name, bytes, sha256 }) =>
          html`<li>${name} (${t("captureKept", { bytes, sha256: `${sha256.slice(0, 16)}…` })}) <a href="/v1/reports/${report.reportId}/capture?name=${encodeURIComponent(name)}" download>${t("captureDownload")}</a></li>`,
      )}</ul><p class="hint">${t("captureFrames")}</p>`
}
${
  evidence.texts.length === 0
    ? ""
    : html`<h3>${t("textsTitle")}</h3>${evidence.texts.map(
        ({ name, text }) =>
          html`<details><summary>${name}</summary><pre class="wrap">${text}</pre></details>`,
      )}`
}
<p><a href="/v1/reports/${report.reportId}">${t("rawTitle")}</a></p>
</section>`;
}
