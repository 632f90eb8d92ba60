/** What is known of the client's own computer, and of a phone that it may be connected by. */
import type { Observations } from "../../evidence/observations.ts";
import type { NetworkKind } from "../../schema/api.ts";
import { isClatHost, isIphoneHotspot } from "./translator.ts";

/** What drivers call the network that a phone makes over USB: names of protocols and products, no words. */
const PHONE_INTERFACE = /rndis|remote ndis|\bcdc[ -]|apple mobile device|iphone|android|samsung mobile/i;

const isOverHotspot = ({ clientAddresses, egress }: Observations): boolean =>
  clientAddresses.some(isIphoneHotspot) ||
  (egress !== null && PHONE_INTERFACE.test(`${egress.name} ${egress.description ?? ""}`));

/** The way to the gateway leads over a phone, by the client's address or by what its interface is called. */
export const isBehindPhone = (o: Observations): boolean =>
  isOverHotspot(o) || o.clientAddresses.some(isClatHost);

/**
 * What interfaces are called by systems, and by drivers: names of kinds and products, in the languages that
 * the interfaces of Windows have. The first that fits counts, for a modem's name may speak of Ethernet too.
 */
const NETWORK_NAMES: readonly (readonly [NetworkKind, RegExp])[] = [
  ["unknown", /^vethernet|hyper-v virtual|loopback|bridge/i],
  [
    "vpn",
    /wireguard|wintun|tap-windows|openvpn|tailscale|zerotier|anyconnect|fortinet|globalprotect|pangp|nordlynx|cloudflare warp|wan miniport \((ikev2|sstp|l2tp|pptp)\)|^(wg|u?tun|tap|ipsec|zt)\w*\d/i,
  ],
  [
    "cellular",
    /cellular|mobile broadband|モバイル ?ブロードバンド|携帯電話|\bwwan|\blte\b|[45]g modem|^(wwan|rmnet|pdp_ip|ccmni)/i,
  ],
  ["wifi", /wi-?fi|wireless|wlan|802\.11|airport|ワイヤレス|無線|^wl[pos]\w*\d/i],
  [
    "ethernet",
    /ethernet|イーサネット|이더넷|以太网|乙太網路|gigabit|\bgbe\b|ローカル ?エリア接続|local area connection|^(eth|en[ops])\w*\d/i,
  ],
];

/** The kind of the network that leads to the gateway, as far as its interface tells. */
export function networkKind(o: Observations): NetworkKind {
  // A CLAT of the host itself is no sign of it: Wi-Fi without IPv4 has one too.
  if (isOverHotspot(o)) return "cellular";
  if (o.egress === null) return "unknown";
  // The system's name is the user's to change, and a driver's is not.
  for (const text of [o.egress.description ?? "", o.egress.name]) {
    const found = NETWORK_NAMES.find(([, names]) => names.test(text));
    if (found !== undefined) return found[0];
  }
  return "unknown";
}

/** As the formats of texts name them (`Format.system`). */
const OTHER_SYSTEM = /Linux|macOS|BSD/;

/** The daemons whose logs are read (`Format.id`). None of them is Windows's own. */
const DAEMON_LOGS: readonly string[] = [
  "charon-log",
  "pluto-log",
  "iked-log",
  "cisco-ikev2-debug",
  "fortios-ike-debug",
  "routeros-log",
];

/**
 * The last login stands in the log of the client's own daemon: a Windows table beside it is of another
 * computer.
 */
export function isDaemonsLogin({ agent, initiations, texts }: Observations): boolean {
  const last = initiations.at(-1);
  return (
    agent === null &&
    last?.view === "client" &&
    texts.some((t) => t.source === last.capture && DAEMON_LOGS.includes(t.format))
  );
}

/** The evidence shows a computer that is no Windows, for which there are no commands here. */
export function isNoWindows(o: Observations): boolean {
  if (o.agent !== null) return o.agent.platform !== "windows";
  if (isDaemonsLogin(o)) return true;
  const systems = o.texts.map((t) => t.system);
  return systems.some((s) => OTHER_SYSTEM.test(s)) && !systems.some((s) => s.includes("Windows"));
}
