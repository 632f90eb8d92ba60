/**
 * `/r/ID`: the fix card. Its first screen is for the person whose VPN does not connect: what is wrong, the
 * one thing to do, that it can be undone, and whom to ask. Numbers, codes and evidence fold below it. On
 * paper the fold is replaced by the few lines that a helpdesk needs, so that the card fits one page.
 */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { adviceSection, serverSection } from "../../shared/report/advice-section.ts";
import { candidateTitles, explanationSection } from "../../shared/report/finding-sections.ts";
import { reportWords } from "../../shared/report/words.ts";
import type { FixCard } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { isPhraseKey, type PhraseKey } from "../../shared/text/phrases.ts";
import { say } from "../../shared/text/speak.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { countingStrangersMisses } from "../http/rate-limits.ts";
import { readFixCard } from "../reports/fix-card.ts";
import { findReport, stampOf } from "../reports/read-report.ts";
import { copyWords, embed, verdictTitle } from "./diagnosis-view.ts";
import {
  commandLine,
  facts,
  type Html,
  layout,
  moment,
  noticeBox,
  theirs,
  translate,
  typed,
} from "./layout.ts";
import { operatorLine, operatorName } from "./operator.ts";

/** What somebody does whose PC has no command to run. Where it is a host's turn, its own advice stands. */
const WITHOUT_COMMAND: Readonly<Record<Verdict, (PhraseKey & `plain.do.${string}`) | null>> = {
  "outbound-fragments-too-large": "plain.do.measure",
  "outbound-fragments-dropped": "plain.do.server",
  "inbound-fragments-lost": "plain.do.server",
  "ike-auth-unanswered": "plain.do.measure",
  "path-mtu-black-hole": "plain.do.measure",
  "path-mtu-reduced": "plain.do.operator",
  "ike-fragments-too-large": "plain.do.operator",
  "ike-fragments-lost": "plain.do.network",
  "udp-500-blocked": "plain.do.network",
  "udp-4500-blocked": "plain.do.network",
  "gateway-unreachable": "plain.do.network",
  "gateway-rejects": "plain.do.refused",
  "slow-gateway": "plain.do.operator",
  "not-ikev2": "plain.do.operator",
  "esp-mtu": "plain.do.operator",
  // Where a failure is on record the diagnosis itself says what it asks for.
  healthy: null,
  "insufficient-evidence": "plain.do.measure",
};

/** What a run on the PC would tell: a user can be given a line for it. Other questions are for others. */
const BY_A_RUN: ReadonlySet<string> = new Set([
  "next.probe",
  "next.probe-size",
  "next.probe-ports",
  "next.what-if",
  "next.interface-mtu",
  "next.capture",
]);

/** Where the VPN's own profile is to be changed, whatever gets lost on the way. */
const PROFILE_ALONE: ReadonlySet<string> = new Set(["action.profile-on", "action.profile-on.by-hand"]);

const isForProfile = ({ recommendation: { actions } }: FixCard): boolean =>
  actions.some(({ key }) => PROFILE_ALONE.has(key));

/** What is wrong, as a heading and in a sentence, for whoever is in front of the PC. */
function plainWords(card: FixCard): { title: string; what: string } {
  const { verdict, confidence, text } = card;
  const { language } = text;
  // What the verdict's own words say does not hold there: a setting on this PC does change it.
  const [title, what] = isForProfile(card)
    ? ["plain.profile.title", "plain.profile.what"]
    : [`plain.${verdict}.title`, `plain.${verdict}.what`];
  if (!isPhraseKey(title) || !isPhraseKey(what)) return { title: text.title, what: text.sentence };
  const plain = say({ key: title, params: {} }, language);
  const isOpen = confidence === "low" && verdict !== "insufficient-evidence";
  return {
    title: isOpen ? say({ key: "plain.likely", params: { title: plain } }, language) : plain,
    what: say({ key: what, params: {} }, language),
  };
}

