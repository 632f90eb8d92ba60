/** What the client's own settings do to its logins: its profile's switch, its Windows, the VPN's own MTU. */
import { egressMtu, type Observations } from "../../evidence/observations.ts";
import { espCiphers, IPV4_PRACTICAL_MINIMUM_MTU, IPV6_MINIMUM_MTU, tunnelMtu } from "../../packet/sizes.ts";
import type { PhonebookEntry, VpnInterface } from "../../schema/client-settings.ts";
import type { Phrase } from "../../schema/diagnosis.ts";
import {
  FIRST_BUILD_WITH_IKE_FRAGMENTATION,
  gatewayProfiles,
  profileSwitch,
  switchCures,
  windowsBuild,
} from "../facts/client-profile.ts";
import { familyInQuestion } from "../facts/family.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** The client's VPN profile for this gateway has IKE fragmentation switched off. */
export const profileSwitchOff: Rule = {
  code: "profile-switch-off",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §2.6",
  judge(o) {
    const known = profileSwitch(o);
    if (known === null) return unknown("finding.profile-switch.unknown");
    const { state, captured, ref } = known;
    if (state === "on")
      return { status: "clear", phrase: phrase("finding.profile-switch.clear"), evidence: [ref] };
    if (state === "mixed") return unknown("finding.profile-switch.mixed");
    const said = captured?.offers === false ? "finding.profile-switch.agrees" : "finding.profile-switch.off";
    const evidence = [ref, ...(captured?.evidence ?? [])];
    return { status: "found", phrase: phrase(said), evidence, claim: null };
  },
};

/** A login that offers what the profile is said to switch off: one of the two is of something else. */
export const profileSwitchContradicted: Rule = {
  code: "profile-switch-contradicted",
  severity: "low",
  nature: "observed",
  reference: "RFC 7383 §2.3",
  judge(o) {
    const known = profileSwitch(o);
    if (known?.state !== "off" || known.captured === null)
      return unknown("finding.profile-contradicted.unknown");
    const { captured, ref } = known;
    const evidence = [ref, ...captured.evidence];
    return captured.offers
      ? { status: "found", phrase: phrase("finding.profile-contradicted.found"), evidence, claim: null }
      : { status: "clear", phrase: phrase("finding.profile-contradicted.clear"), evidence };
  },
};

/** The gateway offers IKE fragmentation, and the client's profile alone keeps it from being used. */
export const profileKeepsIpFragments: Rule = {
  code: "profile-keeps-ip-fragments",
  severity: "high",
  nature: "inferred",
  reference: "RFC 7383 §2.3",
  judge(o) {
    const known = profileSwitch(o);
    if (known === null || known.state === "mixed") return unknown("finding.profile-cause.unknown");
    const cures = switchCures(o);
    if (cures === "perhaps") return unknown("finding.profile-cause.unknown-gateway");
    const evidence = [known.ref];
    if (cures === "alone")
      return { status: "found", phrase: phrase("finding.profile-cause.found"), evidence, claim: null };
    const why =
      cures === "with-gateway" ? "finding.profile-cause.with-gateway" : "finding.profile-cause.clear";
    return { status: "clear", phrase: phrase(why), evidence };
  },
};

/** A Windows of before RFC 7383: its logins leave as IP fragments whatever the gateway offers. */
export const clientTooOld: Rule = {
  code: "client-too-old",
  severity: "medium",
  nature: "inferred",
  reference: "docs/domain.md §2.6",
  judge(o) {
    const build = windowsBuild(o);
    if (build === null) return unknown("finding.client-too-old.unknown");
    const evidence = [o.vpn?.settings?.ref ?? o.egress?.ref ?? o.probes[0]?.ref].filter(
      (ref) => ref !== undefined,
    );
    if (build >= FIRST_BUILD_WITH_IKE_FRAGMENTATION)
      return { status: "clear", phrase: phrase("finding.client-too-old.clear", { build }), evidence };
    return {
      status: "found",
      phrase: phrase("finding.client-too-old.found", { build }),
      evidence,
      claim: null,
    };
  },
};

