/** agent/posix.sh from its first line to the report, in each shell here, against a real service. */
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { scriptWords } from "../../../agent/words/posix.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import {
  type Answer,
  type Asked,
  CODE,
  EXITS,
  ordinaryAnswers,
  startAgentService,
} from "../../support/agent-service.ts";
import {
  COMMON_PROGRAMS,
  checkGrammar,
  findProgram,
  runShellAgent,
  SHELL_AGENT_FILE,
  SHELLS,
} from "../../support/shell-agent.ts";

const CASE = `GET /a/${CODE}.json`;

/** The ordinary case, with other words, and other facts of the case. */
function answersWith(facts: Record<string, unknown>, language: "en" | "ja" = "en"): Record<string, Answer[]> {
  const answers = ordinaryAnswers();
  const [first] = answers[CASE] ?? [];
  const json = typeof first === "object" ? first.json : {};
  const agentWords = scriptWords(language);
  return { ...answers, [CASE]: [{ status: 200, json: { ...(json as object), agentWords, ...facts } }] };
}

describe.each(SHELLS)("in %s", (shell) => {
  test("the grammar is the shell's own", () => {
    expect(checkGrammar(shell)).toBe("");
  });

  test.each(EXITS)("a run ends with its report, and the exit code says $name", async (exit) => {
    const service = await startAgentService({
      ...ordinaryAnswers(exit.verdict, exit.problem),
      [CASE]: answersWith({})[CASE] ?? [],
    });
    const run = await runShellAgent({ shell, server: service.origin, args: ["--yes"] });
    expect(run).toMatchObject({ exitCode: exit.exitCode, left: [], stdout: "IKF-AAAAA-AAAAA-A\n" });
    expect(run.stderr).toContain("Everything was answered.");
    expect(run.stderr).toContain(`${service.origin}/r/IKF-AAAAA-AAAAA-A`);
    const [, begun, first, second] = service.asked as [Asked, Asked, Asked, Asked];
    expect(begun.body).toMatchObject({ code: CODE, agent: { name: "ikefrag-sh", language: "en" } });
    expect(second.authorization).toBe("Bearer token-1");
    const { measurements, startedAt } = second.body as { measurements: unknown[]; startedAt: string };
    const { agent } = begun.body as { agent: unknown };
    const evidence = Evidence.parse({
      schema: "ikefrag/evidence/1",
      startedAt,
      gateway: "127.0.0.1",
      agent,
      measurements,
    });
    expect(evidence.measurements.map(({ step }) => step.id)).toEqual(["r1-interfaces", "r2-interfaces"]);
    expect(first.body).toMatchObject({ round: 1 });
    expect(second.body).toMatchObject({ round: 2 });
    const [{ outcome } = { outcome: null }] = evidence.measurements;
    expect(outcome).toMatchObject({
      status: "measured",
      gatewayAddresses: [{ address: "127.0.0.1", family: 4 }],
      route: { address: "127.0.0.1", sourceAddress: "127.0.0.1" },
      interfaces: expect.arrayContaining([
        expect.objectContaining({
          name: "lo",
          connected: true,
          addresses: expect.arrayContaining(["127.0.0.1"]),
        }),
      ]),
    });
  });

  test.each([
    { name: "yes", typed: "y\n", exitCode: 0, asked: 4, words: "IKF-AAAAA-AAAAA-A" },
    { name: "no", typed: "n\n", exitCode: 4, asked: 1, words: "Not started." },
    { name: "nothing", typed: "\n", exitCode: 4, asked: 1, words: "Not started." },
    { name: "the Japanese yes", typed: "はい\n", exitCode: 0, asked: 4, words: "IKF-AAAAA-AAAAA-A" },
  ])("whoever types $name is obeyed", async ({ typed, exitCode, asked, words }) => {
    const service = await startAgentService(answersWith({}));
    const run = await runShellAgent({ shell, server: service.origin, typed });
    expect(run.stdout).toContain("If you did not ask anyone for help with a VPN, answer no.");
    expect(run.stdout).toContain(words);
    expect(run.stdout).toContain(`Who asks:         Example helpdesk (${service.origin})`);
    expect(run.stdout).toContain("Start? [y/N] ");
    expect(run).toMatchObject({ exitCode, left: [] });
    expect(service.asked).toHaveLength(asked);
  });

  test("a code that is missing is asked for, and the environment may name the service", async () => {
    const service = await startAgentService(answersWith({}));
    const environment = { IKEFRAG_SERVER: service.origin };
    const typed = `${CODE}\n`;
    const run = await runShellAgent({ shell, server: null, code: null, environment, typed, args: ["--yes"] });
    expect(run.stdout).toContain("Case code: ");
    expect(run.stdout).toContain("IKF-AAAAA-AAAAA-A");
  });

  test("no terminal is no yes", async () => {
    const service = await startAgentService(answersWith({}));
    const run = await runShellAgent({ shell, server: service.origin });
    expect(run).toMatchObject({ exitCode: 4, stdout: "", left: [] });
    expect(run.stderr).toContain("run it again with --yes");
    expect(service.asked).toHaveLength(1);
  });

  test("a dry run sends nothing, and prints what it read", async () => {
    const service = await startAgentService(answersWith({}));
    const run = await runShellAgent({
      shell,
      server: service.origin,
      args: ["--dry-run", "--save", "kept.json"],
    });
    expect(run).toMatchObject({ exitCode: 0, left: ["kept.json"] });
    const { measurements } = Evidence.parse(JSON.parse(run.stdout));
    expect(measurements.map(({ outcome }) => outcome.status)).toEqual(["measured", "not-run"]);
    expect(service.asked).toHaveLength(1);
  });
});

