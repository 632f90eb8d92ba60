import type { VendorProduct } from "../ike/vendor-ids.ts";
import type { Recommendation } from "../schema/diagnosis.ts";
import { phrase } from "./rule.ts";

type ServerAction = Recommendation["serverActions"][number];

/** How IKE fragmentation (RFC 7383) is switched on, by product; DOMAIN §6.5. */
const BY_PRODUCT: readonly (ServerAction & { vendor: VendorProduct | null })[] = [
  {
    vendor: "windows",
    product: "Windows Server RRAS",
    phrase: phrase("server.rras"),
    commands: [
      "New-ItemProperty HKLM:\\SYSTEM\\CurrentControlSet\\Services\\RemoteAccess\\Parameters\\Ikev2 -Name EnableServerFragmentation -PropertyType DWord -Value 1 -Force",
      "Restart-Service RemoteAccess",
    ],
  },
  {
    vendor: "strongswan",
    product: "strongSwan",
    phrase: phrase("server.strongswan"),
    commands: ["fragmentation = yes", "charon.fragment_size = 1200"],
  },
  {
    vendor: "libreswan",
    product: "libreswan",
    phrase: phrase("server.libreswan"),
    commands: ["fragmentation=yes"],
  },
  {
    vendor: "fortinet",
    product: "FortiGate",
    phrase: phrase("server.fortigate"),
    commands: ["set fragmentation enable", "set fragmentation-mtu 1200"],
  },
  { vendor: null, product: "MikroTik RouterOS", phrase: phrase("server.mikrotik"), commands: [] },
];

/** @param seen products recognised from Vendor IDs; with none of them known, all are given for the reader to choose from */
export function serverActions(seen: readonly VendorProduct[]): ServerAction[] {
  const known = BY_PRODUCT.filter((a) => a.vendor !== null && seen.includes(a.vendor));
  return (known.length > 0 ? known : BY_PRODUCT).map(({ product, phrase, commands }) => ({
    product,
    phrase,
    commands,
  }));
}
