/** `ikefrag serve`: the service on its embedded store, and what the person who starts it has to know. */
import process from "node:process";
import { ExitCode } from "../agent/exit-code.ts";
import { isLoopback } from "../api/http/loopback.ts";
import { openLog } from "../api/runtime/log.ts";
import { readS3Settings } from "../api/runtime/s3-settings.ts";
import {
  decidedSettings,
  type GivenSettings,
  namesIn,
  readSettings,
  showSettings,
  strangeNames,
} from "../api/runtime/settings.ts";
import { type RunningServer, startServer } from "../api/runtime/start-server.ts";
import type { Language } from "../shared/language.ts";

/** What `ikefrag serve` is told. */
export interface ServeOptions {
  /** 0: any free one. */
  port: number;
  host: string;
  dataDir: string;
  publicUrl: string | null;
  /** `HOST:PORT` of the deployment's reflector. */
  reflector: string | null;
  /** Print a new one-time sign-in link, for when the first one is lost. */
  signInLink: boolean;
  /** Begin a new index even where there are objects that belong to another one. */
  newIndex: boolean;
  /** Print all settings, and do not start. */
  printConfig: boolean;
  signal: AbortSignal;
}

/**
 * Runs the service until the signal is aborted, and says what to open.
 *
 * @returns the exit code: 0 when it was stopped, 2 when it could not start
 */
export async function serve({ signal, signInLink, printConfig, ...options }: ServeOptions): Promise<number> {
  let server: RunningServer;
  try {
    if (printConfig) return print(options);
    server = await startServer({
      ...options,
      // One line for each request would hide what the first start prints: only errors, unless asked.
      ...openLog(
        (line) => void process.stderr.write(`${line}\n`),
        process.env.IKEFRAG_LOG === "all" ? "info" : "error",
      ),
    });
  } catch (error) {
    process.stderr.write(`${explain(error, options)}\n`);
    return ExitCode.USAGE;
  }
  const decided = decidedSettings(process.env, options);
  if (decided !== null) process.stderr.write(`ikefrag: settings ${decided}\n`);
  const link = server.firstStart?.signInLink ?? (signInLink ? await server.newSignInLink() : null);
  process.stdout.write(greeting(server.url, options, link, server.firstStart?.apiToken ?? null));
  return untilStopped(server, signal);
}

async function untilStopped(server: RunningServer, signal: AbortSignal): Promise<number> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  process.stderr.write("ikefrag: stopping. What is under way may end; press Ctrl-C again to stop at once\n");
  await server.close();
  return ExitCode.HEALTHY;
}

/**
 * Runs the service on invented cases until the signal is aborted; then nothing is left of it.
 *
 * @returns the exit code, as that of `serve`
 */
export async function serveDemonstration({
  port,
  language,
  signal,
}: {
  port: number;
  language: Language;
  signal: AbortSignal;
}): Promise<number> {
  const host = "127.0.0.1";
  let server: RunningServer;
  try {
    const { startDemo } = await import("./demo/serve-demo.ts");
    const log = openLog((line) => void process.stderr.write(`${line}\n`), "error");
    server = await startDemo({ host, port, ...log }, language);
  } catch (error) {
    process.stderr.write(`${explain(error, { host, port, dataDir: "the folder for temporary files" })}\n`);
    return ExitCode.USAGE;
  }
  const link = server.firstStart?.signInLink ?? (await server.newSignInLink());
  process.stdout.write(
    [
      `A demonstration of ikefrag is ready: ${server.url}`,
      "",
      "Open this to sign in as an administrator. It works once; a new start gives a new one:",
      `  ${link}`,
      "",
      "All of it is invented: twelve weeks at a helpdesk, in English or Japanese (--lang). Nothing is kept.",
      "Stop with Ctrl-C. For a service of your own: ikefrag serve",
      "",
    ].join("\n"),
  );
  return untilStopped(server, signal);
}

/** Prints the settings, where a service would start with them. */
function print(options: GivenSettings): number {
  for (const sentence of strangeNames(namesIn(process.env))) process.stderr.write(`ikefrag: ${sentence}\n`);
  readSettings(process.env, options, "made at the first start and kept in the data directory");
  readS3Settings(process.env);
  process.stdout.write(showSettings(process.env, options));
  return ExitCode.HEALTHY;
}

type Place = Pick<ServeOptions, "host" | "port" | "dataDir">;

/** Why the service does not start, in words for the person who started it. */
function explain(error: unknown, { host, port, dataDir }: Place): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : null;
  switch (code) {
    case "EADDRINUSE":
      return `Cannot listen on ${host}:${port}: another program uses that port. Choose another one with --port`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return `Cannot listen on ${host}:${port}: this machine has no such address`;
    case "EACCES":
    case "EPERM":
    case "EROFS":
    case "ENOTDIR":
    case "EEXIST":
      return `Cannot use ${dataDir} or port ${port}: ${message}`;
    default:
      return message;
  }
}

function greeting(url: string, place: Place, link: string | null, token: string | null): string {
  const lines = [`ikefrag is ready: ${url}`, ""];
  if (link !== null) {
    lines.push("Open this to sign in as an administrator. It works once, within 24 hours:", `  ${link}`, "");
  } else {
    lines.push(`Sign in: ${url}/console  (lost the token? start again with --sign-in-link)`, "");
  }
  if (token !== null) {
    lines.push(
      "API token, shown only now. It has the admin role, so that you can try all of the API with it:",
      `  ${token}`,
      "",
      "What to run next, in a second terminal:",
      "  # open a case for a VPN gateway; the answer has the lines to hand to a user",
      `  curl -sS ${url}/v1/cases -H 'authorization: Bearer ${token}' \\`,
      `    -H 'content-type: application/json' -d '{"gateway":"vpn.example.com"}'`,
      "  # or diagnose a capture",
      `  curl -sS ${url}/v1/analyses -H 'authorization: Bearer ${token}' \\`,
      "    -H 'content-type: application/vnd.tcpdump.pcap' --data-binary @FILE.pcapng",
      "",
    );
  }
  if (isLoopback(place.host)) {
    lines.push(
      "Only this machine reaches it. For others: --host 0.0.0.0, behind TLS, with --public-url https://NAME",
      "",
    );
  }
  lines.push(`Data is kept in ${place.dataDir}. Stop with Ctrl-C.`, "");
  return lines.join("\n");
}
