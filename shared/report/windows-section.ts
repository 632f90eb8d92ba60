/** The section of a report about the VPN connections of a Windows PC, and how they failed. */
import { type Markup, markup } from "../chart/markup.ts";
import type { Observations } from "../evidence/observations.ts";
import { type Language, mannerOf } from "../language.ts";
import { type Cell, evidenceTable } from "./evidence-table.ts";
import { momentOf } from "./moment.ts";
import { reportWords } from "./words.ts";

/** The section; `null` where nobody looked, or there is nothing. */
export function windowsSection(
  { vpn }: Pick<Observations, "vpn">,
  language: Language,
  taken: Set<string>,
): Markup | null {
  if (vpn === null || vpn.profiles.length + vpn.rasFailures.length === 0) return null;
  const words = reportWords(language);
  const meanings: Readonly<Record<string, string>> = words.rasErrors;
  const profileOf = new Map(vpn.profiles.map((profile) => [profile.name.toLowerCase(), profile]));
  const failures = evidenceTable(
    words.rasFailures,
    [words.failedAt, words.errorCode, words.errorMeaning, words.name, words.vpnServer, words.tunnelType],
    vpn.rasFailures.toReversed().map(({ at, code, connection, ref }) => {
      const profile = profileOf.get(connection?.toLowerCase() ?? "");
      const free = (text: string | undefined): Cell => (text ? { free: text } : null);
      return {
        ref,
        cells: [
          timeCell(at),
          code,
          meanings[code] ?? null,
          free(connection ?? ""),
          free(profile?.serverAddress),
          free(profile?.tunnelType),
        ],
      };
    }),
    { words, taken },
  );
  const profiles = evidenceTable(
    words.vpnProfiles,
    [words.name, words.vpnServer, words.tunnelType, words.loginMethods],
    vpn.profiles.map(({ name, serverAddress, tunnelType, authenticationMethods, ref }) => ({
      ref,
      cells: [
        { free: name },
        { free: serverAddress },
        { free: tunnelType },
        { free: authenticationMethods.join(mannerOf(language).listJoiner) },
      ],
    })),
    { words, taken },
  );
  const { loginCertificates, trustedRoots, ref = null } = vpn.settings ?? {};
  const certificates = evidenceTable(
    words.loginCertificates,
    [words.certificateStore, words.certificateKey, words.certificateBytes],
    (loginCertificates ?? []).map(({ store, key, keyBits, derBytes }) => ({
      ref,
      cells: [
        words.certificateStores[store],
        key === "other" ? words.otherKey : `${key.toUpperCase()} ${keyBits ?? ""}`,
        derBytes.join(" + "),
      ],
    })),
    { words, taken },
  );
  const roots = trustedRoots ? markup`<p>${words.trustedRoots({ count: trustedRoots })}</p>\n` : null;
  return markup`<section id="windows"><h2>${words.windows}</h2>
${failures ?? markup`<p class="soft">${words.rasNoFailures}</p>\n`}${profiles}
${certificates}${roots}</section>`;
}

/** A time with its zone as time; one without it as it was printed. */
const timeCell = (at: string | null): Cell =>
  at === null
    ? null
    : /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(at)
      ? momentOf(Date.parse(at))
      : { free: at };
