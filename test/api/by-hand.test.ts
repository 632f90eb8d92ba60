/** The page of plain commands, as who has the code sends it: round by round, and at the end as a report. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { z } from "zod";
import type { ReportList } from "../../shared/schema/api.ts";
import type { AuditLog } from "../../shared/schema/people.ts";
import { PLAIN_PATH, type Printed, type TypedPath, typeByHand } from "../support/hand-typed.ts";
import { json, openService, openTestCase, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000, runsPerCode: 2 });
});
afterEach(() => service.close());

const asAdmin = async <T>(path: string): Promise<T> =>
  json<T>(await service.request("GET", path, { token: service.tokens.admin }));
const runsUsed = async (): Promise<number | undefined> =>
  (await asAdmin<{ cases: { runs: number }[] }>("/v1/cases")).cases[0]?.runs;

interface Sent {
  status: number;
  page: string;
  location: string | null;
}
type Part = [name: string, content: BlobPart, fileName?: string];

async function send(code: string, parts: readonly Part[], query = "?for=windows"): Promise<Sent> {
  const form = new FormData();
  for (const [name, content, fileName] of parts)
    if (fileName === undefined) form.append(name, String(content));
    else form.append(name, new File([content], fileName));
  const answer = await service.request("POST", `/a/${code}/by-hand${query}`, {
    body: form,
    headers: { "sec-fetch-site": "same-origin" },
  });
  return { status: answer.status, page: await answer.text(), location: answer.headers.get("location") };
}

const unescaped = (markup: string): string =>
  markup
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
/** The commands that a page asks for; none where it asks for nothing. */
const commandsOf = (page: string): string[] =>
  unescaped(/data-first[^>]*>([^<]*)<\/code>/.exec(page)?.[1] ?? "")
    .split("\n")
    .filter((line) => line !== "");
/** What the page's form sends again by itself. */
const keptOf = (page: string): Part[] =>
  [...page.matchAll(/<input type="hidden" name="text" value="([^"]*)">/g)].map(([, value = ""]) => [
    "text",
    unescaped(value),
  ]);
const open = async (code: string, query = ""): Promise<string> => {
  const answer = await service.request("GET", `/a/${code}/by-hand${query}`);
  expect(answer.status).toBe(200);
  return answer.text();
};

/** Types and pastes until the page asks for nothing more. */
async function walk(
  code: string,
  path: Partial<TypedPath>,
  printed: Printed,
): Promise<Sent & { rounds: number }> {
  const query = `?for=${printed === "mac" || printed === "linux" ? printed : "windows"}`;
  let page = await open(code, query);
  for (let rounds = 0; ; rounds++) {
    const commands = commandsOf(page);
    if (commands.length === 0) return { status: 200, page, location: null, rounds };
    const typed = typeByHand(commands, { ...PLAIN_PATH, ...path }, printed);
    const sent = await send(code, [...keptOf(page), ["text", typed], ["file", "", ""]], query);
    expect(sent.status).toBe(200);
    page = sent.page;
    expect(keptOf(page)).toHaveLength(rounds + 1);
    expect(rounds).toBeLessThan(4);
  }
}

test.each(["de", "ja", "mac", "linux"] as const)(
  "from the page to the report, in %s: nothing is kept and no code used before it is sent",
  async (printed) => {
    const code = await openTestCase(service);
    const before = await service.stored();
    const { page, rounds } = await walk(code, { pathMtu: 1452, losesIpFragments: true }, printed);
    expect(rounds).toBeGreaterThan(1);
    expect(page).toContain("nothing more to type");
    expect(page).toContain("no IKE message");
    expect((await service.stored()).rows.reports).toBe(before.rows.reports);
    expect(await runsUsed()).toBe(0);

    const { status, location } = await send(code, [...keptOf(page), ["text", ""], ["do", "send"]]);
    expect(status).toBe(303);
    expect(await runsUsed()).toBe(1);
    const { reports } = await asAdmin<z.infer<typeof ReportList>>("/v1/reports");
    expect(reports).toMatchObject([
      {
        source: "analysis",
        gateway: "vpn.example.com",
        verdict: "path-mtu-black-hole",
        confidence: "low",
      },
    ]);
    expect(location).toBe(`/r/${reports[0]?.reportId}`);
    const { entries } = await asAdmin<z.infer<typeof AuditLog>>("/v1/audit-log");
    expect(entries.find(({ action }) => action === "analysis-stored")?.subject).toBe(reports[0]?.reportId);
    const card = await service.request("GET", String(location), { headers: { accept: "text/html" } });
    expect(await card.text()).toContain("No IKE message was sent");
  },
);

