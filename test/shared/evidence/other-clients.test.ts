/** A gateway's file shows many clients: whose logins count beside what was recorded at one of them. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { readCapture } from "../../../shared/transcript/read-capture.ts";

/** A login that the gateway refuses, as its charon writes it. */
const refused = (client: string, at: string) =>
  [
    `05[NET] received packet: from ${client}[500] to 203.0.113.5[500] (408 bytes)`,
    "05[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(NATD_S_IP) N(NATD_D_IP) N(FRAG_SUP) ]",
    `05[IKE] ${client} is initiating an IKE_SA`,
    "05[ENC] generating IKE_SA_INIT response 0 [ SA KE No ]",
    `05[NET] sending packet: from 203.0.113.5[500] to ${client}[500] (336 bytes)`,
    `06[NET] received packet: from ${client}[4500] to 203.0.113.5[4500] (1200 bytes)`,
    "06[ENC] parsed IKE_AUTH request 1 [ IDi CERT AUTH SA TSi TSr ]",
    "06[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]",
    `06[NET] sending packet: from 203.0.113.5[4500] to ${client}[4500] (80 bytes)`,
  ]
    .map((line) => `Nov 23 ${at} gw charon: ${line}\n`)
    .join("");
const ONE = refused("198.51.100.99", "03:00:01");
const SEVERAL = ONE + refused("198.51.100.98", "03:07:01") + refused("198.51.100.97", "03:09:01");

const pair = async (end: "client" | "gateway-first-only") => {
  const bytes = await readFile(join(import.meta.dirname, `../../cases/reports/29-pair-${end}.pcapng`));
  async function* chunks() {
    yield bytes;
  }
  return readCapture(end, chunks());
};
const evidenceOf = (text: string) =>
  Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: [{ name: "gw.log", text }],
    recordedAt: { "gw.log": "gateway", client: "client", "gateway-first-only": "gateway" },
  });
const clientsIn = (text: string, transcripts: Parameters<typeof observe>[1]) =>
  observe(evidenceOf(text), transcripts).initiations.map(({ capture, client }) => `${capture} ${client}`);

test("beside a client's capture, the other clients of a gateway's log do not count", async () => {
  const client = await pair("client");
  const own = clientsIn("", [client]);
  expect(own.length).toBeGreaterThan(0);
  expect(clientsIn(SEVERAL, [client])).toEqual(own);
  const alone = diagnose({ evidence: evidenceOf(""), transcripts: [client] });
  const beside = diagnose({ evidence: evidenceOf(SEVERAL), transcripts: [client] });
  expect([beside.verdict, beside.direction]).toEqual([alone.verdict, alone.direction]);
});

test("a log of one client is taken to be about this one, and of a gateway's alone one client counts", async () => {
  const client = await pair("client");
  expect(clientsIn(ONE, [client])).toContain("gw.log 198.51.100.99");
  expect(clientsIn(SEVERAL, [])).toEqual(["gw.log 198.51.100.97"]);
  expect(clientsIn(SEVERAL, [await pair("gateway-first-only")])).toHaveLength(2);
});
