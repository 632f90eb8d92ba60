/**
 * `npm run bench:service`: how many rounds, runs and pages a second the service takes, on Node, on Deno and
 * in workerd, beside a bare Hono application with the same schema on the same runtime. Each runtime has one
 * core, and the client another. With `--before DIR`, another checkout is measured in turn with this one.
 *
 *     node test/bench/service.ts [--before DIR] [--runtime node,deno,workerd] [--rounds 3]
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { certificateBytes } from "../support/begun-login.ts";
import { LoginResponder } from "../support/login-responder.ts";
import { CLEAR_PATH, measure, type SimulatedPath } from "../support/simulated-path.ts";
import { Connection, type Load, load, type Prepared, prepare } from "./load-client.ts";

const CONNECTIONS = 16;
const RUNS = 240;
const ROUND_RUNS = 30;
/** A run takes so many posts, of which two lead up to the round that is measured. */
const POSTS_A_RUN = 36;
const PAGES = 3_000;
const RUNS_A_CASE = 5;

const root = resolve(import.meta.dirname, "../..");
const { values: options } = parseArgs({
  options: {
    before: { type: "string" },
    runtime: { type: "string", default: "node,deno,workerd" },
    rounds: { type: "string", default: "3" },
    part: { type: "string", default: "posts,runs,pages" },
  },
});

/** The story: the client's IP fragments above 1472 bytes vanish. */
const STORY: SimulatedPath = { ...CLEAR_PATH, fragmentLimit: 1472 };
/** A plan that ends with its second post. */
const SMALL: SimulatedPath = { ...CLEAR_PATH, blockedPorts: [4500] };

/** What a path, and a gateway behind it that logins can be begun with, make of a round. */
function played(path: SimulatedPath, round: Round, gateway: LoginResponder | null): Measurement[] {
  return measure(path, round).map((measurement) => {
    const { step, outcome } = measurement;
    if (gateway === null || step.kind !== "udp" || outcome.status !== "answered") return measurement;
    const answers = gateway.answer(fromBase64(step.datagram), step.port);
    if (answers.length === 0) return measurement;
    const [{ atMs } = { atMs: 0 }] = "answers" in outcome ? outcome.answers : [];
    const given = answers.map((bytes) => ({ atMs, datagram: toBase64(bytes) }));
    return { ...measurement, outcome: { ...outcome, answers: given } } as Measurement;
  });
}

const started: ChildProcess[] = [];
const pinned = (core: number, command: string[]): string[] =>
  canPin ? ["taskset", "-c", String(core), ...command] : command;
