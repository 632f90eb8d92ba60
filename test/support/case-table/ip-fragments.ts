/** Lost IP fragments: on the way out, on the way back, or not known which. */
import { Dialogue } from "../dialogue.ts";
import { OPEN_WAY } from "../lossy-path.ts";
import {
  type CaseToMake,
  capture,
  machineCertificate,
  NO_FRAGMENTS,
  opened,
  reflectedRun,
  rehearsedRun,
  run,
  silentAuth,
  threeTimes,
  withProfile,
  withSettings,
} from "./makers.ts";

/** By verdict. */
export const ipFragmentsCases = {
  "outbound-fragments-too-large": [
    {
      name: "limit-1472",
      story: "a run: fragments above 1472 bytes are lost, and smaller MTUs can be tested",
      files: run("limit-1472", { fragmentLimit: 1472, canTestMtu: true }),
    },
    {
      name: "limit-1400",
      story: "a run: fragments above 1400 bytes are lost, and smaller MTUs can be tested",
      files: run("limit-1400", { fragmentLimit: 1400, canTestMtu: true }),
    },
    {
      name: "login-begun",
      story:
        "a run: fragments above 1400 bytes are lost, a smaller MTU passes, and so do IKE fragments, which last",
      files: rehearsedRun("login-begun", { out: { ...OPEN_WAY, fragmentLimit: 1_400 } }),
    },
    {
      name: "untested",
      story: "a run: fragments are lost, and no smaller MTU can be tested",
      files: run("untested", { fragmentLimit: 1472 }),
    },
    {
      name: "every-size",
      story: "a run: fragments are lost at every size",
      nearMiss: "outbound-fragments-dropped",
      files: run("every-size", { fragmentLimit: 0, canTestMtu: true }),
    },
  ],
  "outbound-fragments-dropped": [
    {
      name: "every-size",
      story: "a run: fragments are lost at every size that was tested",
      files: run("every-size", { fragmentLimit: 0, canTestMtu: true }),
    },
    {
      name: "login-begun",
      story: "the same, and a login gets through in IKE fragments",
      files: rehearsedRun("login-begun", { out: NO_FRAGMENTS }),
    },
    {
      name: "large-certificate",
      story:
        "the same from a computer whose RSA 4096 certificate makes three packets of a login that ECDSA would make two of",
      files: run(
        "large-certificate",
        { fragmentLimit: 0, canTestMtu: true },
        withSettings({ loginCertificates: [machineCertificate("rsa", 4096, [1_560])], trustedRoots: 40 }, [
          "MachineCertificate",
        ]),
      ),
    },
    {
      name: "many-roots",
      story: "the same with EAP and a list of 62 trusted roots, which alone makes the second packet",
      files: run(
        "many-roots",
        { fragmentLimit: 0, canTestMtu: true },
        withSettings({ trustedRoots: 62 }, ["Eap"]),
      ),
    },
    {
      name: "small-login",
      story: "the same with EAP and 20 trusted roots: the login fits one packet by itself",
      files: run(
        "small-login",
        { fragmentLimit: 0, canTestMtu: true },
        withSettings({ trustedRoots: 20 }, ["Eap"]),
      ),
    },
    {
      name: "profile-switched-off",
      story: "the same, and the client's VPN profile has IKE fragmentation switched off",
      files: rehearsedRun(
        "profile-switched-off",
        { out: NO_FRAGMENTS },
        withProfile({ ikeFragmentation: false }),
      ),
    },
    {
      name: "profile-of-another-server",
      story: "the same, and it is another server's profile that has it switched off",
      files: rehearsedRun(
        "profile-of-another-server",
        { out: NO_FRAGMENTS },
        withProfile({}, [{ name: "Home", serverAddress: "home.example.net", ikeFragmentation: false }]),
      ),
    },
    {
      name: "profile-and-gateway",
      story: "a run: it is switched off in the profile, and the gateway does not offer it either",
      files: run(
        "profile-and-gateway",
        { fragmentLimit: 0, canTestMtu: true },
        withProfile({ ikeFragmentation: false }),
      ),
    },
    {
      name: "small-interface",
      story: "the same from an interface with an MTU of 1400",
      files: run("small-interface", { interfaceMtu: 1400, fragmentLimit: 0, canTestMtu: true }),
    },
    {
      name: "whole-packets-too",
      story: "a run: everything above 1400 bytes vanishes, in pieces or not",
      nearMiss: "path-mtu-black-hole",
      files: run("whole-packets-too", { wholePacketLimit: 1400, canTestMtu: true }),
    },
  ],
  "inbound-fragments-lost": [
    {
      name: "only-last",
      story: "a capture: of the gateway's answers only the last fragment arrives",
      files: capture(
        "only-last",
        threeTimes(opened(), () => {})
          .encrypted(1_000, 2_528)
          .encrypted(1_150, 1_552, { from: "gateway", lost: [0] })
          .encrypted(2_000, 2_528)
          .encrypted(2_150, 1_552, { from: "gateway", lost: [0] })
          .encrypted(3_000, 2_528),
      ),
    },
    {
      name: "only-first",
      story: "a capture: of the gateway's answers only the first fragment arrives",
      files: capture(
        "only-first",
        threeTimes(opened(), () => {})
          .encrypted(1_000, 2_528)
          .encrypted(1_150, 1_552, { from: "gateway", lost: [1] })
          .encrypted(2_000, 2_528)
          .encrypted(3_000, 2_528),
      ),
    },
    {
      name: "by-exclusion",
      story: "a capture of an unanswered IKE_AUTH, and a run on the same network whose large messages arrive",
      files: {
        ...capture("by-exclusion", silentAuth(opened())),
        ...run("by-exclusion", { losesInboundFragments: true }),
      },
    },
    {
      name: "login-begun",
      story:
        "a run without any ping: of a login that is begun the large answer never comes as IP fragments, and in IKE fragments it does",
      files: rehearsedRun("login-begun", { back: NO_FRAGMENTS }),
    },
    {
      name: "login-begun-without-7383",
      story: "the same with a gateway without IKE fragmentation",
      files: rehearsedRun("login-begun-without-7383", {
        back: NO_FRAGMENTS,
        login: { ikeFragmentation: false },
      }),
    },
    {
      name: "login-begun-both-ways",
      story: "the same, IP fragments are lost both ways, and no smaller MTU can be tested",
      files: rehearsedRun("login-begun-both-ways", {
        out: NO_FRAGMENTS,
        back: NO_FRAGMENTS,
        canTestMtu: false,
      }),
    },
    {
      name: "only-pings-lost",
      story:
        "a run: a ping in pieces is lost, and the gateway's answer to a login that is begun arrives in pieces",
      nearMiss: "healthy",
      files: rehearsedRun("only-pings-lost", { answersPing: true, dropsLargePing: true }),
    },
    {
      name: "large-echo",
      story: "a run: a ping in pieces is lost, large IKE messages arrive",
      files: run("large-echo", { losesInboundFragments: true }),
    },
    {
      name: "reflector",
      story: "the same, and a reflector's datagrams in pieces are lost as well",
      files: reflectedRun("reflector", { path: { losesInboundFragments: true }, losesPieces: true }),
    },
    {
      name: "hotspot",
      story: "a run on an iPhone's hotspot, where a ping in pieces proves nothing",
      nearMiss: "healthy",
      files: run("hotspot", { losesInboundFragments: true, clientAddress: "172.20.10.4" }),
    },
    {
      name: "nothing-back",
      story: "a capture: a fragmented IKE_AUTH, and nothing at all comes back",
      nearMiss: "ike-auth-unanswered",
      files: capture("nothing-back", silentAuth(opened())),
    },
  ],
  "ike-auth-unanswered": [
    {
      name: "ipv4",
      story: "a capture: a fragmented IKE_AUTH three times, no answer",
      files: capture("ipv4", silentAuth(opened())),
    },
    {
      name: "ipv6",
      story: "the same over IPv6",
      files: capture(
        "ipv6",
        silentAuth(opened(new Dialogue({ client: "2001:db8::4", gateway: "2001:db8:1::1" }))),
      ),
    },
    {
      name: "mtu-1472",
      story: "the same from an interface whose MTU is 1472 already",
      files: {
        ...capture("mtu-1472", silentAuth(opened(), { mtu: 1472 })),
        "netsh.txt":
          "Idx     Met         MTU          State                Name\r\n 12          25        1472  connected     Ethernet 3\r\n",
      },
    },
    {
      name: "intermediate",
      story: "the same of an IKE_INTERMEDIATE with a large key, which comes before IKE_AUTH",
      files: capture("intermediate", silentAuth(opened(), { exchangeType: 43 })),
    },
    {
      name: "two-tries",
      story: "a capture that ends after the second try",
      nearMiss: "insufficient-evidence",
      files: capture("two-tries", opened().encrypted(1_000, 2_528).encrypted(2_000, 2_528)),
    },
  ],
} satisfies Record<string, CaseToMake[]>;
