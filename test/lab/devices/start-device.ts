/** Starts the network devices whose packets a Python program reads and writes. */
import { join } from "node:path";
import { type Cleanup, must, startDaemon } from "../programs.ts";

/**
 * Starts a device in a namespace whose packets one of the programs here reads and writes; Node has no such
 * device.
 */
export async function startDevice(
  namespace: string,
  device: string,
  program: "late_packets" | "uncut",
  programArguments: readonly string[],
  cleanup: Cleanup,
): Promise<void> {
  const script = join(import.meta.dirname, `${program}.py`);
  // -B: it leaves no compiled files in the checkout.
  const words = ["/usr/bin/python3", "-B", script, device, ...programArguments];
  const daemon = startDaemon(cleanup, "ip", ["netns", "exec", namespace, ...words]);
  await daemon.says(/ready/);
  await must("ip", "-n", namespace, "link", "set", device, "up");
}