test("a gateway that answers no pings is never called healthy", async () => {
  const code = await openTestCase(service);
  const { page, rounds } = await walk(code, { answersPings: false }, "ja");
  expect(rounds).toBe(1);
  expect(page).toContain("The gateway answers no pings");
  const { location } = await send(code, [...keptOf(page), ["do", "send"]]);
  const { reports } = await asAdmin<z.infer<typeof ReportList>>("/v1/reports");
  expect(reports[0]?.verdict).toBe("insufficient-evidence");
  expect(location).toBe(`/r/${reports[0]?.reportId}`);
});

test("pings that all come through are no proof that the VPN works", async () => {
  const code = await openTestCase(service);
  const { page } = await walk(code, {}, "en");
  expect(page).toContain("That does not show that the VPN works");
  await send(code, [...keptOf(page), ["do", "send"]]);
  const { reports } = await asAdmin<z.infer<typeof ReportList>>("/v1/reports");
  expect(reports[0]?.verdict).toBe("insufficient-evidence");
});

test("with a capture the report is made at once, from what was pasted before too", async () => {
  const code = await openTestCase(service);
  const typed = typeByHand(commandsOf(await open(code)), PLAIN_PATH, "ja");
  const { status } = await send(code, [
    ["text", typed],
    ["text", ""],
    ["file", await seedFile("wired-fail.pcapng"), "wired.pcapng"],
    ["do", "next"],
  ]);
  expect(status).toBe(303);
  const { reports } = await asAdmin<z.infer<typeof ReportList>>("/v1/reports");
  expect(reports[0]?.verdict).toBe("ike-auth-unanswered");
  expect(await runsUsed()).toBe(1);
});

test("pings of another host are said to be of another host, and are asked for again", async () => {
  const code = await openTestCase(service);
  const commands = commandsOf(await open(code));
  const elsewhere = commands.map((line) => line.replace("vpn.example.com", "192.0.2.77"));
  const typed = typeByHand(elsewhere, PLAIN_PATH, "en").replaceAll("[192.0.2.1]", "[192.0.2.77]");
  const { page } = await send(code, [["text", typed.replaceAll("192.0.2.1:", "192.0.2.77:")]]);
  expect(page).toContain("These pings went to 192.0.2.77, which is not known to be the gateway");
  expect(commandsOf(page)).toEqual(commands);
});

test("saved output is taken like a paste", async () => {
  const code = await openTestCase(service);
  const typed = typeByHand(commandsOf(await open(code)), PLAIN_PATH, "en");
  const { status, page } = await send(code, [["file", typed, "out.txt"]]);
  expect(status).toBe(200);
  expect(keptOf(page)).toEqual([["text", typed]]);
});

test("what cannot be used costs nothing that was there before", async () => {
  const code = await openTestCase(service);
  const typed = typeByHand(commandsOf(await open(code)), { ...PLAIN_PATH, pathMtu: 1400 }, "en");
  const before = await service.stored();
  const wrong: [Part[], number][] = [
    [[["text", "Dear helpdesk, it does not work."]], 422],
    [[["text", "x".repeat(1024 * 1024 + 1)]], 413],
    // Each of them is short enough, and all of them together are not.
    [Array.from({ length: 6 }, (_, at): Part => ["text", typed.padEnd(190_000 + at)]), 413],
    [[["file", "MZ\u0000\u0001 no capture", "setup.exe"]], 422],
    [[["file", new Uint8Array(3000).fill(7), "trace.etl"]], 422],
    [Array.from({ length: 20 }, (_, at): Part => ["text", `${typed}\n${" ".repeat(at + 1)}`]), 413],
  ];
  for (const [parts, status] of wrong) {
    const sent = await send(code, [["text", typed], ...parts]);
    expect(sent.status, sent.page.slice(0, 200)).toBe(status);
    expect(sent.page).toContain('role="alert"');
    expect(keptOf(sent.page)[0]).toEqual(["text", typed]);
    // After so many pastes it asks for nothing more.
    expect(commandsOf(sent.page).length > 0).toBe(parts.length === 1);
  }
  // What was typed and is not known is put back, and no markup comes of it.
  const { page } = await send(code, [["text", "</textarea><script>alert(1)</script>"]]);
  expect(page).toContain("&lt;/textarea&gt;&lt;script&gt;alert(1)");
  const nothing = await send(code, [["do", "send"]]);
  expect([nothing.status, nothing.location]).toEqual([400, null]);
  expect(await service.stored()).toEqual(before);
  expect(await runsUsed()).toBe(0);
});

