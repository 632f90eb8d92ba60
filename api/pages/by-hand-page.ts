/**
 * `/a/CODE/by-hand`: for whom no program may run. The page hands out a few plain commands, takes what they
 * printed, says what that tells and asks for the next sizes, until it knows. What was pasted so far stays in
 * the page itself, so that nothing is stored before it is sent.
 */
import { Hono } from "hono";
import { html } from "hono/html";
import { pingPayloadBytes } from "../../shared/packet/sizes.ts";
import { type HandAsk, type HandPlan, LAST_HAND_ROUND } from "../../shared/plan/by-hand.ts";
import { handCommands } from "../../shared/plan/hand-commands.ts";
import { refuseCrossSite } from "../auth/authorize.ts";
import { newKey } from "../auth/secrets.ts";
import { findCaseOfCode, findOpenCase, type OpenCase } from "../cases/case-code.ts";
import { type ByHand, judgeByHand, takeByHand } from "../cases/take-by-hand.ts";
import { noteCaseAnalysis } from "../cases/take-case-analysis.ts";
import type { Deps } from "../deps.ts";
import { formUpload } from "../http/body.ts";
import type { AppContext, Env } from "../http/context.ts";
import { countingMisses, countRun, countUpload } from "../http/rate-limits.ts";
import { SYSTEMS, type System, systemOf } from "./computer.ts";
import { commandLine, facts, type Html, layout, list, moment, theirs, translate, typed } from "./layout.ts";
import { operatorLine, operatorName } from "./operator.ts";

/** So much of a paste that could not be used is put back into its field. */
const MOST_GIVEN_BACK = 100_000;

/** The sizes as a list, for an app that pings. */
function sizesOf(c: AppContext, { smallPayloads, wholePayloads, splitPayloads }: HandAsk): Html {
  const t = translate(c);
  const row = (sizes: number[]): Html | null => (sizes.length === 0 ? null : html`${sizes.join(", ")}`);
  return facts([
    [t("handSizesSmall"), row(smallPayloads)],
    [t("handSizesWhole"), row(wholePayloads)],
    [t("handSizesSplit"), row(splitPayloads)],
  ]);
}

/** What to do on this system, before the field in which it is pasted. */
function steps(c: AppContext, system: System, gateway: string, { plan, pastes }: ByHand): Html {
  const t = translate(c);
  const isFirst = pastes.length === 0;
  const title = isFirst
    ? t(system === "android" || system === "ios" ? "handPhone" : "handFirst")
    : t("handRound", { round: pastes.length + 1, most: LAST_HAND_ROUND });
  if (system === "android" || system === "ios")
    return html`<section class="panel"><h2>${title}</h2>
<ol><li>${t(`handTether.${system}`)}</li><li>${t("handApp")}${facts([[t("agentGateway"), html`<code>${theirs(gateway)}</code>`]])}${sizesOf(c, plan.ask)}</li><li>${t("handPhoneTell", { operator: operatorName(c) })}</li></ol></section>`;
  const lines = handCommands(system, gateway, plan.ask).join("\n");
  return html`<section class="panel by-hand"><h2>${title}</h2>
<ol>${isFirst ? html`<li>${typed(t(`agentOpen.${system}`))}</li>` : ""}
<li>${t(isFirst ? `handPaste.${system}` : "handPasteNext")}<div class="stack">${commandLine(t, t("handLines"), lines, true)}</div></li>
<li>${t("handWait")}</li>
<li>${t(`handCopy.${system}`)}</li></ol></section>`;
}

/** The form that takes a paste and has those before it. */
function form(c: AppContext, action: string, { pastes, refused, plan, once }: ByHand): Html {
  const t = translate(c);
  const isAsking = plan.state === "asking";
  const kept = pastes.map((text) => html`<input type="hidden" name="text" value="${text}">`);
  const fields = html`<div class="field"><label for="text">${t("handText")}</label><textarea class="paste" id="text" name="text" spellcheck="false" autocomplete="off" autocapitalize="none">${
    refused === ""
      ? ""
      : html`
${refused.slice(0, MOST_GIVEN_BACK)}`
  }</textarea></div>
<div class="field"><label for="file">${t("handFile")}</label><input id="file" name="file" type="file" multiple aria-describedby="file-hint"><p class="hint" id="file-hint">${typed(t("handFileHint"))}</p></div>`;
  const send = html`<button name="do" value="send"${isAsking ? "" : html` class="primary"`}>${t("handSend", { operator: operatorName(c) })}</button>`;
  const next = html`<button name="do" value="next"${isAsking ? html` class="primary"` : ""}>${t("handNext")}</button>`;
  const sent =
    pastes.length === 0
      ? ""
      : html`<details><summary>${t("handSoFar", { pastes: pastes.length })}</summary><p class="hint">${t("handSoFarHint")}</p>${pastes.map((text) => html`<pre tabindex="0">${text}</pre>`)}</details>`;
  return html`<form method="post" action="${action}" enctype="multipart/form-data"><input type="hidden" name="once" value="${once}">${kept}
${
  isAsking
    ? html`<section class="panel"><h2>${t("handPasteTitle")}</h2>${fields}<p class="buttons">${next}${pastes.length === 0 ? "" : send}</p></section>`
    : html`${pastes.length === 0 ? "" : html`<p class="buttons">${send}</p>`}<details class="panel"${pastes.length === 0 ? html` open` : ""}><summary>${t("handMore")}</summary>${fields}${next}</details>`
}</form>${sent}`;
}

