/** Many rules ask the same questions of the observations: each question is answered once. */
import type { Observations } from "../../evidence/observations.ts";

/** @returns the same question, which remembers its answer for as long as the observations live */
export function once<T>(ask: (o: Observations) => T): (o: Observations) => T {
  const answers = new WeakMap<Observations, T>();
  return (o) => {
    const known = answers.get(o);
    if (known !== undefined) return known;
    const answer = ask(o);
    answers.set(o, answer);
    return answer;
  };
}
