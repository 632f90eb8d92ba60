/** What somebody meant who mistyped a word. */

/** @returns the nearest of the known words, of which at most so many letters differ; `null`: there is none */
export function closestWord<Word extends string>(
  word: string,
  known: readonly Word[],
  mostLetters = 2,
): Word | null {
  const distances = known.map((each) => editDistance(word, each));
  const least = Math.min(...distances);
  return least <= mostLetters ? (known[distances.indexOf(least)] ?? null) : null;
}

/** How many letters have to be added, removed or changed (Levenshtein's distance). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
