/** The sentences of a diagnosis in every language, put together from their chapters. */
import { advice as enAdvice } from "./en/advice.ts";
import { candidates as enCandidates } from "./en/candidates.ts";
import { certificates as enCertificates } from "./en/certificates.ts";
import { compare as enCompare } from "./en/compare.ts";
import { findings as enFindings } from "./en/findings.ts";
import { logins as enLogins } from "./en/logins.ts";
import { plain as enPlain } from "./en/plain.ts";
import { profile as enProfile } from "./en/profile.ts";
import { readings as enReadings } from "./en/readings.ts";
import { rehearsal as enRehearsal } from "./en/rehearsal.ts";
import { servers as enServers } from "./en/servers.ts";
import { verdicts as enVerdicts } from "./en/verdicts.ts";
import { warnings as enWarnings } from "./en/warnings.ts";
import { advice as jaAdvice } from "./ja/advice.ts";
import { candidates as jaCandidates } from "./ja/candidates.ts";
import { certificates as jaCertificates } from "./ja/certificates.ts";
import { compare as jaCompare } from "./ja/compare.ts";
import { findings as jaFindings } from "./ja/findings.ts";
import { logins as jaLogins } from "./ja/logins.ts";
import { plain as jaPlain } from "./ja/plain.ts";
import { profile as jaProfile } from "./ja/profile.ts";
import { readings as jaReadings } from "./ja/readings.ts";
import { rehearsal as jaRehearsal } from "./ja/rehearsal.ts";
import { servers as jaServers } from "./ja/servers.ts";
import { verdicts as jaVerdicts } from "./ja/verdicts.ts";
import { warnings as jaWarnings } from "./ja/warnings.ts";

/** English: the language whose keys the others have to have. */
export const en = {
  ...enVerdicts,
  ...enFindings,
  ...enCandidates,
  ...enCertificates,
  ...enCompare,
  ...enAdvice,
  ...enLogins,
  ...enPlain,
  ...enProfile,
  ...enReadings,
  ...enRehearsal,
  ...enServers,
  ...enWarnings,
};
/** Japanese. */
export const ja = {
  ...jaVerdicts,
  ...jaFindings,
  ...jaCandidates,
  ...jaCertificates,
  ...jaCompare,
  ...jaAdvice,
  ...jaLogins,
  ...jaPlain,
  ...jaProfile,
  ...jaReadings,
  ...jaRehearsal,
  ...jaServers,
  ...jaWarnings,
};
