/**
 * The agents as they are published: whole files, the same bytes for every case of a version, so that a hash,
 * a signature or a review of one outlives the case. What differs between cases is given to them as
 * parameters.
 */
import { ANALYZER } from "../../shared/diagnose/diagnose.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";

/** The version that this service has of them: its own. */
export const VERSION = ANALYZER.replace("ikefrag ", "");

/** One file under `/agent/VERSION/`. */
export interface ReleaseFile {
  name: string;
  /** ASCII, so that its characters are its bytes. */
  text: string;
  /** Of its bytes, in lower-case hexadecimal digits. */
  sha256: string;
  /** The media type. */
  type: string;
}

/** The files as the service has them. */
export type Agents = Pick<Deps, "windowsAgent" | "agentBundle" | "posixAgent">;

/** What each file was found to be: case lines, pages and the files themselves ask for it all the time. */
const known = new WeakMap<Agents, ReleaseFile[]>();

/** What this version consists of, by name. */
export function releaseFiles(agents: Agents): ReleaseFile[] {
  const texts = [
    { name: "ikefrag.ps1", text: agents.windowsAgent, type: "text/plain" },
    { name: "ikefrag.mjs", text: agents.agentBundle, type: "text/javascript" },
    { name: "ikefrag.sh", text: agents.posixAgent, type: "text/plain" },
  ];
  const last = known.get(agents);
  if (last?.every((file, at) => file.text === texts[at]?.text)) return last;
  const files = texts.map((file) => ({ ...file, sha256: sha256Hex(file.text) }));
  known.set(agents, files);
  return files;
}

/** Where a file of this version is, under the service's origin. */
export const releasePath = (name: string): string => `/agent/${VERSION}/${name}`;

/** The name of the list of hashes. */
export const HASHES = "SHA256SUMS";

/** The list that `sha256sum -c` and `shasum -a 256 -c` take. */
export const hashList = (files: readonly Pick<ReleaseFile, "name" | "sha256">[]): string =>
  files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
