/** The console's page for what a user sent: pasted text, captures and other files in any mix. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_CAPTURE_BYTES, MAX_FORM_FILES, MAX_TEXT_BYTES } from "../../api/http/bounds.ts";
import { ORIGIN, openService, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000 });
});
afterEach(() => service.close());

const PAGE = "/console/analyze";
const OWN = { "sec-fetch-site": "same-origin", origin: ORIGIN };
const NOTHING = { rows: { cases: 0, runs: 0, reports: 0, objects: 0 }, objects: [] };
const fixture = (name: string) =>
  readFile(join(import.meta.dirname, "../cases", name)) as Promise<Uint8Array<ArrayBuffer>>;

interface Given {
  text?: string;
  gateway?: string;
  keep?: boolean;
  files?: [name: string, content: BlobPart][];
}
function formOf({ text = "", gateway = "", keep = false, files = [] }: Given): FormData {
  const form = new FormData();
  form.append("text", text);
  form.append("gateway", gateway);
  if (keep) form.append("keep", "1");
  for (const [name, content] of files) form.append("files", new File([content], name));
  // What a browser sends where no file was chosen.
  if (files.length === 0) form.append("files", new File([], ""));
  return form;
}

async function post(given: Given | FormData, language = "en", headers: Record<string, string> = OWN) {
  const response = await service.request("POST", PAGE, {
    token: service.tokens.staff,
    body: given instanceof FormData ? given : formOf(given),
    headers: { accept: "text/html", "accept-language": language, ...headers },
  });
  return { status: response.status, headers: response.headers, page: await response.text() };
}

/** As it comes over a network: 64 KiB at a time. */
async function postInPieces(form: FormData) {
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type") ?? "";
  const whole = new Uint8Array(await encoded.arrayBuffer());
  let at = 0;
  const body = new ReadableStream({
    pull(controller) {
      if (at >= whole.length) return controller.close();
      controller.enqueue(whole.slice(at, at + 65_536));
      at += 65_536;
    },
  });
  const response = await service.request("POST", PAGE, {
    token: service.tokens.staff,
    body,
    headers: { accept: "text/html", "content-type": type, ...OWN },
  });
  return { status: response.status, page: await response.text() };
}

const PING = `> C:\\>ping -l 1400 198.51.100.53
>
> Ping wird ausgeführt für 198.51.100.53 mit 1400 Bytes Daten:
> Antwort von 198.51.100.53: Bytes=1400 Zeit=8ms TTL=57
> Antwort von 198.51.100.53: Bytes=1400 Zeit=8ms TTL=57
`;

test("the form is there for staff alone, and in the navigation", async () => {
  const anyone = await service.request("GET", PAGE, { headers: { accept: "text/html" } });
  expect(anyone.status).toBe(303);
  expect(anyone.headers.get("location")).toBe("/console/sign-in?next=%2Fconsole%2Fanalyze");
  const response = await service.request("GET", PAGE, { token: service.tokens.staff });
  const page = await response.text();
  expect(page).toContain(`<a href="${PAGE}" aria-current="page">`);
  expect(page).toContain('enctype="multipart/form-data"');
  const reports = await service.request("GET", "/console/reports", { token: service.tokens.staff });
  expect(await reports.text()).toContain(`href="${PAGE}"`);
});

test("another site's form is refused", async () => {
  const sent = await post({ text: PING }, "en", {
    "sec-fetch-site": "cross-site",
    origin: "https://evil.example",
  });
  expect(sent.status).toBe(403);
});

test("a pasted text is diagnosed and said back, and nothing is kept", async () => {
  const { status, page, headers } = await post({ text: PING });
  expect(status).toBe(200);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(page).toContain(
    "pasted text, line 3: German Windows ping to 198.51.100.53: one size (ping payload 1400), without -f",
  );
  for (const id of ["why", "advice", "evidence"]) expect(page).toContain(`<section id="${id}">`);
  // To change it and try again.
  expect(page).toContain(PING.split("\n")[2]?.replaceAll(">", "&gt;"));
  expect(await service.stored()).toEqual(NOTHING);
});

