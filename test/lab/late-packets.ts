/** Delays packets that the router's rules mark, so that they arrive after later ones. */
import { startDevice } from "./devices/start-device.ts";
import { inNamespace, LATE_MARK, type Network } from "./network.ts";
import { type Cleanup, must } from "./programs.ts";

const TABLE = "77";
const DEVICE = "late0";

/**
 * What the router's rules mark takes a detour in it and arrives after what was sent later: through a device
 * that a program reads, and writes back to after a while. (It stands in for netem, which not every kernel
 * has.)
 */
export async function delayMarked({ router }: Network, cleanup: Cleanup): Promise<void> {
  await startDevice(router, DEVICE, "late_packets", [], cleanup);
  for (const family of ["-4", "-6"]) {
    await must("ip", "-n", router, family, "route", "add", "default", "dev", DEVICE, "table", TABLE);
    await must("ip", "-n", router, family, "rule", "add", "fwmark", LATE_MARK, "lookup", TABLE);
  }
  // What comes back does so on another device than its sender's answers leave by.
  const filters = ["all", DEVICE].map((name) => `net.ipv4.conf.${name}.rp_filter=0`);
  await inNamespace(router, "sysctl", "-qw", ...filters);
}
