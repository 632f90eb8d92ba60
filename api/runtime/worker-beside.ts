/**
 * What stands beside a Worker's script. The script is read at every cold start, and a quarter of it would be
 * the sentences of all languages and other values that no code is needed for. So infra/worker-bundle.ts
 * writes them to a file, which an instance reads once, and puts calls of `exportOf` in their place; what is
 * needed seldom has a file of its own.
 */

let values: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null = null;
let read: (name: string) => Promise<string> = () => Promise.reject(new Error("Cannot read: no files yet"));

/**
 * Takes over the file of values; from now on what uses them may be imported.
 *
 * @param json by module, then by export
 * @param readFile reads another file beside the script
 */
export function useBeside(json: string, readFile: typeof read): void {
  values = JSON.parse(json);
  read = readFile;
}

/** @throws {Error} the file has not been read yet, or is of another build than the script */
export function exportOf(module: string, name: string): unknown {
  const found = values?.[module]?.[name];
  if (found === undefined) throw new Error(`Cannot find ${name} of ${module}: deploy again`);
  return found;
}

/** The text of a file beside the script. @throws {Error} there is none of this name */
export const readBeside = (name: string): Promise<string> => read(name);
