/** All forms of pasted text that are read. A line belongs to the first that knows it. */

import { charonLog } from "./charon-log.ts";
import { ciscoIkev2Debug } from "./cisco-ikev2-debug.ts";
import type { Format } from "./format.ts";
import { fortiosIkeDebug } from "./fortios-ike-debug.ts";
import { ikedLog } from "./iked-log.ts";
import { ipconfig } from "./ipconfig.ts";
import { mturoute, nmapPathMtu } from "./mtu-searches.ts";
import { netshInterfaces, netshOfWindowsXp } from "./netsh-interfaces.ts";
import { ownReport } from "./own-report.ts";
import { tcpdump, tshark } from "./packet-lines.ts";
import { mtr, tracepath, tracerouteMtu } from "./path-tools.ts";
import { plutoLog } from "./pluto-log.ts";
import { powershellInterfaceList, powershellInterfaceTable } from "./powershell-interfaces.ts";
import {
  netAdapterList,
  netAdapterTable,
  vpnConnectionList,
  vpnConnectionTable,
} from "./powershell-objects.ts";
import { rasClientEvents, rasdial, rrasEvents } from "./ras-events.ts";
import { routerOsLog } from "./routeros-log.ts";
import { ipRouteGet } from "./routes.ts";
import { networksetupMtu, unixInterfaces } from "./unix-interfaces.ts";
import { unixPing } from "./unix-ping.ts";
import { windowsPing } from "./windows-ping.ts";

/** See `Format`: one value each, in a file of its own or of its family. */
export const FORMATS: readonly Format[] = [
  tcpdump,
  tshark,
  charonLog,
  plutoLog,
  ikedLog,
  ciscoIkev2Debug,
  fortiosIkeDebug,
  routerOsLog,
  windowsPing,
  unixPing,
  netshInterfaces,
  netshOfWindowsXp,
  powershellInterfaceTable,
  powershellInterfaceList,
  unixInterfaces,
  networksetupMtu,
  tracepath,
  tracerouteMtu,
  mtr,
  rasdial,
  rasClientEvents,
  rrasEvents,
  vpnConnectionList,
  vpnConnectionTable,
  netAdapterList,
  netAdapterTable,
  ipconfig,
  ipRouteGet,
  nmapPathMtu,
  mturoute,
  ownReport,
];
