/** Why no login was rehearsed, or a way was not tested by it, in sentences that rules and the table share. */
import type { Observations } from "../../evidence/observations.ts";
import type { Phrase } from "../../schema/diagnosis.ts";
import { phrase } from "../rule.ts";
import type { WhyNotTested } from "./rehearsal-facts.ts";

/** Why there is no rehearsed login at all; `null`: there is one, or nobody asked for one. */
export const whyNoRehearsal = ({ rehearsal }: Observations): Phrase | null =>
  rehearsal === null || rehearsal.stopped === null || rehearsal.logins.some((l) => l.requests.length > 0)
    ? null
    : phrase(`four-ways.stopped.${rehearsal.stopped}`);

/** Why one way is not known, although a login was rehearsed. */
export const whyNotTested = (why: WhyNotTested): Phrase => phrase(`four-ways.${why}`);