test("the same paste twice is one, as a reload sends it", async () => {
  const code = await openTestCase(service);
  const typed = typeByHand(commandsOf(await open(code)), { ...PLAIN_PATH, pathMtu: 1400 }, "de");
  const once = await send(code, [["text", typed]]);
  const twice = await send(code, [
    ["text", typed],
    ["text", typed],
  ]);
  expect(keptOf(twice.page)).toHaveLength(1);
  expect(commandsOf(twice.page)).toEqual(commandsOf(once.page));
});

test("a code that is wrong, withdrawn or used up opens nothing, and other sites send nothing", async () => {
  const code = await openTestCase(service);
  const typed = typeByHand(commandsOf(await open(code)), PLAIN_PATH, "en");
  expect((await send("ABCD-EFGH-JKMNP", [["text", typed]])).status).toBe(404);
  expect((await service.request("GET", "/a/ABCD-EFGH-JKMNP/by-hand")).status).toBe(404);
  const form = new FormData();
  form.append("text", typed);
  const foreign = await service.request("POST", `/a/${code}/by-hand`, {
    body: form,
    headers: { "sec-fetch-site": "cross-site" },
  });
  expect(foreign.status).toBe(403);
  for (let sent = 0; sent < 2; sent++)
    expect(
      (
        await send(code, [
          ["text", typed],
          ["do", "send"],
        ])
      ).status,
    ).toBe(303);
  for (const action of ["next", "send"])
    expect(
      (
        await send(code, [
          ["text", typed],
          ["do", action],
        ])
      ).status,
    ).toBe(410);
  expect((await service.request("GET", `/a/${code}/by-hand`)).status).toBe(410);
});

test("rounds are counted by address, as uploads are", async () => {
  await service.close();
  service = await openService({ uploadsPerMinute: 1 });
  const code = await openTestCase(service);
  const typed = typeByHand(commandsOf(await open(code)), PLAIN_PATH, "en");
  expect((await send(code, [["text", typed]])).status).toBe(200);
  const refused = await send(code, [["text", typed]]);
  expect(refused.status).toBe(429);
});

test("each system has its own page, and a gateway with an IPv6 address no commands", async () => {
  const code = await openTestCase(service);
  const pages = new Map<string, string>();
  for (const system of ["windows", "mac", "linux", "android", "ios"])
    pages.set(system, await open(code, `?for=${system}`));
  expect(commandsOf(pages.get("windows") ?? "")[2]).toBe("ping -4 -n 3 -f -l 1472 vpn.example.com");
  expect(commandsOf(pages.get("mac") ?? "")[2]).toBe("ping -c 3 -D -s 1472 vpn.example.com");
  expect(commandsOf(pages.get("linux") ?? "")[2]).toBe("ping -4 -c 3 -M do -s 1472 vpn.example.com");
  expect(commandsOf(pages.get("android") ?? "")).toEqual([]);
  expect(pages.get("ios")).toContain("personal hotspot");
  const { code: other } = await json<{ code: string }>(
    await service.request("POST", "/v1/cases", {
      token: service.tokens.staff,
      json: { gateway: "2001:db8::1" },
    }),
  );
  expect(commandsOf(await open(other))).toEqual([]);
});

test("a button that is pressed twice sends once, and something else with the same form is sent too", async () => {
  const code = await openTestCase(service);
  const first = await open(code);
  const once: Part = ["once", /name="once" value="([^"]+)"/.exec(first)?.[1] ?? ""];
  const typed = typeByHand(commandsOf(first), PLAIN_PATH, "en");
  const twice = await Promise.all([0, 1].map(() => send(code, [once, ["text", typed], ["do", "send"]])));
  const after = await send(code, [once, ["text", typed], ["do", "send"]]);
  expect(after.status).toBe(303);
  // One of the two came while the other was at work: its page is as it was.
  for (const { status, location } of twice)
    expect([after.location, null]).toContain(status === 303 ? location : null);
  expect(await runsUsed()).toBe(1);
  const other = await send(code, [once, ["text", `${typed}\n`], ["do", "send"]]);
  expect(other.location).not.toBe(after.location);
  expect(await runsUsed()).toBe(2);
  // The code is used up by now: the button still tells of the report that it made.
  expect((await send(code, [once, ["text", typed], ["do", "send"]])).location).toBe(after.location);
});
