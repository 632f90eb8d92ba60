/** Logs as gateways keep them: gzipped, and larger than a text may be; and uploads without a size. */
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type * as z from "zod";
import { MAX_LOG_BYTES } from "../../api/http/bounds.ts";
import type { GatewayLink } from "../../shared/schema/api.ts";
import { json, makeReport, openService, openTestCase, type Service, seedFile } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 1000 });
});
afterEach(() => service.close());

/** A client's opening and its answer, as a gateway's charon writes them. */
const attempt = (client: string, clock: string): string =>
  ["received", "sending"]
    .map((way) => {
      const isIn = way === "received";
      const ends = isIn
        ? `from ${client}[500] to 203.0.113.25[500]`
        : `from 203.0.113.25[500] to ${client}[500]`;
      const what = isIn ? "parsed IKE_SA_INIT request 0" : "generating IKE_SA_INIT response 0";
      return `${clock} gw charon: 05[NET] ${way} packet: ${ends} (408 bytes)\n${clock} gw charon: 05[ENC] ${what} [ SA KE No ]\n`;
    })
    .join("");
const LOG = attempt("198.51.100.99", "Nov 23 06:00:01");
const OLD_LINE =
  "Nov 22 05:00:00 gw charon: 05[CFG] nothing that matters here stands in this old line at all\n";
const OLD_LINES = 30_000;
/** Three megabytes, of which the last lines tell. */
const LARGE = `${OLD_LINE.repeat(OLD_LINES)}${LOG}`;

/** It grows a thousandfold. */
const BOMB = new Uint8Array(gzipSync(LOG.repeat(MAX_LOG_BYTES / LOG.length + 1)));

interface Said {
  text: { readings: string[] };
}
const staff = () => ({ token: service.tokens.staff });
const asFile = (part: string, content: string | Uint8Array<ArrayBuffer>, name: string): FormData => {
  const form = new FormData();
  form.append(part, new File([content], name));
  return form;
};
const gzipped = (content: string | Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(gzipSync(content));

/** The three ways in which a file comes, each with what is said of it. */
const WAYS: [
  way: string,
  send: (content: Uint8Array<ArrayBuffer>) => Promise<{ status: number; said: string }>,
][] = [
  [
    "alone",
    async (body) => {
      const headers = { "content-type": "application/gzip" };
      const answer = await service.request("POST", "/v1/analyses?name=gw.log.gz", {
        ...staff(),
        headers,
        body,
      });
      return { status: answer.status, said: JSON.stringify(await json<Said>(answer)) };
    },
  ],
  [
    "in a form",
    async (body) => {
      const form = { ...staff(), body: asFile("gateway", body, "gw.log.gz") };
      const answer = await service.request("POST", "/v1/analyses", form);
      return { status: answer.status, said: JSON.stringify(await json<Said>(answer)) };
    },
  ],
  [
    "for a case",
    async (body) => {
      await openTestCase(service);
      const list = await json<{ cases: { caseId: string }[] }>(
        await service.request("GET", "/v1/cases", staff()),
      );
      const path = `/v1/cases/${list.cases[0]?.caseId}/gateway-files`;
      const answer = await service.request("POST", path, {
        ...staff(),
        body: asFile("gateway", body, "gw.log.gz"),
      });
      return { status: answer.status, said: JSON.stringify(await json<Said>(answer)) };
    },
  ],
];

describe.each(WAYS)("a gzipped log, %s", (way, send) => {
  test("is read as the log is", async () => {
    const { status, said } = await send(gzipped(LOG));
    expect(status).toBe(200);
    expect(said).toContain(way === "for a case" ? '"logLines":4' : "strongSwan: lines about IKE messages");
  });

  test("is read to its end, however large it is, and what is not read is said", async () => {
    const { status, said } = await send(gzipped(LARGE));
    expect(status).toBe(200);
    if (way === "for a case") expect(said).toContain('"logins":1');
    else expect(said).toMatch(/gw\.log\.gz, line 1\d{4}: not read up to here: the log is too large/);
  });

  test("that grows without end is refused, and where is said", async () => {
    const { status, said } = await send(BOMB);
    expect(status).toBe(422);
    expect(said).toMatch(
      /Cannot unpack .{1,2}gw\.log\.gz.{1,2} at byte \d+ of the text in it: it has more than the 67108864 bytes/,
    );
  });

  test("that is damaged is refused, and where is said", async () => {
    const { status, said } = await send(gzipped(LARGE).subarray(0, 5_000));
    expect(status).toBe(422);
    expect(said).toMatch(
      /Cannot unpack .{1,2}gw\.log\.gz.{1,2} at byte \d+ of the text in it: the gzip file is damaged/,
    );
  });
});

test("a large log is read to its end as it is, and no other large text is", async () => {
  const post = (body: string) =>
    service.request("POST", "/v1/analyses", { ...staff(), headers: { "content-type": "text/plain" }, body });
  const said = JSON.stringify(await json<Said>(await post(LARGE)));
  expect(said).toContain("not read up to here: the log is too large");
  const prose = await post("It does not work any more since we moved.\n".repeat(40_000));
  expect(prose.status).toBe(413);
  expect(await json(prose)).toMatchObject({ type: "/problems/text-too-large" });
});

describe("an upload that does not say its size", () => {
  const stream = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
    new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 500) controller.enqueue(bytes.slice(at, at + 500));
        controller.close();
      },
    });

  test("takes of the allowance what it has, and not one byte more", async () => {
    await service.close();
    const capture = await seedFile("wired-fail.pcapng");
    service = await openService({ uploadBytesPerCase: 2 * capture.length + 4 });
    const { run } = await makeReport(service);
    const put = (body: Uint8Array) =>
      service.request("PUT", `/v1/runs/${run.runId}/capture`, {
        token: run.runToken,
        headers: { "content-type": "application/vnd.tcpdump.pcap" },
        body: stream(body),
      });
    expect((await put(capture)).status).toBe(200);
    expect((await put(new Uint8Array(5))).status).toBe(422);
    expect((await put(capture)).status).toBe(200);
    const refused = await put(capture);
    expect(refused.status).toBe(413);
    expect(await json(refused)).toMatchObject({ type: "/problems/case-quota" });
  });

  test("by the gateway's link keeps what was whole when the allowance ended", async () => {
    await service.close();
    service = await openService({ uploadsPerMinute: 1000, uploadBytesPerCase: 3_000 });
    await openTestCase(service);
    const list = await json<{ cases: { caseId: string }[] }>(
      await service.request("GET", "/v1/cases", staff()),
    );
    const caseId = list.cases[0]?.caseId ?? "";
    const link = await json<z.infer<typeof GatewayLink>>(
      await service.request("POST", `/v1/cases/${caseId}/gateway-link`, staff()),
    );
    const form = asFile("file", LOG, "first.log");
    form.append("file", new File([LOG.repeat(20)], "second.log"));
    const encoded = new Response(form);
    const answer = await service.request("POST", `/v1/gateway-files/${link.code}`, {
      headers: { "content-type": encoded.headers.get("content-type") ?? "" },
      body: stream(new Uint8Array(await encoded.arrayBuffer())),
    });
    expect(await json(answer)).toMatchObject({ type: "/problems/case-quota" });
    const kept = await json<{ files: { name: string }[] }>(
      await service.request("GET", `/v1/cases/${caseId}`, staff()),
    );
    expect(kept.files.map(({ name }) => name)).toEqual(["first.log"]);
  });
});
