/** Where a report hands out its MTU and its commands, and that an override takes them back everywhere. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, makeReport, openService, type Service } from "../support/service.ts";

let service: Service;
let reportId: string;
let made: Awaited<ReturnType<typeof makeReport>>;
beforeEach(async () => {
  service = await openService();
  made = await makeReport(service);
  ({ reportId } = made);
});
afterEach(() => service.close());

/** The MTU in the places where it is advice, and not a measured size. */
const IN_JSON = /"interfaceMtu":1472|netsh interface|Set-NetIPInterface/;
const IN_WORDS = /netsh interface ipv4 set|Set-NetIPInterface|<strong>1472|MTU to set.+1472/;

const page = (path: string, token?: string, language = "en") =>
  ({ path, token, headers: { accept: "text/html", "accept-language": language } }) as const;

const SURFACES: {
  name: string;
  of(): { path: string; token?: string | undefined; headers?: Record<string, string> };
  handsOut: RegExp;
}[] = [
  { name: "card, JSON", of: () => ({ path: `/v1/reports/${reportId}` }), handsOut: IN_JSON },
  {
    name: "card, Markdown",
    of: () => ({ path: `/v1/reports/${reportId}`, headers: { accept: "text/markdown" } }),
    handsOut: IN_WORDS,
  },
  { name: "card, page", of: () => page(`/r/${reportId}`), handsOut: IN_WORDS },
  { name: "card, page in Japanese", of: () => page(`/r/${reportId}`, undefined, "ja"), handsOut: IN_WORDS },
  {
    name: "report, JSON",
    of: () => ({ path: `/v1/reports/${reportId}`, token: service.tokens.staff }),
    handsOut: IN_JSON,
  },
  {
    name: "report, Markdown",
    of: () => ({
      path: `/v1/reports/${reportId}`,
      token: service.tokens.staff,
      headers: { accept: "text/markdown" },
    }),
    handsOut: IN_WORDS,
  },
  {
    name: "report, page",
    of: () => page(`/console/reports/${reportId}`, service.tokens.staff),
    handsOut: IN_WORDS,
  },
  {
    name: "report as it is forwarded, HTML",
    of: () => page(`/console/reports/${reportId}/forward/report.html`, service.tokens.staff),
    handsOut: IN_WORDS,
  },
  {
    name: "list, JSON",
    of: () => ({ path: "/v1/reports", token: service.tokens.staff }),
    handsOut: IN_JSON,
  },
  {
    name: "list, CSV",
    of: () => ({ path: "/v1/reports?format=csv", token: service.tokens.staff }),
    handsOut: /,1472,/,
  },
  {
    name: "list, JSON lines",
    of: () => ({ path: "/v1/reports?format=jsonl", token: service.tokens.staff }),
    handsOut: IN_JSON,
  },
  {
    name: "list, searched for the number",
    of: () => ({ path: "/v1/reports?q=mtu:1400..1472", token: service.tokens.staff }),
    handsOut: /"reportId"/,
  },
  { name: "list, page", of: () => page("/console/reports", service.tokens.staff), handsOut: />\s*1472\s*</ },
];

const override = (to: object | null) =>
  service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: service.tokens.admin,
    headers: { "if-match": "*" },
    json: { override: to },
  });

test.each(SURFACES)(
  "an override takes the advice back, and its end gives it again: $name",
  async (surface) => {
    const read = async () => {
      const { path, token, headers = {} } = surface.of();
      const answer = await service.request("GET", path, { token, headers });
      expect(answer.status).toBe(200);
      return await answer.text();
    };
    expect(await read()).toMatch(surface.handsOut);
    expect(
      (await override({ verdict: "slow-gateway", reason: "seen", userText: "Wait a day." })).status,
    ).toBe(200);
    expect(await read()).not.toMatch(surface.handsOut);
    await override(null);
    expect(await read()).toMatch(surface.handsOut);
  },
);

test("the agent that asks for its report again is given no refuted advice either", async () => {
  const again = () =>
    service.request("POST", `/v1/runs/${made.run.runId}/rounds`, {
      token: made.run.runToken,
      json: { round: 3, startedAt: "2026-11-23T06:00:00Z", measurements: made.measurements },
    });
  expect(await (await again()).text()).toMatch(IN_JSON);
  await override({ verdict: "slow-gateway", reason: "seen" });
  const answer = await json<{ status: string }>(await again());
  expect(answer.status).toBe("done");
  expect(JSON.stringify(answer)).not.toMatch(IN_JSON);
});
