/** The service inside the client's namespace, as staff see it. */
import { join } from "node:path";
import process from "node:process";
import { type Network, tryInNamespace } from "./network.ts";
import { type Cleanup, startDaemon } from "./programs.ts";

const ROOT = join(import.meta.dirname, "../..");
const PORT = 8787;

/** The service as staff see it, from inside the client's namespace. */
export interface LabService {
  origin: string;
  /** Ends it, as when its machine goes down. */
  stop(): void;
  request(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
}

/** A request from inside a namespace: its loopback is not ours. */
const REQUEST_SCRIPT = `
  const { url, method, token, body } = JSON.parse(process.argv[1]);
  const headers = { authorization: "Bearer " + token, "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  process.stdout.write(JSON.stringify({ status: response.status, text: await response.text() }));
`;

/** Starts `ikefrag serve` in the client's namespace, and signs in with the token of its first start. */
export async function startService(
  network: Network,
  dataDirectory: string,
  cleanup: Cleanup,
  settings: Record<string, string> = {},
): Promise<LabService> {
  const program = [process.execPath, join(ROOT, "cli/main.ts"), "serve", "--port", String(PORT)];
  const serve = ["netns", "exec", network.client, ...program, "--data", dataDirectory];
  const daemon = startDaemon(cleanup, "ip", serve, { NO_COLOR: "1", ...settings });
  const [token] = await daemon.says(/\bikf_[A-Za-z0-9_-]+/);
  const origin = `http://127.0.0.1:${PORT}`;
  return {
    origin,
    stop: () => void daemon.child.kill("SIGKILL"),
    async request(method, path, body) {
      const question = JSON.stringify({ url: `${origin}${path}`, method, token, body });
      const script = ["--input-type=module", "--eval", REQUEST_SCRIPT, "--", question];
      const { stdout, stderr } = await tryInNamespace(network.client, process.execPath, script);
      if (stdout === "")
        throw new Error(`Cannot ${method} ${path}: ${stderr}; the service said:\n${daemon.said()}`);
      const { status, text } = JSON.parse(stdout) as { status: number; text: string };
      if (status >= 300) throw new Error(`Cannot ${method} ${path}: ${status} ${text}`);
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}
