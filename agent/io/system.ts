/** What system this is, and who measures on it. */
import { readFile } from "node:fs/promises";
import * as os from "node:os";
import process from "node:process";
import type { Language } from "../../shared/language.ts";
import type { AgentInfo } from "../../shared/schema/measurement.ts";
import { VERSION } from "../version.ts";
import { type RunProgram, runProgram } from "./program.ts";

/** The systems that the agent tells apart. */
export type Platform = AgentInfo["platform"];

/** The system that this computer runs. */
export function systemPlatform(): Platform {
  if (process.platform === "win32") return "windows";
  if (process.platform === "darwin") return "macos";
  return process.platform === "linux" || process.platform === "android" ? "linux" : "other";
}

/**
 * The full path of a Windows program, because a bare name would first be looked up in the current directory.
 */
export function windowsProgram(path: string): string {
  return `${process.env.SystemRoot ?? "C:\\Windows"}\\System32\\${path}`;
}

/** Describes the agent and its system for the report. */
export async function describeAgent(language: Language, signal: AbortSignal): Promise<AgentInfo> {
  const platform = systemPlatform();
  return {
    name: "ikefrag-agent",
    version: VERSION,
    platform,
    osVersion: (await osVersion(platform))?.slice(0, 512) ?? null,
    runtime: process.versions.deno ? `deno ${process.versions.deno}` : `node ${process.versions.node}`,
    language,
    elevated: await isElevated(platform, runProgram, signal),
  };
}

async function osVersion(platform: Platform): Promise<string | null> {
  try {
    if (platform === "windows") return `${os.version()} ${os.release()}`;
    if (platform === "linux") {
      const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(
        await readFile("/etc/os-release", "utf8").catch(() => ""),
      )?.[1];
      return `${name ?? "Linux"}, kernel ${os.release()}`;
    }
    return `${os.type()} ${os.release()}`;
  } catch {
    return null; // Deno without --allow-sys
  }
}

async function isElevated(platform: Platform, run: RunProgram, signal: AbortSignal): Promise<boolean | null> {
  if (platform !== "windows") {
    try {
      return process.getuid?.() === 0;
    } catch {
      return null;
    }
  }
  const groups = await run(windowsProgram("whoami.exe"), ["/groups"], { signal, timeoutMs: 5_000 });
  // Looks for the SID of the high mandatory level, because all other text of the table is translated.
  return groups.status === "finished" ? /\bS-1-16-(12288|16384)\b/.test(groups.output) : null;
}
