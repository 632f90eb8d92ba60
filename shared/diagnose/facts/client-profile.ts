/** What the client's own settings say of its login to this gateway: its profile's switch, and its Windows. */
import type { Observations } from "../../evidence/observations.ts";
import type { PhonebookEntry } from "../../schema/client-settings.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { gatewaysOffer } from "./ike-fragmentation.ts";
import { areIkeFragmentsLost } from "./ike-remedy.ts";
import { once } from "./once.ts";
import { freshFailure, mayBeSameHost } from "./ras-failure.ts";

/** Types of VPN without IKEv2: PPTP, L2TP or SSTP alone (RASENTRY.dwVpnStrategy 1, 3, 5). */
const STRATEGIES_WITHOUT_IKEV2: readonly (number | null)[] = [1, 3, 5];

const mayUseIkev2 = ({ deviceType, vpnStrategy }: PhonebookEntry): boolean =>
  (deviceType === null || deviceType.toLowerCase() === "vpn") &&
  !STRATEGIES_WITHOUT_IKEV2.includes(vpnStrategy);

const plainHost = (host: string): string => host.toLowerCase().replace(/\.$/, "");

/** By its name, or by an address that this name has. */
function isGateway(server: string | null, { gateway, gatewayAddresses }: Observations): boolean {
  if (server === null || server === "") return false;
  const host = plainHost(server);
  return (gateway !== null && host === plainHost(gateway)) || gatewayAddresses.includes(host);
}

/**
 * The connections of the phone book that log in at this gateway: the one that failed, where Windows remembers
 * a failure, else those whose server it is.
 *
 * @returns `null` where no phone book was read
 */
export const gatewayProfiles = once((o: Observations): PhonebookEntry[] | null => {
  const phonebook = o.vpn?.settings?.phonebook ?? null;
  if (phonebook === null) return null;
  const entries = phonebook.filter(mayUseIkev2);
  const failed = freshFailure(o)?.failure.connection ?? null;
  const ofFailed = entries.filter(
    (e) => e.name === failed && (isGateway(e.serverAddress, o) || mayBeSameHost(e.serverAddress, o.gateway)),
  );
  return ofFailed.length > 0 ? ofFailed : entries.filter((e) => isGateway(e.serverAddress, o));
});

/** What the profiles for the gateway say of IKE fragmentation, and what a captured login says. */
export interface ProfileSwitch {
  /** `mixed`: there are several, and they differ, so that it depends on which one is dialled. */
  state: "off" | "on" | "mixed";
  off: readonly PhonebookEntry[];
  /** Whether a captured login to the gateway offers it; `null`: none was captured. */
  captured: { offers: boolean; evidence: EvidenceRef[] } | null;
  ref: EvidenceRef;
}

/** `null` where there is no profile for this gateway, or none could be read. */
export const profileSwitch = once((o: Observations): ProfileSwitch | null => {
  const profiles = gatewayProfiles(o);
  const ref = o.vpn?.settings?.ref;
  if (profiles === null || profiles.length === 0 || ref === undefined) return null;
  const off = profiles.filter((p) => p.ikeFragmentation === false);
  const state = off.length === 0 ? "on" : off.length === profiles.length ? "off" : "mixed";
  const login = o.initiations.findLast((i) => !i.ownProbe && i.clientOffersIkeFragmentation !== null);
  const captured =
    login === undefined
      ? null
      : {
          offers: login.clientOffersIkeFragmentation === true,
          evidence: login.exchanges.slice(0, 1).flatMap((e) => e.requests.flatMap((m) => m.refs)),
        };
  return { state, off, captured, ref };
});

/** The profile switches it off, and no captured login says otherwise. */
export const isSwitchedOff = (o: Observations): boolean =>
  profileSwitch(o)?.state === "off" && profileSwitch(o)?.captured?.offers !== true;

/**
 * What switching it on in the profile does: all that is needed, one half of it, or it is not known what the
 * gateway offers; `null`: nothing, or it is not switched off.
 */
export const switchCures = once((o: Observations): "alone" | "with-gateway" | "perhaps" | null => {
  if (!isSwitchedOff(o) || areIkeFragmentsLost(o)) return null;
  const offers = gatewaysOffer(o);
  return offers === null ? "perhaps" : offers ? "alone" : "with-gateway";
});

/** The first build of Windows whose VPN client uses RFC 7383: version 1803 (docs/domain.md §2.6). */
export const FIRST_BUILD_WITH_IKE_FRAGMENTATION = 17_134;

/** The build of the client's Windows, as its agent tells it; `null`: another system, or not told. */
export function windowsBuild({ agent }: Observations): number | null {
  const [, build] = /^Windows build (\d{4,6})\.\d/.exec(agent?.osVersion ?? "") ?? [];
  return build === undefined ? null : Number(build);
}