test("in Japanese too", async () => {
  const { page } = await post({ text: PING }, "ja");
  expect(page).toContain("198.51.100.53へのドイツ語版Windowsのping");
  expect(page).toContain("保存していません");
});

test("the gateway that was named is the one that the pings went to", async () => {
  const { page } = await post({ text: PING, gateway: "198.51.100.53" });
  expect(page).toContain("<span>Gateway</span> 198.51.100.53");
});

test("the story of the seed, as text and files, gives the design's answer", async () => {
  const { page } = await post({
    text: new TextDecoder().decode(await seedFile("netsh-ja.txt")),
    files: [
      ["wired-fail.pcapng", await seedFile("wired-fail.pcapng")],
      ["ping-1472-ja.txt", await seedFile("ping-1472-ja.txt")],
    ],
  });
  expect(page).toContain("<code>ike-auth-unanswered</code>");
  expect(page).toContain("netsh interface ipv4 set interface 19 mtu=1472");
  expect(page).toContain('<section id="sequence">');
});

test("a gzipped capture and the JSON of a run are known by their content", async () => {
  const { page } = await post({
    files: [
      ["capture.txt", gzipSync(await seedFile("wired-fail.pcapng"))],
      ["run.log", await fixture("run-fragments-1472/run.json")],
    ],
  });
  expect(page).toContain("capture.txt");
  expect(page).toContain("<code>outbound-fragments-too-large</code>");
});

test("where a file was recorded is asked for, without scripts, and kept", async () => {
  const shown = await (await service.request("GET", PAGE, { token: service.tokens.staff })).text();
  const inputs = [...shown.matchAll(/<input id="file-(\w+)" name="(\w+)" type="file" multiple/g)];
  expect(inputs.map(([, , name]) => name)).toEqual(["client", "gateway", "between", "files"]);

  const form = formOf({ gateway: "vpn.example.com", keep: true });
  const pair = (end: string) => fixture(`reports/29-pair-${end}.pcapng`);
  form.append("client", new File([await pair("client")], "c.pcapng"));
  form.append("gateway", new File([await pair("gateway-first-only")], "g.pcapng"));
  form.append("between", new File([], ""));
  const { status, headers } = await post(form);
  expect(status).toBe(303);
  const id = headers.get("location")?.split("/").at(-1);
  const report = await service.request("GET", `/v1/reports/${id}`, { token: service.tokens.staff });
  expect((await report.json()).evidence).toMatchObject({
    gateway: "vpn.example.com",
    recordedAt: { "c.pcapng": "client", "g.pcapng": "gateway" },
  });
});

test("kept as a report, it leads there", async () => {
  const { status, headers } = await post({
    text: PING,
    gateway: "vpn.example.com",
    keep: true,
    files: [["wired-fail.pcapng", await seedFile("wired-fail.pcapng")]],
  });
  expect(status).toBe(303);
  const to = headers.get("location") ?? "";
  expect(to).toMatch(/^\/console\/reports\/IKF-/);
  const report = await service.request("GET", to, { token: service.tokens.staff });
  const page = await report.text();
  expect(page).toContain("German Windows ping");
  expect(page).toContain("vpn.example.com");
  expect((await service.stored()).rows).toMatchObject({ reports: 1, objects: 3 });
});

