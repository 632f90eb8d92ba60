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

/** Runs of each kind whose last round is timed, and as many before that get the code warm. */
const RUNS = 12;
/**
 * A service keeps the keys of its most recent runs (api/cases/rehearsal.ts): so many others are begun before
 * anything is timed that it has to compute again, as an instance does that has not seen the run yet.
 */
const RUNS_TO_BE_FORGOTTEN = 140;
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

/** A post that is ready to be sent, of a run that has posted all rounds before. */
interface Post {
  bytes: number;
  send(): Promise<Reply>;
}

/** The mean of what posts take, each of a run of its own and sent once: after the first, keys are known. */
async function coldMs(make: () => Promise<Post>): Promise<{ ms: number; bytes: number }> {
  const made = async () => {
    const posts: Post[] = [];
    for (let n = 0; n < RUNS; n++) posts.push(await make());
    for (let n = 0; n < RUNS_TO_BE_FORGOTTEN; n++) await startRun(true);
    return posts;
  };
  for (const { send } of await made()) await send();
  const posts = await made();
  const before = processor(group);
  const replies: Reply[] = [];
  for (const { send } of posts) replies.push(await send());
  const after = processor(group);
  // A run that has its report gets that again, and nothing is computed.
  if (replies.some(({ status }) => status !== "continue"))
    throw new Error("Cannot time a run that has ended");
  if (before.pids !== after.pids)
    throw new Error("Cannot measure: workerd was started anew; leave the sources alone meanwhile");
  return { ms: (after.ms - before.ms) / RUNS, bytes: posts[0]?.bytes ?? 0 };
}

const gatewayOf = (keyExchange: number): LoginResponder => {
  const chooses = USUAL_TRANSFORMS.map((t) => (t.type === 4 ? { ...t, id: keyExchange } : t));
  return new LoginResponder({ chooses, ikeFragmentation: true }, byteSource(Uint8Array.of(keyExchange)));
};

/**
 * An honest run, up to the round that is timed.
 *
 * @param timed the number of that round in the order of posts; `null`: the run is played to its end
 * @returns the post of that round, not sent yet, and how many rounds were posted
 */
async function playRun(
  keyExchange: number,
  rehearsal: boolean,
  timed: number | null,
): Promise<Post & { posted: number }> {
  const { runId, runToken, round: first } = await startRun(rehearsal);
  const gateway = gatewayOf(keyExchange);
  const measurements: Measurement[] = [];
  for (let round = first, posted = 0; ; posted++) {
    measurements.push(...measuredWithLogins(round, gateway));
    const body = JSON.stringify({ round: round.number, startedAt: "2026-11-23T06:00:00Z", measurements });
    const send = () => post<Reply>(`/v1/runs/${runId}/rounds`, runToken, body);
    if (posted + 1 === timed) return { bytes: body.length, send, posted };
    const reply = await send();
    if (reply.status !== "continue") return { bytes: body.length, send, posted };
    ({ round } = reply);
  }
}

/** The last round but the one that stores a report: nearly all that was measured is posted then. */
async function honestRuns(keyExchange: number, rehearsal: boolean): Promise<() => Promise<Post>> {
  const { posted } = await playRun(keyExchange, rehearsal, null);
  return () => playRun(keyExchange, rehearsal, posted);
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
  return { bytes: body.length, send };
}

try {
  const without = await coldMs(await honestRuns(14, false));
  console.log("| last round | bytes posted | ms of the processor | more than without logins |");
  console.log("| --- | --- | --- | --- |");
  const say = (name: string, { ms, bytes }: { ms: number; bytes: number }): number => {
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
    holds = say(`group ${keyExchange}`, await coldMs(await honestRuns(keyExchange, true))) <= most && holds;
  }
  holds = say("hostile: 40 logins of group 16", await coldMs(hostileRun)) <= 2 * MOST_MS && holds;
  console.log(
    `${holds ? "holds" : "FAILS"}: logins take at most ${MOST_MS} ms of a round, with groups 19 and 31 ${MOST_MS_WITH_CURVES} ms`,
  );
  process.exitCode = holds ? 0 : 1;
} finally {
  await stop(child);
  await rm(directory, { recursive: true, force: true });
}
