/** What the licences of bundled packages ask for: that their notices go along with the code. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The folder of the package that a bundled file belongs to: the innermost one, where packages are nested. */
const PACKAGE_FOLDER = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENCE_FILE = /^licen[cs]e(?:[.-].*)?$|^copying$/i;

/**
 * The notices of all packages that a bundle has taken code from.
 *
 * @param root the checkout's root
 * @param inputs paths of the bundled files, relative to the root
 * @returns a text with the name, version and licence of each package, in the order of their names
 * @throws {Error} names a package that has no licence file: it may not be handed on like this
 */
export async function thirdPartyLicences(root: string, inputs: Iterable<string>): Promise<string> {
  const folders = new Set<string>();
  for (const input of inputs) {
    const folder = PACKAGE_FOLDER.exec(input.replaceAll("\\", "/"))?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  const notices = await Promise.all([...folders].sort().map((folder) => noticeOf(join(root, folder))));
  return `This program contains code of the following packages.\n\n${[...new Set(notices)].join("\n")}`;
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => LICENCE_FILE.test(entry));
  if (file === undefined) throw new Error(`Cannot bundle ${name} ${version}: it has no licence file`);
  const text = (await readFile(join(folder, file), "utf8")).replaceAll("\r\n", "\n").trim();
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text}\n`;
}