test("Ctrl-C ends a run, and nothing of it is left", async () => {
  const echo = { kind: "echo", target: "127.0.0.1", family: 4, pingPayloadBytes: 8, dontFragment: false };
  const steps = [{ id: "late", atMs: 30_000, tries: 1, waitMs: 1_000, ...echo }];
  const service = await startAgentService({
    ...answersWith({}),
    "POST /v1/runs": [
      { status: 201, json: { runId: "r", runToken: "t", gateway: "127.0.0.1", round: { number: 1, steps } } },
    ],
  });
  const run = await runShellAgent({
    server: service.origin,
    args: ["--yes"],
    meanwhile: (child) =>
      child.stderr?.on("data", (bytes: Buffer) => {
        if (/^Round 1/m.test(bytes.toString())) child.kill("SIGINT");
      }),
  });
  expect(run).toMatchObject({ exitCode: 130, left: [], stdout: "" });
});

test("the service's Japanese words are shown in a Japanese environment", async () => {
  const service = await startAgentService(answersWith({ operator: "ヘルプデスク" }, "ja"));
  const run = await runShellAgent({ server: service.origin, environment: { LANG: "ja_JP.UTF-8" } });
  expect(run.stderr).toContain("依頼元：ヘルプデスク");
  expect(run.stderr).toContain("「--yes」を付けて実行してください");
});

test.each([
  { name: "no service", server: null, args: [], words: "Cannot start: --server" },
  {
    name: "a service that is no address",
    server: "https://h/path",
    args: [],
    words: "Cannot start: --server",
  },
  { name: "another scheme", server: "file:///etc/passwd", args: [], words: "Cannot start: --server" },
  {
    name: "a code that is none",
    server: "http://h",
    code: "A/../B",
    args: [],
    words: "Cannot start: --code",
  },
  { name: "an unknown option", server: "http://h", args: ["--capture"], words: "Cannot start: --capture" },
  { name: "an unknown language", server: "http://h", args: ["--lang", "tlh"], words: "Cannot start: --lang" },
])("$name is misuse", async ({ server, code, args, words }) => {
  const run = await runShellAgent({ server, args, ...(code === undefined ? {} : { code }) });
  expect(run).toMatchObject({ exitCode: 2, stdout: "", left: [] });
  expect(run.stderr).toContain(words);
});