/** The address of the card, with a button that copies it: to be sent to whoever helps. */
function whomToAsk(c: AppContext, reportId: string): Html {
  const t = translate(c);
  return html`<section class="panel ask"><h2>${t("cardAskTitle")}</h2>
<p>${operatorLine(c)}</p>
${commandLine(t, t("cardAddress"), `${c.var.origin}/r/${reportId}`)}
</section>`;
}

/** The steps for a command: how to open an elevated prompt, the line, and how to take it back. */
function steps(c: AppContext, card: FixCard): Html {
  const t = translate(c);
  const { commands: ofMtu, profileCommands: ofProfile, basis } = card.recommendation;
  const commands = ofProfile ?? ofMtu;
  if (commands === null) return html``;
  const open =
    ofProfile === null ? "cardStepOpen" : ofProfile.needsElevation ? "cardStepElevated" : "cardStepShell";
  return html`<section class="panel"><h2>${t("cardDoTitle")}</h2>
<p>${t(ofProfile === null ? "cardHarmless" : "cardHarmlessProfile")}${ofProfile === null && basis === "trial" ? html` ${t("cardTrial")}` : ""}</p>
<ol class="steps">
<li>${typed(t(open))}</li>
<li>${t(ofProfile === null ? "cardStepPaste" : "cardStepPasteShell")}${commandLine(t, t("cardLineApply"), commands.apply, true)}</li>
<li>${t("cardStepConnect")}</li>
</ol>
<p class="undo">${t(ofProfile === null ? "cardUndo" : "cardUndoProfile")}</p>${commandLine(t, t("cardLineUndo"), commands.undo)}
<p class="hint">${t("cardNotAllowed", { operator: operatorName(c) })}</p>
</section>`;
}

/** One thing to do where there is no command. */
function oneThing(c: AppContext, card: FixCard): Html {
  const t = translate(c);
  const { verdict, text, recommendation } = card;
  const open = recommendation.nextProbe?.phrase.key;
  const usual = WITHOUT_COMMAND[verdict];
  const isForOthers = usual === "plain.do.measure" && open !== undefined && !BY_A_RUN.has(open);
  const isWell = recommendation.actions.every(({ key }) => key === "action.nothing");
  const healthy = isWell ? "plain.do.healthy" : null;
  const key = isForProfile(card)
    ? "plain.do.profile"
    : verdict === "healthy"
      ? healthy
      : isForOthers
        ? "plain.do.operator"
        : usual;
  const params = { operator: operatorName(c) };
  const sentences = key === null ? text.actions : [say({ key, params }, text.language)];
  if (sentences.length === 0) return html``;
  return html`<section class="panel"><h2>${t("cardDoTitle")}</h2>
${sentences.length === 1 ? html`<p>${typed(sentences[0] ?? "")}</p>` : html`<ol>${sentences.map((one) => html`<li>${typed(one)}</li>`)}</ol>`}
</section>`;
}

/** The numbers, for who is asked: confidence, direction, code and MTU, as a list of facts. */
function numbers(card: FixCard): Html {
  const { text, verdict, recommendation } = card;
  const words = reportWords(text.language);
  return facts([
    [words.verdict, html`${text.title} <code>${verdict}</code>`],
    [words.confidence, text.confidence],
    [words.direction, text.direction],
    [
      words.recommendedMtu,
      recommendation.interfaceMtu === null
        ? null
        : html`${recommendation.interfaceMtu} ${words.wholeIpPacket}`,
    ],
  ]);
}

function details(c: AppContext, card: FixCard): Html {
  const t = translate(c);
  const copy = copyWords(t);
  const sections = [
    adviceSection(card, copy),
    explanationSection(card),
    candidateTitles(card),
    serverSection(card, copy),
  ];
  return html`<details class="fold" id="details"><summary>${t("cardDetails")}</summary>
<section>${numbers(card)}<p>${card.text.sentence}</p></section>
${sections.map(embed)}</details>`;
}