const canPin =
  availableParallelism() > 1 &&
  (() => {
    try {
      execFileSync("taskset", ["-cp", "1", String(process.pid)], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();

async function start(command: string[], ready: RegExp): Promise<string> {
  const [program = "", ...args] = pinned(0, command);
  const child = spawn(program, args, {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NO_COLOR: "1" },
  });
  started.push(child);
  let said = "";
  await new Promise<void>((done, fail) => {
    child.stdout?.on("data", (text) => {
      said += text;
      if (ready.test(said)) done();
    });
    child.once("exit", (code) => fail(new Error(`Cannot start ${command.join(" ")}: exit code ${code}`)));
  });
  return said;
}

async function stopAll(): Promise<void> {
  for (const child of started.splice(0)) {
    if (child.pid === undefined || child.exitCode !== null) continue;
    const ended = new Promise((done) => child.once("exit", done));
    process.kill(-child.pid, "SIGTERM");
    await ended;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

interface Served {
  name: string;
  port: number;
  token: string;
}

const program = (name: string): string => join(root, "node_modules/.bin", name);
const START: Record<string, (directory: string, data: string) => Promise<{ service: Served; bare: number }>> =
  {
    node: (directory, data) => embedded([program("node")], directory, data),
    deno: (directory, data) => embedded([program("deno"), "run", "-A"], directory, data),
    async workerd(directory, data) {
      const [port, bare] = [await freePort(), await freePort()];
      const token = "ikf_0123456789abcdefghjkmnpqrstvwxyz";
      const file = join(import.meta.dirname, "serve-in-workerd.ts");
      await start([program("node"), file, directory, String(port), String(bare), data, token], /ready/);
      return { service: { name: "", port, token }, bare };
    },
  };

async function embedded(runtime: string[], directory: string, data: string) {
  const [port, bare] = [await freePort(), await freePort()];
  const file = join(directory, "dist/ikefrag.mjs");
  const said = await start(
    [...runtime, file, "serve", "--port", String(port), "--data", data],
    /\bikf_\w+[\s\S]*Ctrl-C/,
  );
  await start([...runtime, join(import.meta.dirname, "serve-bare.ts"), String(bare)], /ready/);
  return { service: { name: "", port, token: /\bikf_\w+/.exec(said)?.[0] ?? "" }, bare };
}

/** The posts of a run, recorded while it was played: the service takes them again as if they were new. */
interface Recorded {
  runId: string;
  runToken: string;
  posts: object[];
}

async function ask<T>(connection: Connection, request: Prepared): Promise<T> {
  const { status, body } = await connection.send(request);
  if (status >= 300) throw new Error(`Cannot prepare: ${status}: ${body.toString().slice(0, 300)}`);
  return JSON.parse(body.toString()) as T;
}

/** Starts runs, and plays each up to a post that is not sent yet. */
async function record(
  { port, token }: Served,
  runs: number,
  posts: number,
  path: SimulatedPath,
  gateway: LoginResponder | null,
): Promise<Recorded[]> {
  const connection = new Connection(port);
  const agent = {
    ...{ name: "ikefrag-agent", version: "0.1.0", platform: "windows", osVersion: "10.0.26100" },
    ...{ runtime: "node 24", language: "en", elevated: false },
  };
  const recorded: Recorded[] = [];
  let code = "";
  while (recorded.length < runs) {
    if (recorded.length % RUNS_A_CASE === 0) {
      const opened = prepare("POST", "/v1/cases", { token, json: { gateway: "vpn.example.com" } });
      ({ code } = await ask<{ code: string }>(connection, opened));
    }
    const run = await ask<{ runId: string; runToken: string; round: Round }>(
      connection,
      prepare("POST", "/v1/runs", { json: { code, agent } }),
    );
    const measurements: Measurement[] = [];
    const made: Recorded = { runId: run.runId, runToken: run.runToken, posts: [] };
    for (let { round } = run; made.posts.length < posts; ) {
      measurements.push(...played(path, round, gateway));
      const post = {
        round: round.number,
        startedAt: "2026-11-23T06:00:00Z",
        measurements: [...measurements],
      };
      made.posts.push(post);
      if (made.posts.length === posts) break;
      const reply = await ask<{ status: string; round: Round }>(connection, roundOf(made, post));
      if (reply.status !== "continue") throw new Error("Cannot prepare: the run ended too early");
      ({ round } = reply);
    }
    recorded.push(made);
  }
  connection.close();
  return recorded;
}

const roundOf = ({ runId, runToken }: Recorded, json: object): Prepared =>
  prepare("POST", `/v1/runs/${runId}/rounds`, { token: runToken, json });
const bareRound = (json: object): Prepared => prepare("POST", "/rounds", { json });

interface Row {
  what: string;
  services: Load[][];
  bare: Load[];
}

const median = (loads: readonly Load[]): Load =>
  loads.toSorted((a, b) => a.rate - b.rate)[loads.length >> 1] ?? { rate: 0, p50: 0, p99: 0 };
const shown = ({ rate, p50, p99 }: Load): string =>
  `${rate.toFixed(rate < 100 ? 1 : 0)}/s, ${p50.toFixed(2)} / ${p99.toFixed(2)} ms`;

/** Measures all in turn, so that what else the machine does meets all of them. */
async function inTurn(
  what: string,
  services: readonly (() => Promise<Load>)[],
  bare: () => Promise<Load>,
): Promise<Row> {
  const row: Row = { what, services: services.map(() => []), bare: [] };
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const [at, measured] of services.entries()) row.services[at]?.push(await measured());
    row.bare.push(await bare());
  }
  const reference = median(row.bare);
  const cells = row.services.map((loads) => {
    const one = median(loads);
    return `${shown(one)} (${((one.rate / reference.rate) * 100).toFixed(0)} %)`;
  });
  console.log(`| ${what} | ${cells.join(" | ")} | ${shown(reference)} |`);
  return row;
}

/** The posts of one round in all runs that were prepared for it, again and again. */
const again = (recorded: readonly Recorded[], times: number, ofPost: (made: Recorded) => Prepared) => {
  const requests = recorded.map(ofPost);
  return Array.from({ length: times * requests.length }, (_, at) => [
    requests[at % requests.length] as Prepared,
  ]);
};

async function measureRuntime(runtime: string): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), "ikefrag-bench-"));
  try {
    const checkouts = options.before ? [resolve(options.before), root] : [root];
    const services: Served[] = [];
    let bare = 0;
    for (const [at, directory] of checkouts.entries()) {
      const opened = await START[runtime]?.(directory, join(data, String(at)));
      if (opened === undefined) throw new Error(`Cannot measure on ${runtime}: it is no runtime of ours`);
      services.push({ ...opened.service, name: options.before && at === 0 ? "before" : "now" });
      bare = opened.bare;
    }
    console.log(`\n${runtime}, ${CONNECTIONS} connections, load ${loadavg()[0]?.toFixed(1)}\n`);
    console.log(`| | ${services.map(({ name }) => name).join(" | ")} | bare Hono |`);
    console.log(`| --- |${" --- |".repeat(services.length + 1)}`);
    const parts = options.part.split(",");
    const rounds = Number(options.rounds);
    const kinds = [
      ["middle round", false, 2],
      ["middle round of begun logins", true, 3],
    ] as const;
    for (const [what, isBegun, posts] of parts.includes("posts") ? kinds : []) {
      const perRun = Math.floor(POSTS_A_RUN / rounds);
      const prepared = await Promise.all(
        services.map((service) =>
          record(service, ROUND_RUNS, posts, STORY, isBegun ? gatewayOfLogins() : null),
        ),
      );
      const last = (made: Recorded): object => made.posts.at(-1) ?? {};
      const bytes = JSON.stringify(prepared[0]?.[0]?.posts.at(-1)).length;
      const bareTasks = again(prepared[0] ?? [], perRun, (made) => bareRound(last(made)));
      await inTurn(
        `${what}, ${(bytes / 1_000).toFixed(0)} kB`,
        services.map(({ port }, at) => {
          const tasks = again(prepared[at] ?? [], perRun, (made) => roundOf(made, last(made)));
          return () => load(port, tasks, CONNECTIONS, 200);
        }),
        () => load(bare, bareTasks, CONNECTIONS, 200),
      );
    }
    if (parts.includes("runs")) {
      const prepared = await Promise.all(
        services.map((service) => record(service, RUNS * rounds, 2, SMALL, null)),
      );
      const taken = services.map(() => 0);
      const bareTasks = (prepared[0] ?? []).slice(0, RUNS).map(({ posts }) => posts.map(bareRound));
      await inTurn(
        "whole run, two posts and a report",
        services.map(({ port }, at) => () => {
          const from = taken[at] ?? 0;
          taken[at] = from + RUNS;
          const tasks = (prepared[at] ?? [])
            .slice(from, from + RUNS)
            .map((made) => made.posts.map((post) => roundOf(made, post)));
          return load(port, tasks, CONNECTIONS, 200);
        }),
        () => load(bare, bareTasks, CONNECTIONS, 200),
      );
    }
    if (parts.includes("pages")) await measurePages(services, bare);
  } finally {
    await stopAll();
    await rm(data, { recursive: true, force: true });
  }
}

