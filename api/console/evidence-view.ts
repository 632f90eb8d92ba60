import { html } from "hono/html";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import { pingIpBytes, udpIpBytes } from "../../shared/packet/sizes.ts";
import type { Language, Report } from "../../shared/schema/api.ts";
import type { EvidenceRef, Finding } from "../../shared/schema/diagnosis.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import { say } from "../../shared/text/speak.ts";
import type { Html } from "./layout.ts";
import type { Translate } from "./text.ts";

const REFS_SHOWN = 12;
const FINDING_TONES = { found: "bad", clear: "good", unknown: "" } as const;

/** What each rule said, with the packets and probes that it points at. */
export function findingsList(t: Translate, findings: Finding[], language: Language): Html {
  const order = { found: 0, unknown: 1, clear: 2 };
  const sorted = [...findings].sort((a, b) => order[a.status] - order[b.status]);
  return html`<ul class="findings">${sorted.map(
    (finding) => html`<li id="finding-${finding.code}">
<div><span class="tag ${finding.status === "found" && finding.severity === "info" ? "note" : FINDING_TONES[finding.status]}">${t(`finding.${finding.status}`)}</span></div>
<div><p>${say(finding.phrase, language)}</p>
<p class="refs">${finding.code} · ${t(`nature.${finding.nature}`)}${finding.status === "found" ? html` · ${t(`severity.${finding.severity}`)}` : ""}${refs(t, finding.evidence)}</p></div>
</li>`,
  )}</ul>`;
}

function refs(t: Translate, evidence: EvidenceRef[]): Html {
  const more = evidence.length - REFS_SHOWN;
  return html`${evidence.slice(0, REFS_SHOWN).map((ref) => html` · ${refName(t, ref)}`)}${more > 0 ? html` · ${t("refMore", { count: more })}` : ""}`;
}

function refName(t: Translate, ref: EvidenceRef): Html | string {
  switch (ref.kind) {
    case "packet":
      return t("refFrame", { frame: ref.frame, capture: ref.capture });
    case "probe":
      return html`<a href="#step-${ref.stepId}">${t("refProbe", { step: ref.stepId })}</a>`;
    case "text":
      return t("refLine", { line: ref.line, source: ref.source });
  }
}

interface ProbeRow {
  id: string;
  probe: string;
  target: string;
  ipBytes: number | null;
  payload: string;
  dontFragment: string;
  userMtu: number | null;
  tone: "good" | "bad" | "";
  result: string;
}

function toRow({ step, outcome }: Measurement): ProbeRow | null {
  const tone =
    outcome.status === "answered" || outcome.status === "measured"
      ? "good"
      : outcome.status === "failed"
        ? "bad"
        : "";
  const result =
    outcome.status === "failed"
      ? [outcome.failure, outcome.detail].filter(Boolean).join(": ")
      : outcome.status === "not-run"
        ? outcome.why
        : outcome.status;
  const common = { id: step.id, tone, result } as const;
  switch (step.kind) {
    case "echo":
      return {
        ...common,
        probe: "ping",
        target: step.target,
        ipBytes: pingIpBytes(step.pingPayloadBytes, step.family),
        payload: String(step.pingPayloadBytes),
        dontFragment: step.dontFragment ? "DF" : "",
        userMtu: null,
      };
    case "udp": {
      const udpPayloadBytes = fromBase64(step.datagram).length;
      return {
        ...common,
        probe: step.purpose,
        target: `${step.target}:${step.port}`,
        ipBytes: udpIpBytes(udpPayloadBytes, step.family ?? 4),
        payload: String(udpPayloadBytes),
        dontFragment: step.dontFragment ? "DF" : "",
        userMtu: step.userMtu,
      };
    }
    case "interfaces":
    case "vpn-profiles":
      return {
        ...common,
        probe: step.kind,
        target: "",
        ipBytes: null,
        payload: "",
        dontFragment: "",
        userMtu: null,
      };
    case "capture":
      return {
        ...common,
        probe: step.kind,
        target: step.target,
        ipBytes: null,
        payload: "",
        dontFragment: "",
        userMtu: null,
      };
    case "apply":
      return {
        ...common,
        probe: step.kind,
        target: String(step.interfaceIndex),
        ipBytes: null,
        payload: "",
        dontFragment: "",
        userMtu: step.interfaceMtu,
      };
  }
}

/** What was measured, as it was measured: names and texts are a stranger's and stay text. */
export function evidenceSection(t: Translate, report: Report): Html {
  const { evidence, captures } = report;
  const interfaces = evidence.measurements.flatMap(({ outcome }) =>
    "interfaces" in outcome ? outcome.interfaces : [],
  );
  const rows = evidence.measurements.map(toRow).filter((row) => row !== null);
  return html`<section id="evidence"><h2>${t("evidenceTitle")}</h2>
${
  interfaces.length === 0
    ? ""
    : html`<h3>${t("interfacesTitle")}</h3><div class="scroll"><table><thead><tr><th scope="col" class="number">${t("columnIndex")}</th><th scope="col">${t("columnName")}</th><th scope="col" class="number">IPv4 MTU</th><th scope="col" class="number">IPv6 MTU</th><th scope="col">${t("columnAddresses")}</th></tr></thead><tbody>${interfaces.map(
        (entry) =>
          html`<tr><td class="number">${entry.index}</td><td>${entry.name}${entry.description === null ? "" : html`<span class="hint">${entry.description}</span>`}</td><td class="number">${entry.mtuV4 ?? "–"}</td><td class="number">${entry.mtuV6 ?? "–"}</td><td><code>${entry.addresses.join(" ")}</code></td></tr>`,
      )}</tbody></table></div>`
}
${
  rows.length === 0
    ? ""
    : html`<h3>${t("probesTitle")}</h3><div class="scroll"><table><thead><tr><th scope="col">${t("columnStep")}</th><th scope="col">${t("columnProbe")}</th><th scope="col">${t("columnTarget")}</th><th scope="col" class="number">${t("columnIpBytes")}</th><th scope="col" class="number">${t("columnPayload")}</th><th scope="col">${t("columnDf")}</th><th scope="col" class="number">${t("columnCap")}</th><th scope="col">${t("columnResult")}</th></tr></thead><tbody>${rows.map(
        (row) =>
          html`<tr id="step-${row.id}"><td class="id">${row.id}</td><td>${row.probe}</td><td>${row.target}</td><td class="number">${row.ipBytes ?? ""}</td><td class="number">${row.payload}</td><td>${row.dontFragment}</td><td class="number">${row.userMtu ?? ""}</td><td><span class="dot ${row.tone}"></span>${row.result}</td></tr>`,
      )}</tbody></table></div>`
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
