/** What a Windows client's settings say of its logins, for tests: ordinary, and what a test says differs. */
import type { VpnObservation } from "../../shared/evidence/observations.ts";
import type { ClientSettings, PhonebookEntry } from "../../shared/schema/client-settings.ts";

/** A connection to the gateway of the tests, by IKEv2, without the switch's line. */
export const phonebookEntry = (given: Partial<PhonebookEntry> = {}): PhonebookEntry => ({
  name: "Office",
  ofAllUsers: false,
  ikeFragmentation: null,
  vpnStrategy: 7,
  deviceType: "vpn",
  serverAddress: "vpn.example.com",
  hasCustomIpsecPolicies: false,
  metricV4: null,
  metricV6: null,
  ...given,
});

/** Settings of which nothing was read but what is given, as an agent tells them. */
export const clientSettings = (
  given: Partial<ClientSettings> = {},
  more: Partial<VpnObservation> = {},
): VpnObservation => ({
  profiles: [],
  rasFailures: [],
  settings: {
    phonebook: null,
    vpnInterfaces: null,
    loginCertificates: null,
    trustedRoots: null,
    ...given,
    ref: { kind: "probe", stepId: "r1-vpn-profiles", bytes: null, sizeKind: null },
  },
  ...more,
});