const gatewayOfLogins = (): LoginResponder =>
  new LoginResponder(
    { certificates: ["expired", "ec-root"].map(certificateBytes) },
    byteSource(Uint8Array.of(7)),
  );

async function measurePages(services: readonly Served[], bare: number): Promise<void> {
  const reports: string[] = [];
  for (const service of services) {
    const [made] = await record(service, 1, 3, STORY, null);
    if (made === undefined) continue;
    const connection = new Connection(service.port);
    const last = roundOf(made, made.posts.at(-1) ?? {});
    const { reportId } = await ask<{ reportId?: string }>(connection, last);
    if (reportId === undefined) throw new Error("Cannot prepare: the run did not end");
    reports.push(reportId);
    connection.close();
  }
  const pages = (request: Prepared) => Array.from({ length: PAGES }, () => [request]);
  const get = (what: string, requestOf: (service: Served, reportId: string) => Prepared, status = 200) =>
    inTurn(
      what,
      services.map((service, at) => () => {
        const request = requestOf(service, reports[at] ?? "");
        return load(service.port, pages(request), CONNECTIONS, status);
      }),
      () => load(bare, pages(prepare("GET", "/page")), CONNECTIONS, 200),
    );
  await get("fix card, page", (_, id) => prepare("GET", `/r/${id}`));
  await get("fix card, JSON", (_, id) => prepare("GET", `/v1/reports/${id}`));
  await get("report, staff's page", ({ token }, id) => prepare("GET", `/console/reports/${id}`, { token }));
  await get("report, JSON", ({ token }, id) => prepare("GET", `/v1/reports/${id}`, { token }));
  const etags: string[] = [];
  for (const [at, { port }] of services.entries()) {
    const connection = new Connection(port);
    const { headers } = await connection.send(prepare("GET", `/v1/reports/${reports[at]}`));
    etags.push(/\r\netag: (\S+)/i.exec(headers)?.[1] ?? "");
    connection.close();
  }
  await get(
    "fix card, not modified",
    (service, id) =>
      prepare("GET", `/v1/reports/${id}`, {
        headers: { "If-None-Match": etags[services.indexOf(service)] ?? "" },
      }),
    304,
  );
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void stopAll().finally(() => process.exit(1)));
console.log(canPin ? "The service has core 0, the client core 1." : "Service and client share the cores.");
for (const runtime of options.runtime.split(",")) await measureRuntime(runtime);
