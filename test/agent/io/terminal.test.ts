/** Questions at a real terminal, and their interruption. */
import { execFileSync, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const TERMINAL = fileURLToPath(new URL("../../../agent/io/terminal.ts", import.meta.url));
const hasScript = (() => {
  try {
    execFileSync("script", ["--version"], { stdio: "ignore" });
    return process.platform === "linux";
  } catch {
    return false;
  }
})();
if (!hasScript) console.log("questions at a terminal are left out: they take Linux and script(1)");

/**
 * Runs a program at a terminal of its own, and types this when it has asked.
 *
 * @returns what stands on the screen then
 */
async function atTerminal(program: string, typed: string): Promise<string> {
  const child = spawn("script", ["-qec", '"$NODE" --input-type=module -e "$PROGRAM"', "/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, SHELL: "/bin/sh", NODE: process.execPath, PROGRAM: program },
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let screen = "";
  await new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.stdout.on("data", (chunk: Buffer) => {
      const hadAsked = screen.includes("? ");
      screen += chunk.toString();
      if (!hadAsked && screen.includes("? ")) child.stdin.write(typed);
    });
  });
  return screen;
}

test.skipIf(!hasScript)("ask() leaves nothing behind that a later interrupt would find", async () => {
  const program = `
    import { systemTerminal } from ${JSON.stringify(TERMINAL)};
    const stop = new AbortController();
    const terminal = systemTerminal();
    const answer = await terminal.ask("Begin? ", stop.signal);
    stop.abort();
    terminal.say("answered " + answer);`;
  expect(await atTerminal(program, "yes\n")).toBe("Begin? yes\r\nanswered yes\r\n");
});
