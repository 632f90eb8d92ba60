/** Programs that finish, hang, are missing, or are cut short. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test, vi } from "vitest";
import { runProgram } from "../../../agent/io/program.ts";

const { signal } = new AbortController();

test("runProgram() gives both outputs and the exit code, in the C locale", async () => {
  const script = "console.log(process.env.LC_ALL); console.error('no'); process.exitCode = 3";
  const result = await runProgram(process.execPath, ["-e", script], { signal, timeoutMs: 10_000 });
  expect(result).toEqual({ status: "finished", exitCode: 3, output: "C\n", errors: "no\n" });
});

test("runProgram() takes its arguments literally: there is no shell", async () => {
  const argument = '"; echo $HOME `id` %PATH% & ';
  const script = "process.stdout.write(process.argv[1])";
  const result = await runProgram(process.execPath, ["-e", script, argument], { signal, timeoutMs: 10_000 });
  expect(result).toMatchObject({ output: argument });
});

test("runProgram() says that a program is missing", async () => {
  const result = await runProgram("no-such-program", [], { signal, timeoutMs: 1_000 });
  expect(result).toEqual({
    status: "missing",
    detail: "Cannot start no-such-program: there is no such program",
  });
});

test("runProgram() ends a program that takes too long, and keeps what it said", async () => {
  const script = "console.log('begun'); setInterval(() => {}, 1000)";
  const result = await runProgram(process.execPath, ["-e", script], { signal, timeoutMs: 500 });
  expect(result).toMatchObject({ status: "timed-out", output: "begun\n" });
});

test("runProgram() ends a program that floods it", async () => {
  const script = "process.stdout.write('x'.repeat(8 * 1024 * 1024)); setInterval(() => {}, 1000)";
  const result = await runProgram(process.execPath, ["-e", script], { signal, timeoutMs: 60_000 });
  if (result.status !== "finished") throw new Error(result.status);
  expect(result.output.length).toBeLessThanOrEqual(4 * 1024 * 1024);
});

test("runProgram() leaves no child behind when the run is aborted", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-child-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const pidFile = join(directory, "pid");
  const abort = new AbortController();
  const script = `require("fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
  const running = runProgram(process.execPath, ["-e", script], { signal: abort.signal, timeoutMs: 60_000 });
  const pid = await vi.waitFor(async () => {
    const text = await readFile(pidFile, "utf8");
    expect(text).not.toBe("");
    return Number(text);
  });
  abort.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
});
