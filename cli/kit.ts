/** `ikefrag kit`: what an organisation needs to sign and deploy the Windows agent itself. */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExitCode } from "../agent/exit-code.ts";
import { VERSION } from "../agent/version.ts";
import { parseCaseCode } from "../shared/schema/identifier.ts";
import { UsageError } from "./arguments.ts";
import { readme } from "./kit/readme.ts";
import {
  appControlScript,
  appLockerScript,
  checkScript,
  detectScript,
  installScript,
  type KitFacts,
  signScript,
  startMenuCmd,
} from "./kit/scripts.ts";
import { cannotWrite, UnusableInputError } from "./unusable-input.ts";

/** The built agent, from the sources and from the package. */
const AGENT = new URL(
  import.meta.url.endsWith("/cli/kit.ts") ? "../dist/agent.ps1" : "./agent.ps1",
  import.meta.url,
);

/** A host, and perhaps a port: nothing that is special in a quoted string of cmd or PowerShell. */
const PLAIN_ORIGIN = /^https?:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/**
 * The service's origin, as it is written into the kit.
 *
 * @throws {UsageError} it is no address of a service, or one without https
 */
export function originOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : null;
  if (url === null || !PLAIN_ORIGIN.test(url.origin) || /[\s"'`%$]/.test(server))
    throw new UsageError(
      `--server is the address of the service, such as https://ikefrag.example.com, not "${server}"`,
    );
  if (url.username !== "" || url.pathname !== "/" || url.search !== "" || url.hash !== "")
    throw new UsageError(`--server is the service's address alone, without a path or a name: ${url.origin}`);
  if (url.protocol !== "https:" && !LOOPBACK.test(url.hostname))
    throw new UsageError(
      `--server has to begin with https://: over http anybody on the way could change what runs`,
    );
  return url.origin;
}

/** The files of a kit, by name, in the order in which they are listed. */
export const kitFiles = (agent: string, facts: KitFacts): Map<string, string> =>
  new Map([
    ["README.md", readme(facts)],
    ["ikefrag.ps1", agent],
    ["SHA256SUMS", `${facts.sha256.toLowerCase()}  ikefrag.ps1\n`],
    ["check.ps1", checkScript(facts)],
    ["sign.ps1", signScript(facts)],
    ["applocker.ps1", appLockerScript()],
    ["app-control.ps1", appControlScript()],
    ["install.ps1", installScript(facts)],
    ["ikefrag.cmd", startMenuCmd(facts)],
    ["detect.ps1", detectScript(facts)],
  ]);

/**
 * Writes the kit.
 *
 * @param out the folder; it is made, and must be empty where it is there
 * @throws {UsageError} the address or the code is none
 * @throws {UnusableInputError} the folder cannot be written, or has files already
 */
export async function kit(options: { server: string; code: string | null; out: string }): Promise<ExitCode> {
  const server = originOf(options.server);
  const code = options.code === null ? "" : parseCaseCode(options.code);
  if (code === null)
    throw new UsageError(`--code is a case code, such as XXXX-XXXX-XXXXX, not "${options.code}"`);
  const agent = await readFile(AGENT, "utf8").catch(() => {
    throw new UnusableInputError("Cannot find the agent: run npm run build first");
  });
  const sha256 = createHash("sha256").update(agent).digest("hex").toUpperCase();
  const { out } = options;
  const files = kitFiles(agent, { server, version: VERSION, sha256, code });
  try {
    await mkdir(out, { recursive: true });
    if ((await readdir(out)).length > 0)
      throw new UnusableInputError(
        `Cannot write the kit to "${out}": there are files in it already. Name a new folder`,
      );
    for (const [name, text] of files) await writeFile(join(out, name), text, { flag: "wx" });
  } catch (error) {
    throw error instanceof UnusableInputError ? error : cannotWrite(out, error as NodeJS.ErrnoException);
  }
  process.stdout.write(
    `${[...files.keys()].map((name) => join(out, name)).join("\n")}\n\nikefrag.ps1 ${VERSION}, SHA-256 ${sha256}\nRead ${join(out, "README.md")} first.\n`,
  );
  return ExitCode.HEALTHY;
}
