/**
 * `npm run lab -- shell NAME`: the laboratory's network, gateway and service of one scenario, and a shell in
 * the client's namespace.
 */
import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { makeCertificates } from "./certificates.ts";
import { INCIDENTS } from "./incidents.ts";
import { removeLeftOvers } from "./left-overs.ts";
import { Cleanup, scratchDirectory } from "./programs.ts";
import { buildStage, commandLine } from "./run-scenario.ts";
import { BEGUN_LOGINS } from "./scenarios/begun-logins.ts";
import { SCENARIOS } from "./scenarios.ts";

async function main([command, name]: string[]): Promise<number> {
  const scenario = [...SCENARIOS, ...BEGUN_LOGINS, ...INCIDENTS].find((known) => known.name === name);
  if (command !== "shell" || scenario === undefined) {
    console.error("Usage: npm run lab -- shell NAME; `npm run test:lab -- --list` names the scenarios");
    return 2;
  }
  if (process.getuid?.() !== 0) {
    console.error("The laboratory needs root");
    return 1;
  }
  const cleanup = new Cleanup();
  await removeLeftOvers();
  for (const signal of ["SIGTERM", "SIGHUP"])
    process.on(signal, () => void cleanup.run().then(() => process.exit(130)));
  process.on("SIGINT", () => {}); // the shell's own
  try {
    const directory = await scratchDirectory();
    cleanup.add(() => rm(directory, { recursive: true, force: true }));
    const certificates = await makeCertificates(join(directory, "pki"));
    const lab = { certificates, keepDirectory: directory, isWhole: false };
    const stage = await buildStage(scenario, lab, cleanup);
    const { client, router, gateway } = stage.network;
    console.log(`${scenario.name}: ${scenario.story}`);
    console.log(
      `The gateway is ${scenario.gatewayName ?? stage.gatewayAddress}, the service ${stage.service.origin}.`,
    );
    console.log(`Namespaces: ${client} (here), ${router}, ${gateway}. Files: ${stage.directory}`);
    console.log(`The agent: ${commandLine(await stage.openCase(), "node")}`);
    const shell = spawn("ip", ["netns", "exec", client, process.env.SHELL ?? "/bin/sh"], {
      stdio: "inherit",
    });
    await new Promise((resolve) => shell.once("exit", resolve));
  } finally {
    await cleanup.run();
  }
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
