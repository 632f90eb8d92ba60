/** Connects a real VPN once, and records it at both ends. */
import type { Network } from "./network.ts";
import { Cleanup } from "./programs.ts";
import { type Captures, record } from "./record.ts";
import type { Strongswan, VpnOptions } from "./strongswan.ts";

export interface Dialled {
  connects: boolean;
  captures: Captures;
}

/** A dial that was not answered is over after 1 + 1.8 + 3.24 s, a patient one after 21 s. */
const DIAL_SECONDS = { ordinary: "12", patient: "25" };

/**
 * Brings the VPN up, says whether it came up, and takes it down again; the whole way is recorded meanwhile.
 *
 * @param whileUp what is done with it, if it came up
 */
export async function dial(
  network: Network,
  initiator: Strongswan,
  vpn: VpnOptions,
  directory: string,
  name: string,
  whileUp: () => Promise<void> = async () => {},
): Promise<Dialled> {
  const own = new Cleanup();
  const what = vpn.tunnel ? ["--child", "net"] : ["--ike", "vpn"];
  const seconds = DIAL_SECONDS[vpn.patient ? "patient" : "ordinary"];
  try {
    const captures = await record(network, directory, name, own);
    const { exitCode } = await initiator.swanctl("--initiate", ...what, "--timeout", seconds);
    if (exitCode === 0) await whileUp();
    await initiator.swanctl("--terminate", "--ike", "vpn", "--force", "--timeout", "2");
    return { connects: exitCode === 0, captures };
  } finally {
    await own.run();
  }
}
