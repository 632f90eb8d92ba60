/** The table of known Vendor IDs and nothing else: a Worker's script has it beside it. */

/** Whose software a Vendor ID shows; advice for servers is keyed by it. */
export type VendorProduct =
  | "windows"
  | "strongswan"
  | "libreswan"
  | "openswan"
  | "racoon"
  | "cisco"
  | "fortinet"
  | "juniper"
  | "sonicwall"
  | "checkpoint"
  | "ikefrag";

/** What is known of a Vendor ID. */
export interface KnownVendorId {
  name: string;
  /** `null` where several products send it. */
  product: VendorProduct | null;
}

/** A row of the table. */
export interface VendorIdEntry extends KnownVendorId {
  /** Lower-case hex digits. */
  hex: string;
  /** Whether more bytes may follow: versions, capabilities. */
  prefix: boolean;
}

const exact = (hex: string, name: string, product: VendorProduct | null = null): VendorIdEntry => ({
  hex,
  name,
  product,
  prefix: false,
});
const begins = (hex: string, name: string, product: VendorProduct | null = null): VendorIdEntry => ({
  hex,
  name,
  product,
  prefix: true,
});
const ascii = (text: string): string =>
  Array.from(text, (c) => (c.codePointAt(0) ?? 0).toString(16).padStart(2, "0")).join("");

/** Vendor IDs that are the MD5 of a phrase. The phrase is their name, from which a test computes them. */
export const hashedVendorIds: readonly VendorIdEntry[] = [
  begins("1e2b516905991c7d7c96fcbfb587e461", "MS NT5 ISAKMPOAKLEY", "windows"),
  exact("fb1de3cdf341b7ea16b7e5be0855f120", "MS-Negotiation Discovery Capable", "windows"),
  exact("26244d38eddb61b3172a36e3d0cfb819", "Vid-Initial-Contact", "windows"),
  exact("e3a5966a76379fe707228231e5ce8652", "IKE CGA version 1", "windows"),
  exact("214ca4faffa7f32d6748e5303395ae83", "MS-MamieExists", "windows"),
  exact("621b04bb09882ac1e15935fefa24aeee", "GSSAPI", "windows"),
  exact("882fe56d6fd20dbc2251613b2ebe5beb", "strongSwan", "strongswan"),
  exact("7003cbc1097dbe9c2600ba6983bc8b35", "KAME/racoon", "racoon"),
  begins("4048b7d56ebce88525e7de7f00d6c2d3", "FRAGMENTATION"),
  exact("4a131c81070358455c5728f20e95452f", "RFC 3947"),
  exact("4485152d18b6bbcd0be8a8469579ddcc", "draft-ietf-ipsec-nat-t-ike-00"),
  exact("16f6ca16e4a4066d83821a0f0aeaa862", "draft-ietf-ipsec-nat-t-ike-01"),
  exact("cd60464335df21f87cfdb2fc68b6a448", "draft-ietf-ipsec-nat-t-ike-02"),
  exact("90cb80913ebb696e086381b5ec427b1f", "draft-ietf-ipsec-nat-t-ike-02\n"),
  exact("7d9419a65310ca6f2c179d9215529d56", "draft-ietf-ipsec-nat-t-ike-03"),
  exact("9909b64eed937c6573de52ace952fa6b", "draft-ietf-ipsec-nat-t-ike-04"),
  exact("80d0bb3def54565ee84645d4c85ce3ee", "draft-ietf-ipsec-nat-t-ike-05"),
  exact("4d1e0e136deafa34c4f3ea9f02ec7285", "draft-ietf-ipsec-nat-t-ike-06"),
  exact("439b59f8ba676c4c7737ae22eab8f582", "draft-ietf-ipsec-nat-t-ike-07"),
  exact("8f8d83826d246b6fc7a8a6a428c11de8", "draft-ietf-ipsec-nat-t-ike-08"),
  exact("4df37928e9fc4fd1b3262170d515c662", "draft-ietf-ipsec-nat-t-ike"),
  exact("6105c422e76847e43f9684801292aecd", "draft-stenberg-ipsec-nat-traversal-02"),
  exact("50760f624c63e5c53eea386c685ca083", "ESPThruNAT"),
];

/** All others. */
export const otherVendorIds: readonly VendorIdEntry[] = [
  // Windows has sent it since Vista and never said what it means.
  begins("01528bbbc00696121849ab9a1c5b2a51", "Windows (unnamed)", "windows"),
  // RFC 3706 §5.1; the last two bytes are its version.
  begins("afcad71368a1f1c96b8696fc7757", "Dead Peer Detection"),
  exact("09002689dfd6b712", "XAUTH"),
  exact(ascii("IKEv2"), "CAN-IKEv2"),
  begins(ascii("MS-Negotiation Discovery Capable"), "MS-Negotiation Discovery Capable", "windows"),
  // MD5 of CISCO-UNITY, its last two bytes replaced by a version. Others that speak Unity send it too.
  begins("12f5f28c457168a9702d9fe274cc", "CISCO-UNITY"),
  begins("1f07f70eaa6514d3b0fa96542a50", "Cisco VPN 3000", "cisco"),
  exact("f6f7efc7f5aeb8cb158cb9d094ba69e7", "Cisco VPN 3000 client", "cisco"),
  begins("3e984048", "Cisco IOS", "cisco"),
  begins(ascii("CISCO(COPYRIGHT)"), "CISCO(COPYRIGHT)", "cisco"),
  begins(ascii("CISCO-DELETE-REASON"), "CISCO-DELETE-REASON", "cisco"),
  begins(ascii("CISCO-DYNAMIC-ROUTE"), "CISCO-DYNAMIC-ROUTE", "cisco"),
  // Not Cisco alone: strongSwan sends it when told to.
  begins(ascii("FLEXVPN-SUPPORTED"), "FLEXVPN-SUPPORTED"),
  begins(ascii("OE-Libreswan-"), "Libreswan", "libreswan"),
  begins(ascii("strongSwan"), "strongSwan", "strongswan"),
  begins("8299031757a36082c6a621de", "FortiGate", "fortinet"),
  exact("1d6e178f6c2c0be284985465450fe9d4", "FortiGate", "fortinet"),
  begins("699369228741c6d4ca094c93e242c9de", "NetScreen", "juniper"),
  begins("166f932d55eb64d8e4df4fd37e2313f0", "NetScreen", "juniper"),
  exact("fd808804df73b15150709d878044cde0ac1efcde", "SRX", "juniper"),
  begins(ascii("HeartBeat_Notify"), "HeartBeat Notify", "juniper"),
  exact("404bf439522ca3f6", "SonicWall", "sonicwall"),
  exact("da8e937880010000", "SonicWall", "sonicwall"),
  exact("5b362bc820f60007", "SonicWall", "sonicwall"),
  exact("5b362bc820f60008", "SonicWall", "sonicwall"),
  exact("5b362bc820f70001", "SonicWall", "sonicwall"),
  exact("b858d1addd08c1e8adafea150608aa4497aa6cc8", "ZyXEL"),
  exact("f758f22668750f03b08df6ebe1d0", "ZyXEL"),
  exact("625027749d5ab97f5616c1602765cf480a3b7d0b", "ZyXEL"),
  begins("f4ed19e0c114eb516faaac0ee37daf2807b4381f", "Check Point", "checkpoint"),
  begins(ascii("ikefrag"), "ikefrag probe", "ikefrag"),
];
