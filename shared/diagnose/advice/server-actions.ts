/** What the gateway's administrator can set, by product. */
import type { Observations } from "../../evidence/observations.ts";
import { findVendorId, type VendorProduct } from "../../ike/vendor-ids.ts";
import type { Recommendation, RemedyBasis } from "../../schema/diagnosis.ts";
import type { PlainPhraseKey } from "../../text/phrases.ts";
import { phrase } from "../rule.ts";

type ServerAction = Recommendation["serverActions"][number];

interface ProductSetting {
  product: string;
  key: PlainPhraseKey;
  commands: string[];
  /** Whose Vendor IDs identify it; `null`: only the reader can choose it. */
  vendor: VendorProduct | null;
}

/** The server's registry key; the client has none of this kind. */
const RRAS_KEY = "HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2";

/** How IKE fragmentation (RFC 7383) is switched on, by product (docs/domain.md §2.6, §6.5). */
const SETTINGS: readonly ProductSetting[] = [
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

/** The products whose settings are known, by the names that reports have. */
export const SERVER_PRODUCTS: readonly string[] = SETTINGS.map(({ product }) => product);

/** The products that Vendor IDs of the gateway identify. */
export function productsSeen(o: Observations): VendorProduct[] {
  const vendorIds = [
    ...o.initiations.flatMap((i) => i.gatewayVendorIds),
    ...o.probes.flatMap((p) => p.answer?.vendorIds ?? []),
  ];
  const products = vendorIds.map((hex) => findVendorId(hex)?.product ?? null);
  return [...new Set(products.filter((p) => p !== null))];
}

/**
 * What the gateway's administrator can set.
 *
 * @param seen products recognised from Vendor IDs; if none of them is in the table, the reader may choose
 * from the whole table
 * @param basis whether IKE fragments were seen to get through on this path
 */
export function serverActions(
  seen: readonly VendorProduct[],
  basis: RemedyBasis = "reasoned",
): ServerAction[] {
  // OPNsense and pfSense use strongSwan, and nothing in their messages tells them from it.
  const known = SETTINGS.filter(
    (a) =>
      (a.vendor !== null && seen.includes(a.vendor)) ||
      (a.key === "server.sense" && seen.includes("strongswan")),
  );
  return (known.length > 0 ? known : SETTINGS).map(({ product, key, commands }) => ({
    product,
    phrase: phrase(key),
    commands,
    basis,
  }));
}
