import { join } from "node:path";
import { inNamespace, LATE_MARK, type Network } from "./network.ts";
import { type Cleanup, must, startDaemon } from "./programs.ts";

const TABLE = "77";
const DEVICE = "late0";

/**
 * What the router's rules mark takes a detour in it and arrives after what was sent later: through a device that a
 * program reads, and writes back to after a while. (It stands in for netem, which not every kernel has.)
 */
export async function delayMarked({ router }: Network, cleanup: Cleanup): Promise<void> {
  const relay = join(import.meta.dirname, "late-packets.py");
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", router, "/usr/bin/python3", relay, DEVICE]);
  await daemon.says(/ready/);
  await must("ip", "-n", router, "link", "set", DEVICE, "up");
  for (const family of ["-4", "-6"]) {
    await must("ip", "-n", router, family, "route", "add", "default", "dev", DEVICE, "table", TABLE);
    await must("ip", "-n", router, family, "rule", "add", "fwmark", LATE_MARK, "lookup", TABLE);
  }
  // What comes back does so on another device than its sender's answers leave by.
  const filters = ["all", DEVICE].map((name) => `net.ipv4.conf.${name}.rp_filter=0`);
  await inNamespace(router, "sysctl", "-qw", ...filters);
}
