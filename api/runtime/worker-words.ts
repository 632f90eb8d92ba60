/**
 * Where a Worker finds its words. Its script is read at every cold start, and a quarter of it would be the
 * sentences of all languages. So infra/build.ts writes the dictionaries to a file beside the script, which an
 * instance reads once, and puts calls of `exportOf` in their place.
 */

let dictionaries: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null = null;

/** Takes over the file; from now on what has words may be imported. @param json by module, then by export */
export function useWords(json: string): void {
  dictionaries = JSON.parse(json);
}

/** @throws {Error} the file has not been read yet, or is of another build than the script */
export function exportOf(module: string, name: string): unknown {
  const found = dictionaries?.[module]?.[name];
  if (found === undefined) throw new Error(`Cannot find the words ${name} of ${module}: deploy again`);
  return found;
}
