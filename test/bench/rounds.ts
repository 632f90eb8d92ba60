/**
 * `node test/bench/rounds.ts`: the processor time that a round of a run takes in workerd, with begun logins
 * and without. Clocks stand still in a Worker while it computes: so the process is looked at from outside.
 */
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { toBase64 } from "../../shared/bytes/base64.ts";
import { initRequest } from "../../shared/ike/keys/login.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { measuredWithLogins } from "../support/begun-login.ts";
import { LoginResponder, USUAL_TRANSFORMS } from "../support/login-responder.ts";
import { freePort, RUNTIMES, type Started, stop } from "../support/runtimes.ts";

/** After one more, in which the code gets warm. */
const RUNS = 5;
/** Of each round. A run may post forty times. */
const POSTS = 9;
/** A clock tick of /proc, as every Linux of today has it. */
const TICK_MS = 10;
/** What a round of an honest run may take beyond one without logins; the curves are the quick ones. */
const MOST_MS = 50;
const MOST_MS_WITH_CURVES = 10;
const GATEWAY = "192.0.2.1";
const AGENT = {
  ...{ name: "ikefrag-agent", version: "0.1.0", platform: "windows", osVersion: "10.0.26100" },
  ...{ runtime: "node 24", language: "en", elevated: false },
};

/** The workerd processes of a process group, and what they have computed so far in user and system mode. */
function processor(group: number): { pids: string; ms: number } {
  let ticks = 0;
  const pids: string[] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Behind the name, which may hold spaces: state, parent, group, …, user and system time.
      const [, name, rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
      const fields = rest.split(" ");
      if (name !== "workerd" || Number(fields[2]) !== group) continue;
      ticks += Number(fields[11]) + Number(fields[12]);
      pids.push(pid);
    } catch {
      // It has ended.
    }
  }
  return { pids: pids.join(" "), ms: ticks * TICK_MS };
}

const { child, origin, token, directory } = await open();
const group = child.pid ?? 0;

async function open(): Promise<Started & { directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-rounds-"));
  const { workerd } = RUNTIMES;
  if (workerd === undefined) throw new Error("Cannot start workerd: it is not among the runtimes");
  return { ...(await workerd(await freePort(), directory)), directory };
}

interface Reply {
  status: string;
  round: Round;
}
async function post<T>(path: string, bearer: string | null, body: string): Promise<T> {
  const headers = {
    "content-type": "application/json",
    // A connection that is kept may be closed at the moment in which it is used again.
    connection: "close",
    ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
  };
  const response = await fetch(`${origin}${path}`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(`Cannot post to ${path}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function startRun(rehearsal: boolean) {
  const opening = JSON.stringify({ gateway: GATEWAY, rehearsal });
  const { code } = await post<{ code: string }>("/v1/cases", token, opening);
  const body = JSON.stringify({ code, agent: AGENT });
  return post<{ runId: string; runToken: string; round: Round }>("/v1/runs", null, body);
}

/** What one post takes. The answer is the same each time, for nothing is kept between. */
async function postMs(send: () => Promise<unknown>): Promise<number> {
  const before = processor(group);
  for (let n = 0; n < POSTS; n++) await send();
  const after = processor(group);
  if (before.pids !== after.pids)
    throw new Error("Cannot measure: workerd was started anew; leave the sources alone meanwhile");
  return (after.ms - before.ms) / POSTS;
}

interface Post {
  ms: number;
  bytes: number;
}
/** The mean of several runs. */
async function meanOf(run: () => Promise<Post>): Promise<Post> {
  const { bytes } = await run();
  let ms = 0;
  for (let n = 0; n < RUNS; n++) ms += (await run()).ms / RUNS;
  return { ms, bytes };
}

const gatewayOf = (keyExchange: number): LoginResponder => {
  const chooses = USUAL_TRANSFORMS.map((t) => (t.type === 4 ? { ...t, id: keyExchange } : t));
  return new LoginResponder({ chooses, ikeFragmentation: true }, byteSource(Uint8Array.of(keyExchange)));
};

/** The last round of an honest run but the one that stores a report: all that was measured is posted then. */
async function honestRun(keyExchange: number, rehearsal: boolean): Promise<Post> {
  const { runId, runToken, round: first } = await startRun(rehearsal);
  const gateway = gatewayOf(keyExchange);
  const measurements: Measurement[] = [];
  let last: Post = { ms: 0, bytes: 0 };
  for (let round = first; ; ) {
    measurements.push(...measuredWithLogins(round, gateway));
    const body = JSON.stringify({ round: round.number, startedAt: "2026-11-23T06:00:00Z", measurements });
    const send = () => post<Reply>(`/v1/runs/${runId}/rounds`, runToken, body);
    const reply = await send();
    if (reply.status !== "continue") return last;
    last = { ms: await postMs(send), bytes: body.length };
    ({ round } = reply);
  }
}

/** Somebody who wants to see the service compute: many logins of the dearest group, all of them answered. */
async function hostileRun(): Promise<Post> {
  const { runId, runToken, round } = await startRun(true);
  const MODP4096 = 16;
  const [gateway, random] = [gatewayOf(MODP4096), byteSource(Uint8Array.of(1))];
  const measurements = Array.from({ length: 40 }, (_, at) => {
    const given = { secret: random(32), random, port: 4500, group: MODP4096, ikeFragmentation: false };
    const datagram = initRequest(given);
    const step = {
      ...{ id: `r1-init-${at}`, kind: "udp", atMs: 0, target: GATEWAY, family: 4, port: 4500 },
      ...{ purpose: "baseline", datagram: toBase64(datagram), dontFragment: false, userMtu: null },
      ...{ tries: 1, waitMs: 1_000 },
    };
    const answers = gateway.answer(datagram, 4500).map((bytes) => ({ atMs: 1, datagram: toBase64(bytes) }));
    const outcome = { status: "answered", address: GATEWAY, dontFragment: false, answers };
    return Measurement.parse({ step, startedAtMs: 0, sentAtMs: [0], outcome });
  });
  const body = JSON.stringify({ round: round.number, startedAt: "2026-11-23T06:00:00Z", measurements });
  const send = () => post<Reply>(`/v1/runs/${runId}/rounds`, runToken, body);
  return { ms: await postMs(send), bytes: body.length };
}

try {
  const without = await meanOf(() => honestRun(14, false));
  console.log("| last round | bytes posted | ms of the processor | more than without logins |");
  console.log("| --- | --- | --- | --- |");
  const say = (name: string, { ms, bytes }: Post): number => {
    const more = ms - without.ms;
    console.log(`| ${name} | ${bytes} | ${ms.toFixed(1)} | ${name === "no logins" ? "" : more.toFixed(1)} |`);
    return more;
  };
  say("no logins", without);
  let holds = true;
  for (const [keyExchange, most] of [
    [14, MOST_MS],
    [19, MOST_MS_WITH_CURVES],
    [31, MOST_MS_WITH_CURVES],
    [20, MOST_MS],
    [16, MOST_MS],
  ] as const) {
    holds = say(`group ${keyExchange}`, await meanOf(() => honestRun(keyExchange, true))) <= most && holds;
  }
  holds = say("hostile: 40 logins of group 16", await meanOf(hostileRun)) <= 2 * MOST_MS && holds;
  console.log(
    `${holds ? "holds" : "FAILS"}: logins take at most ${MOST_MS} ms of a round, with groups 19 and 31 ${MOST_MS_WITH_CURVES} ms`,
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await stop(child);
  await rm(directory, { recursive: true, force: true });
}