/** Several profiles lead to the gateway and differ in what matters: it depends on which one is dialled. */
export const profilesDiffer: Rule = {
  code: "profiles-differ",
  severity: "low",
  nature: "observed",
  reference: "docs/domain.md §2.6",
  judge(o) {
    const profiles = gatewayProfiles(o);
    const ref = o.vpn?.settings?.ref;
    if (profiles === null || profiles.length === 0 || ref === undefined)
      return unknown("finding.profiles-differ.unknown");
    const count = profiles.length;
    const off = profiles.filter((p) => p.ikeFragmentation === false).length;
    const said =
      off > 0 && off < count
        ? phrase("finding.profiles-differ.switch", { count, off })
        : new Set(profiles.map(kindOfLogin)).size > 1
          ? phrase("finding.profiles-differ.login", { count })
          : null;
    return said === null
      ? { status: "clear", phrase: phrase("finding.profiles-differ.clear"), evidence: [ref] }
      : { status: "found", phrase: said, evidence: [ref], claim: null };
  },
};

const kindOfLogin = ({ vpnStrategy, hasCustomIpsecPolicies }: PhonebookEntry): string =>
  `${vpnStrategy} ${hasCustomIpsecPolicies}`;

/** Above this an MTU is Windows's word for none: 4,294,967,295 of an interface that limits nothing. */
const GREATEST_MTU = 65_535;

/**
 * The VPN's own interface has an MTU that no traffic inside the tunnel works with, or that is too large for
 * the link under it. The login comes before that interface, so that it explains no failed login.
 */
export const vpnInterfaceMtu: Rule = {
  code: "vpn-interface-mtu",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §4.4",
  judge(o) {
    const interfaces = o.vpn?.settings?.vpnInterfaces ?? null;
    const ref = o.vpn?.settings?.ref;
    if (interfaces === null || ref === undefined) return unknown("finding.vpn-mtu.unknown");
    const names = gatewayProfiles(o)?.map((p) => p.name) ?? [];
    const mine = interfaces.filter((i) => names.includes(i.name));
    if (mine.length === 0) return unknown("finding.vpn-mtu.unknown");
    const [wrong] = mine.flatMap((i) => whatIsWrong(i, o) ?? []);
    return wrong === undefined
      ? { status: "clear", phrase: phrase("finding.vpn-mtu.clear"), evidence: [ref] }
      : { status: "found", phrase: wrong, evidence: [ref], claim: null };
  },
};

function whatIsWrong({ mtuV4, mtuV6 }: VpnInterface, o: Observations): Phrase | null {
  if (mtuV4 === 0 || mtuV6 === 0) return phrase("finding.vpn-mtu.zero");
  if (mtuV4 !== null && mtuV4 < IPV4_PRACTICAL_MINIMUM_MTU)
    return phrase("finding.vpn-mtu.small", { mtu: mtuV4, least: IPV4_PRACTICAL_MINIMUM_MTU });
  if (mtuV6 !== null && mtuV6 < IPV6_MINIMUM_MTU)
    return phrase("finding.vpn-mtu.no-ipv6", { mtu: mtuV6, least: IPV6_MINIMUM_MTU });
  const family = familyInQuestion(o);
  const outer = egressMtu(o, family);
  const inner = Math.max(
    ...[mtuV4, mtuV6].filter((mtu) => mtu !== null && mtu <= GREATEST_MTU).map(Number),
    0,
  );
  if (outer === null) return null;
  // By the suite that adds least: with every other one still less fits.
  const most = Math.max(...espCiphers.map((cipher) => tunnelMtu(outer, cipher, family, false)));
  return inner > most ? phrase("finding.vpn-mtu.large", { mtu: inner, outer, most }) : null;
}
