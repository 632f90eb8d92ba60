/** A report with `Accept: text/markdown`: the fix card for anyone, everything for staff. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { json, makeReport, openService, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const MARKDOWN = { accept: "text/markdown, */*;q=0.1" };
const read = (reportId: string, token: string | undefined, headers: Record<string, string> = {}) =>
  service.request("GET", `/v1/reports/${reportId}`, { token, headers: { ...MARKDOWN, ...headers } });

test("anyone gets the fix card in words: the verdict, what to do, and no name", async () => {
  const { reportId } = await makeReport(service);
  const answer = await read(reportId, undefined);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
  expect(answer.headers.get("vary")).toMatch(/^Accept, /);
  const card = await answer.text();
  expect(card).toMatch(/^# IP fragments from this PC seem to get lost\n/);
  expect(card).toContain("- Verdict: `outbound-fragments-too-large`\n");
  expect(card).toContain("MTU to set on the interface: **1472** bytes");
  expect(card).toContain("Undo:\n\n```\nnetsh interface ipv4 set interface 19 mtu=1500\n```\n");
  expect(card).toContain("\n## For the gateway's administrator\n");
  expect(card).not.toMatch(/vpn\.example\.com|T-1234|イーサネット|What was seen|probe r/);
});

test("staff get the evidence in words too, what an administrator wrote, and either language", async () => {
  const { reportId } = await makeReport(service);
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: service.tokens.admin,
    headers: { "if-match": "*" },
    json: {
      note: "Called.\n# Not a heading",
      override: { verdict: "healthy", reason: "seen", userText: "Wait for\nus." },
    },
  });
  const report = await (await read(reportId, service.tokens.staff)).text();
  expect(report).toContain(
    "- Gateway: `vpn.example.com`\n- Interface: `イーサネット 5`\n- Label: `T-1234`\n",
  );
  expect(report).toMatch(/> An administrator has corrected the verdict: .+\n/);
  expect(report).toContain("\n> seen\n>\n> Wait for\n> us.\n>\n> Called.\n> \\# Not a heading\n");
  expect(report).toMatch(
    /\nWhat was seen:\n\n(?:- .+\n)*- The gateway does not offer .+ \(probe r1-init-500\)\n/,
  );
  expect(report).toContain("- IP fragments to the gateway: lost");
  expect(report).toMatch(/\nRuled out:\n\n- The gateway cannot be reached: /);
  const japanese = await (await read(reportId, service.tokens.staff, { "accept-language": "ja" })).text();
  expect(japanese).toContain("- ゲートウェイ: `vpn.example.com`\n");
  expect(japanese).toContain("\n## ");

  // A stranger sees that the verdict was corrected, and not what was written about it.
  const card = await (await read(reportId, undefined)).text();
  expect(card).toMatch(/> An administrator has corrected the verdict: /);
  expect(card).toContain("\n> Wait for\n> us.\n");
  expect(card).not.toMatch(/Called|> seen/);
});

test("each form has its own ETag, and none is given for another", async () => {
  const { reportId } = await makeReport(service);
  const etags = new Set<string | null>();
  const path = `/v1/reports/${reportId}`;
  for (const token of [undefined, service.tokens.staff]) {
    for (let round = 0; round < 2; round++) {
      const plain = await service.request("GET", path, { token });
      expect(await json(plain)).toMatchObject({ reportId });
      const words = await read(reportId, token);
      expect(await words.text()).toMatch(/^# /);
      for (const { headers } of [plain, words]) etags.add(headers.get("etag"));
      const again = await read(reportId, token, { "if-none-match": words.headers.get("etag") ?? "" });
      expect(again.status).toBe(304);
      const other = await read(reportId, token, { "if-none-match": plain.headers.get("etag") ?? "" });
      expect(other.status).toBe(200);
    }
  }
  expect(etags.size).toBe(4);
  // What asks for anything, as browsers and curl do, gets JSON as before.
  const any = await service.request("GET", path, { headers: { accept: "text/html, */*" } });
  expect(any.headers.get("content-type")).toMatch(/^application\/json/);
});

test("a label is text, whatever is in it", async () => {
  const label = "[VPN](https://evil.example) @channel ``` <img src=x>\n# heading";
  const created = await service.request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { gateway: "vpn.example.com", label },
  });
  const { code } = await json<{ code: string }>(created);
  const { playRun, startTestRun } = await import("../support/service.ts");
  const { reportId } = await playRun(service, await startTestRun(service, code));
  const report = await (await read(reportId, service.tokens.staff)).text();
  expect(report).toContain(
    "\n- Label: ````[VPN](https://evil.example) @channel ``` <img src=x> # heading````\n",
  );
});
