/** `ikefrag serve --demo`: the service on a store of invented cases, which is gone when it ends. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type RunningServer, type ServerOptions, startServer } from "../../api/runtime/start-server.ts";
import type { Language } from "../../shared/language.ts";
import { fillStore } from "./fill-store.ts";

/** What a machine may have set for a service of its own would reach into the demonstration. */
function forgetSettings(): void {
  for (const name of Object.keys(process.env))
    if (name.startsWith("IKEFRAG_") && name !== "IKEFRAG_LOG") delete process.env[name];
}

/** Starts it. @returns the service; `close` removes the store too */
export async function startDemo(
  options: Omit<ServerOptions, "dataDir" | "publicUrl" | "reflector" | "newIndex" | "demo">,
  language: Language,
): Promise<RunningServer> {
  forgetSettings();
  const dataDir = await mkdtemp(join(tmpdir(), "ikefrag-demo-"));
  const remove = () => rm(dataDir, { recursive: true, force: true });
  try {
    await fillStore(dataDir, language);
    const server = await startServer({ ...options, dataDir, publicUrl: null, demo: true });
    return {
      ...server,
      async close() {
        await server.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
