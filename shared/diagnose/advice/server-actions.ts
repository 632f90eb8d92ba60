import type { VendorProduct } from "../../ike/vendor-ids.ts";
import type { Recommendation } from "../../schema/diagnosis.ts";
import type { PhraseKey } from "../../text/en.ts";
import { phrase } from "../rule.ts";

type ServerAction = Recommendation["serverActions"][number];

interface Advice {
  product: string;
  key: PhraseKey;
  commands: string[];
  /** Whose Vendor IDs give it away; with none it can only be chosen by the reader. */
  vendor: VendorProduct | null;
}

const RRAS_KEY = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2";

/** How IKE fragmentation (RFC 7383) is switched on, by product; DOMAIN §2.6, §6.5. */
const ADVICE: readonly Advice[] = [
  {
    product: "Windows Server RRAS",
    key: "server.rras",
    commands: [
      `New-ItemProperty ${RRAS_KEY} -Name EnableServerFragmentation -PropertyType DWord -Value 1 -Force`,
      "Restart-Service RemoteAccess",
    ],
    vendor: "windows",
  },
  {
    product: "strongSwan",
    key: "server.strongswan",
    commands: ["fragmentation = yes", "charon.fragment_size = 1200"],
    vendor: "strongswan",
  },
  { product: "libreswan", key: "server.libreswan", commands: ["fragmentation=yes"], vendor: "libreswan" },
  {
    product: "FortiGate",
    key: "server.fortigate",
    commands: ["set fragmentation enable", "set fragmentation-mtu 1200"],
    vendor: "fortinet",
  },
  {
    product: "Cisco IOS XE, ASA",
    key: "server.cisco",
    commands: ["crypto ikev2 fragmentation mtu 1200"],
    vendor: "cisco",
  },
  { product: "MikroTik RouterOS", key: "server.mikrotik", commands: [], vendor: null },
  { product: "OPNsense, pfSense", key: "server.sense", commands: [], vendor: null },
  { product: "Azure VPN Gateway", key: "server.azure", commands: [], vendor: null },
  { product: "AWS VPN", key: "server.aws", commands: [], vendor: null },
  { product: "SoftEther VPN", key: "server.softether", commands: [], vendor: null },
];

/**
 * What the gateway's administrator can set.
 *
 * @param seen products recognised from Vendor IDs; with none of them known, all are given for the reader to choose from
 */
export function serverActions(seen: readonly VendorProduct[]): ServerAction[] {
  // OPNsense and pfSense are strongSwan inside, and tell by nothing that they are.
  const known = ADVICE.filter(
    (a) =>
      (a.vendor !== null && seen.includes(a.vendor)) ||
      (a.key === "server.sense" && seen.includes("strongswan")),
  );
  return (known.length > 0 ? known : ADVICE).map(({ product, key, commands }) => ({
    product,
    phrase: phrase(key),
    commands,
  }));
}