test("GNU wget does where curl is missing", async () => {
  const service = await startAgentService(answersWith({}));
  const programs = [...COMMON_PROGRAMS, "wget"];
  const run = await runShellAgent({ server: service.origin, args: ["--yes"], programs });
  expect(run.stdout).toBe("IKF-AAAAA-AAAAA-A\n");
  expect(service.asked.at(-1)?.authorization).toBe("Bearer token-1");
});

test.each([
  { name: "curl and wget", programs: COMMON_PROGRAMS, missing: "curl or GNU wget" },
  { name: "awk", programs: ["curl", ...COMMON_PROGRAMS.filter((each) => each !== "awk")], missing: "awk" },
])("without $name it names the page that needs no script", async ({ programs, missing }) => {
  const run = await runShellAgent({ server: "https://help.example", programs, args: ["--yes"] });
  expect(run).toMatchObject({ exitCode: 3, stdout: "", left: [] });
  expect(run.stderr).toContain(`this computer has no ${missing}.`);
  expect(run.stderr).toContain(`https://help.example/a/${CODE}/by-hand`);
});

test("a wget that cannot keep a token out of sight is not used", async () => {
  const standIns = { wget: "echo 'BusyBox v1.36.1 multi-call binary.'; exit 1" };
  const run = await runShellAgent({ server: "https://help.example", programs: COMMON_PROGRAMS, standIns });
  expect(run).toMatchObject({ exitCode: 3, stdout: "", left: [] });
  expect(run.stderr).toContain(`https://help.example/a/${CODE}/by-hand`);
});

test("what could not be sent is kept, readable, and tried four times before", async () => {
  const service = await startAgentService({
    ...answersWith({}),
    "POST /v1/runs/run-1/rounds": [{ status: 503, json: { title: "Busy", status: 503 } }],
  });
  const standIns = { sleep: "exec /bin/sleep 0.01" };
  const run = await runShellAgent({
    server: service.origin,
    args: ["--yes", "--save", "kept.json"],
    standIns,
  });
  expect(run).toMatchObject({ exitCode: 5, left: ["kept.json"] });
  expect(run.stderr).toContain("kept.json");
  expect(service.asked.filter(({ path }) => path.endsWith("/rounds"))).toHaveLength(4);
});

test("nobody else can read the token in a list of processes", async () => {
  const service = await startAgentService(answersWith({}));
  const curl = findProgram("curl");
  const standIns = { curl: `printf '%s\\n' "$*" >>"$HOME/curl.txt"; exec ${curl} "$@"` };
  const args = ["--yes"];
  let home = "";
  const run = await runShellAgent({
    server: service.origin,
    args,
    standIns,
    meanwhile: (child) => {
      home = readFileSync(`/proc/${child.pid}/environ`, "utf8").split("\0").join("\n");
    },
  });
  expect(run.left).toEqual(["curl.txt"]);
  const [, folder = ""] = /^HOME=(.*)$/m.exec(home) ?? [];
  const lines = await readFile(join(folder, "curl.txt"), "utf8");
  expect(lines.split("\n").filter(Boolean)).toHaveLength(4);
  expect(lines).not.toContain("token-1");
  expect(lines).toContain("--max-redirs 0");
});

test.each(["en", "ja"] as const)("the service sends each word that the script says: %s", async (language) => {
  const text = await readFile(SHELL_AGENT_FILE, "utf8");
  const said = [...text.matchAll(/(?:\bsay|\bwords) ([a-zA-Z]+)/g)].map(([, name = ""]) => name);
  expect(said.length).toBeGreaterThan(20);
  const served = scriptWords(language);
  expect(said.filter((name) => served[name] === undefined)).toEqual([]);
});

test("the script is ASCII, and each placeholder stands in it once", async () => {
  const text = await readFile(SHELL_AGENT_FILE, "latin1");
  expect(/[^\n\x20-\x7e]/.exec(text)).toBeNull();
  for (const placeholder of ["__IKEFRAG_CODE__", "__IKEFRAG_URL__"])
    expect(text.split(placeholder)).toHaveLength(2);
  // Text of others never becomes a command.
  expect(text).not.toMatch(/\beval\b/);
});
