/** What is known of the client's own computer, and of a phone that it may be connected by. */
import type { Observations } from "../../evidence/observations.ts";
import { isClatHost, isIphoneHotspot } from "./translator.ts";

/** What drivers call the network that a phone makes over USB: names of protocols and products, no words. */
const PHONE_INTERFACE = /rndis|remote ndis|\bcdc[ -]|apple mobile device|iphone|android|samsung mobile/i;

/** The way to the gateway leads over a phone, by the client's address or by what its interface is called. */
export function isBehindPhone(o: Observations): boolean {
  return (
    o.clientAddresses.some((address) => isIphoneHotspot(address) || isClatHost(address)) ||
    (o.egress !== null && PHONE_INTERFACE.test(`${o.egress.name} ${o.egress.description ?? ""}`))
  );
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