/** What the fold has, as far as it helps on paper. */
function onPaper(c: AppContext, card: FixCard): Html {
  const t = translate(c);
  const { text, recommendation } = card;
  const words = reportWords(text.language);
  return html`<section class="on-paper"><h2>${t("cardForHelpdesk")}</h2>
${numbers(card)}
<p>${text.sentence}</p>
${recommendation.commands === null ? "" : html`<p>${words.verify}: <code>${recommendation.commands.verify}</code></p>`}
${text.forward === null ? "" : html`<h3>${words.server}</h3><p class="forward">${text.forward}</p>`}
</section>`;
}

/** The card as the analyzer's advice stands. */
function ordinaryCard(c: AppContext, card: FixCard, eyebrow: Html): Html {
  const { title, what } = plainWords(card);
  // A healthy path beside a failure is no good news for whom it is shown to.
  const isWell = card.recommendation.actions.every(({ key }) => key === "action.nothing");
  // That the verdict is weaker is read before what to do.
  const byPings = card.recommendation.notes.find(({ key }) => key === "note.pings-alone");
  const tone = card.verdict === "healthy" && !isWell ? "note" : VERDICTS[card.verdict].tone;
  return html`<section class="verdict ${tone}">
<p class="eyebrow">${eyebrow}</p><h1>${title}</h1>
<p class="lead">${what}</p>
${byPings === undefined ? "" : html`<p class="soft">${say(byPings, card.text.language)}</p>`}
</section>
${(card.recommendation.profileCommands ?? card.recommendation.commands) === null ? oneThing(c, card) : steps(c, card)}
${whomToAsk(c, card.reportId)}
${details(c, card)}
${onPaper(c, card)}`;
}

/** The card of a report whose verdict an administrator put another one in place of: their words alone. */
function overriddenCard(c: AppContext, card: FixCard, override: Verdict, eyebrow: Html): Html {
  const t = translate(c);
  const { text } = card;
  const operator = operatorName(c);
  const said =
    card.overrideText === null
      ? html`<p class="lead">${t("cardOverriddenUnsaid", { operator })}</p>`
      : html`<p class="said">${theirs(card.overrideText)}</p>`;
  return html`<section class="verdict note">
<p class="eyebrow">${eyebrow}</p><h1>${t("cardOverriddenTitle", { operator })}</h1>
${said}
<p class="soft">${t("cardOverridden", { verdict: verdictTitle(override, text.language) })}</p>
</section>
${whomToAsk(c, card.reportId)}
<details class="fold no-paper" id="details"><summary>${t("cardAnalyzerSaid")}</summary>
<section><h2>${text.title}</h2><p>${text.sentence}</p><p>${text.explanation}</p></section></details>`;
}

/** `/r/ID`. */
export function cardPages(deps: Deps) {
  return new Hono<Env>().get("/:reportId", async (c) => {
    const t = translate(c);
    const entry = await countingStrangersMisses(deps, c, () => findReport(deps, c.req.param("reportId")));
    const { reportId, override, status } = entry;
    const { language, operator, origin } = c.var;
    const { body, expiresAt } = await deps.remembered.of(
      {
        reportId,
        what: `card page ${language}`,
        // The card says whom to ask and where it is.
        stamp: JSON.stringify([stampOf(entry), operator, origin]),
      },
      async () => {
        const card = await readFixCard(deps, entry, language);
        const eyebrow = html`${t("cardFor", { id: reportId })} · ${moment(entry.createdAt)}`;
        const made =
          override === null ? ordinaryCard(c, card, eyebrow) : overriddenCard(c, card, override, eyebrow);
        return { body: String(await made), expiresAt: card.expiresAt };
      },
    );
    c.header("Cache-Control", "private, no-cache");
    return c.html(
      layout(c, {
        title: `${t("cardTitle")} ${reportId}`,
        body: html`
${noticeBox(
  override === null && status !== "new"
    ? { tone: "good", text: t("cardConfirmed", { status: t(`status.${status}`) }) }
    : null,
)}
<div class="report card">${raw(body)}</div>
<p class="hint no-paper">${t("cardPrivacy")} ${t("cardExpires")} ${moment(expiresAt)}</p>
${c.var.principal.kind === "staff" ? html`<p class="no-paper"><a class="button" href="/console/reports/${reportId}">${t("cardToReport")}</a></p>` : ""}`,
      }),
    );
  });
}