describe("what cannot be used", () => {
  test("is named, and throws nothing else away", async () => {
    const { status, page } = await post({
      text: "Dear helpdesk, it does not work.",
      files: [
        ["notes.txt", "nothing in here either"],
        ["archive.zip", "PK\x03\x04 and so on and so on"],
        ["<b>empty</b>.pcap", ""],
        ["broken.json", '{"schema": "ikefrag/evidence/1", '],
        ["other.json", '{"a": 1}'],
        ["wired-fail.pcapng", await seedFile("wired-fail.pcapng")],
      ],
    });
    expect(status).toBe(200);
    expect(page).toContain("<code>ike-auth-unanswered</code>");
    const named = [...page.matchAll(/<li><strong>([^<]+)<\/strong>: ([^<]+)/g)].map(([, name, why]) => [
      name,
      why,
    ]);
    expect(named.map(([name]) => name)).toEqual([
      "Pasted text",
      "notes.txt",
      "archive.zip",
      "b&gt;.pcap",
      "broken.json",
      "other.json",
    ]);
    expect(named[2]?.[1]).toContain("zip archive");
    expect(named[5]?.[1]).toContain("ikefrag probe --save");
    expect(page).not.toContain("<b>empty");
  });

  test("kept with the rest, the report is linked and the file is named", async () => {
    const { status, page } = await post({
      keep: true,
      files: [
        ["notes.txt", "nothing in here"],
        ["wired-fail.pcapng", await seedFile("wired-fail.pcapng")],
      ],
    });
    expect(status).toBe(200);
    const { rows } = await service.stored();
    expect(rows).toMatchObject({ reports: 1 });
    expect(page).toMatch(/href="\/console\/reports\/IKF-/);
    expect(page).toContain("notes.txt");
  });

  test("nothing usable: the text stays in the form, and nothing is kept", async () => {
    const text = `It </textarea><script>alert(1)</script> fails`;
    const { status, page } = await post({ text, keep: true, files: [["notes.txt", "nothing"]] });
    expect(status).toBe(422);
    expect(page).toContain('role="alert"');
    expect(page).toContain("It &lt;/textarea&gt;&lt;script&gt;");
    expect(page).toContain("notes.txt");
    expect(page).toContain('name="keep" value="1" checked');
    expect(await service.stored()).toEqual(NOTHING);
  });

  test("nothing at all", async () => {
    const { status, page } = await post({ text: "  \r\n " });
    expect(status).toBe(400);
    expect(page).toContain("There is nothing to analyze yet");
  });

  test("a gateway that is none: said at its field, and what was typed stays", async () => {
    const { status, page } = await post({
      text: PING,
      gateway: "vpn example; rm",
      keep: true,
      files: [["wired-fail.pcapng", await seedFile("wired-fail.pcapng")]],
    });
    expect(status).toBe(400);
    expect(page).toContain('id="gateway-error"');
    expect(page).toContain('value="vpn example; rm"');
    expect(page).toContain("Ping wird ausgeführt");
    expect(await service.stored()).toEqual(NOTHING);
  });

  test("more files than are taken", async () => {
    const seed = await seedFile("ping-1472-ja.txt");
    const files = Array.from({ length: MAX_FORM_FILES + 2 }, (_, at): [string, BlobPart] => [
      `p${at}.txt`,
      seed,
    ]);
    const { status, page } = await post({ files });
    expect(status).toBe(200);
    expect([...page.matchAll(/<li><strong>([^<]+)<\/strong>:/g)].map(([, name]) => name)).toEqual([
      "The files after it",
    ]);
    expect(page).toContain(`p${MAX_FORM_FILES - 1}.txt, line`);
  });

  test("more parts than the page has, and more texts than a report holds", async () => {
    const form = formOf({ text: PING });
    for (let n = 0; n < 100; n++) form.append("x", "y");
    expect((await post(form)).status).toBe(400);

    const texts = Array.from({ length: 31 }, (_, n) => ({ name: `t${n}`, text: PING }));
    const run = JSON.stringify({ schema: "ikefrag/evidence/1", texts });
    const { status, page } = await post({
      text: PING,
      keep: true,
      files: [
        ["run.json", run],
        ["again.json", run],
      ],
    });
    expect(status).toBe(200);
    expect(page).toContain("<strong>again.json</strong>");
    const [path = ""] = /\/console\/reports\/IKF-[\w-]+/.exec(page) ?? [];
    expect((await service.request("GET", path, { token: service.tokens.staff })).status).toBe(200);
  });

  test("a text file that is too large, beside one that is not", async () => {
    const { status, page } = await post({
      text: PING,
      files: [["huge.log", "a line of words\n".repeat(MAX_TEXT_BYTES / 16 + 1)]],
    });
    expect(status).toBe(200);
    expect(page).toContain("huge.log");
    expect(page).toContain("German Windows ping");
  });

  test("files that are too large together: what there was room for is diagnosed", async () => {
    const large = new Uint8Array(MAX_CAPTURE_BYTES - 1024 * 1024);
    large.set(await seedFile("wired-fail.pcapng"));
    const form = formOf({
      files: [
        ["first.pcapng", await seedFile("wired-fail.pcapng")],
        ["second.pcapng", large],
        ["third.pcapng", large],
        ["fourth.pcapng", await seedFile("wired-fail.pcapng")],
      ],
    });
    const { status, page } = await postInPieces(form);
    expect(status).toBe(200);
    expect(page).toContain("<code>ike-auth-unanswered</code>");
    const named = [...page.matchAll(/<li><strong>([^<]+)<\/strong>: ([^<]+)/g)].map(([, name]) => name);
    expect(named).toEqual(["third.pcapng", "The files after it"]);
  });

  test("a capture that is too large, before one that is not", async () => {
    const large = new Uint8Array(MAX_CAPTURE_BYTES + 1);
    large.set(await seedFile("wired-fail.pcapng"));
    const { page } = await post({
      keep: true,
      files: [
        ["large.pcapng", large],
        ["good.pcapng", await seedFile("wired-fail.pcapng")],
      ],
    });
    expect(page).toContain("<strong>large.pcapng</strong>");
    expect(page).toContain("<code>ike-auth-unanswered</code>");
    expect((await service.stored()).objects).toHaveLength(3);
  });

  test("texts that are too much together", async () => {
    const text = `${PING}${"a line of words\n".repeat(MAX_TEXT_BYTES / 16 - 20)}`;
    const files = Array.from({ length: 6 }, (_, at): [string, BlobPart] => [`t${at}.txt`, text]);
    const { page } = await post({ files });
    const named = [...page.matchAll(/<li><strong>([^<]+)<\/strong>: ([^<]+)/g)].map(([, name]) => name);
    expect(named).toEqual(["t4.txt", "t5.txt"]);
  });

  test("a pasted text that is too large", async () => {
    const { status, page } = await post({ text: "x".repeat(MAX_TEXT_BYTES + 1) });
    expect(status).toBe(413);
    expect(page).toContain('role="alert"');
  });

  test("a damaged capture is read up to the damage", async () => {
    const whole = await seedFile("wired-fail.pcapng");
    const { status, page } = await post({ files: [["cut.pcapng", whole.subarray(0, whole.length - 100)]] });
    expect(status).toBe(200);
    expect(page).toContain("damaged at byte");
  });

  test("two files of one name stay apart", async () => {
    const seed = await seedFile("wired-fail.pcapng");
    const { page } = await post({
      files: [
        ["C:\\Users\\x\\a.pcapng", seed],
        ["a.pcapng", seed],
      ],
    });
    expect(page).toContain("a.pcapng (2)");
    expect(page).not.toContain("Users");
  });

  test.each([
    ["a form of another type", new URLSearchParams({ text: PING }), 400],
    ["a form that is cut", '--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc', 400],
  ])("%s", async (_what, body, status) => {
    const type = body instanceof URLSearchParams ? {} : { "content-type": "multipart/form-data; boundary=b" };
    const response = await service.request("POST", PAGE, {
      token: service.tokens.staff,
      body,
      headers: { accept: "text/html", ...OWN, ...type },
    });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain('role="alert"');
  });

  test("a field behind a file is refused, for it would come too late", async () => {
    const form = new FormData();
    form.append("files", new File([await seedFile("wired-fail.pcapng")], "a.pcapng"));
    form.append("keep", "1");
    const { status, page } = await post(form);
    expect(status).toBe(400);
    expect(page).toContain("the field keep comes after a file");
    expect(await service.stored()).toEqual(NOTHING);
  });

  test("who sends too often is told so, and loses nothing else", async () => {
    await service.close();
    service = await openService({ uploadsPerMinute: 1 });
    await post({ text: PING });
    const { status, page, headers } = await post({ text: PING });
    expect(status).toBe(429);
    expect(headers.get("retry-after")).not.toBeNull();
    expect(page).toContain("Ping wird ausgeführt");
  });
});