/** What the pastes tell so far. */
function known(c: AppContext, { passed, tooLarge, split, otherHosts }: HandPlan, gateway: string): Html {
  const t = translate(c);
  const size = (ipBytes: number): Html =>
    html`${t("handSize", { ipBytes, payload: pingPayloadBytes(ipBytes, 4) })}`;
  const others =
    passed === null && otherHosts.length > 0
      ? html`<p class="notice bad">${t("handOtherHost", { host: otherHosts.join(", "), gateway })}</p>`
      : "";
  return html`<section class="panel"><h2>${t("handKnown")}</h2>${others}${facts([
    [t("handPassed"), passed === null ? html`${t("handNone")}` : size(passed)],
    [t("handTooLarge"), tooLarge === null ? null : size(tooLarge)],
    [t("handSplit"), html`${t(`handSplit.${split ?? "open"}`)}`],
  ])}</section>`;
}

/** That it is over, and what that means. */
function conclusion(c: AppContext, { state, passed, tooLarge, split }: HandPlan, code: string): Html {
  const t = translate(c);
  const operator = operatorName(c);
  if (state === "asking") return html``;
  if (state === "no-ping")
    return html`<section class="notice note" role="status"><h2>${t("handNoPing")}</h2><p>${t("handNoPingText")}</p><p>${t("handInstead", { operator })}</p><p><a class="button" href="/a/${code}">${t("handToAgent")}</a></p></section>`;
  const meaning = tooLarge !== null ? "narrow" : split === "lost" ? "split" : "passes";
  return html`<section class="notice ${state === "known" ? "good" : "note"}" role="status"><h2>${t(state === "known" ? "handEnough" : "handOpen")}</h2>
${passed === null ? "" : html`<p>${t(`handMeans.${meaning}`, { passed })}</p>`}<p>${t("handWeaker")}</p></section>`;
}

function byHandPage(c: AppContext, { code, entry }: OpenCase, state: ByHand): Html {
  const t = translate(c);
  const operator = operatorName(c);
  const system = systemOf(c);
  const { gateway } = entry;
  const { plan, pastes, problem } = state;
  const isIpv6 = gateway.includes(":");
  const others = SYSTEMS.filter((each) => each !== system).map(
    (each) => html`<li><a href="/a/${code}/by-hand?for=${each}">${t(`handFor.${each}`)}</a></li>`,
  );
  return layout(c, {
    title: t("handTitle"),
    body: html`${problem === null ? "" : html`<div class="notice bad" role="alert"><p>${problem.code === "empty-body" ? t("handNothing") : problem.detail(c.var.language)}</p>${pastes.length === 0 ? "" : html`<p>${t("handStillThere")}</p>`}</div>`}
<section><h1>${t("handTitle")}</h1>
${
  pastes.length > 0
    ? ""
    : html`<p class="lead">${t("handLead", { operator })}</p>
<p class="who">${t("agentWho")}: ${operatorLine(c)} <span class="hint">${t("handWarning")}</span></p>`
}</section>
${pastes.length === 0 ? "" : html`${conclusion(c, plan, code)}${plan.state === "no-ping" ? "" : known(c, plan, gateway)}`}
${isIpv6 ? html`<p class="notice note">${t("handIpv6", { operator })} <a href="/a/${code}">${t("handToAgent")}</a></p>` : plan.state === "asking" ? steps(c, system, gateway, state) : ""}
${form(c, `/a/${code}/by-hand?for=${system}`, state)}
${
  pastes.length > 0
    ? ""
    : html`<details class="fold"><summary>${t("handOthers")}</summary><ul>${others}</ul></details>
<details class="fold"><summary>${t("handDoesTitle")}</summary>
${facts([
  [t("agentGateway"), html`<code>${theirs(gateway)}</code>`],
  [t("agentCode"), html`<code>${code}</code>`],
  [t("agentEnds"), moment(entry.expiresAt)],
])}
${list(t("handDoesHeading"), [t("handDoes1"), t("handDoes2"), t("handDoes3", { operator }), t("handWeaker")])}</details>`
}`,
  });
}

/** The page of a case code for who runs no program. */
export function byHandPages(deps: Deps) {
  const find = (c: AppContext, look: typeof findOpenCase) =>
    countingMisses(deps, c, () => look(deps, c.req.param("code") ?? ""));
  return new Hono<Env>()
    .get("/:code/by-hand", async (c) => {
      const found = await find(c, findOpenCase);
      // The same address gives another page to another kind of computer.
      c.header("Vary", "User-Agent, Sec-CH-UA-Platform, Sec-CH-UA-Mobile, Accept-Language, Cookie");
      const plan = judgeByHand(found, []);
      const [once, refused] = [newKey(deps.random), ""];
      return c.html(byHandPage(c, found, { pastes: [], plan, refused, problem: null, once, reportId: null }));
    })
    .post("/:code/by-hand", async (c) => {
      refuseCrossSite(c);
      await countUpload(deps, c);
      const found = await find(c, findCaseOfCode);
      const upload = { ...formUpload(c), language: c.var.language };
      const taken = await takeByHand(
        deps,
        found,
        upload,
        () => countRun(deps, c),
        (reportId) => noteCaseAnalysis(deps, found, reportId, c.var.requestId),
      );
      const { problem, reportId } = taken;
      if (reportId !== null) return c.redirect(`/r/${reportId}`, 303);
      if (problem === null) return c.html(byHandPage(c, found, taken));
      for (const [name, value] of Object.entries(problem.headers)) c.header(name, value);
      return c.html(byHandPage(c, found, taken), problem.status);
    });
}
