/**
 * Run by Deno in `udp.test.ts`: a stranger answers in the host's place, then the host itself. Prints the
 * measurement.
 */
import { createSocket, type RemoteInfo } from "node:dgram";
import process from "node:process";
import { openRun } from "../../../agent/run-round.ts";
import type { UdpStep } from "../../../shared/schema/plan.ts";

const stranger = createSocket("udp4");
const host = createSocket("udp4");
host.on("message", (_bytes: Uint8Array, from: RemoteInfo) => {
  stranger.send("forged", from.port, from.address, () => host.send("answer", from.port, from.address));
});
await new Promise<void>((resolve) => host.bind(0, "127.0.0.1", resolve));
const step: UdpStep = {
  id: "r1-init-500",
  kind: "udp",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  port: host.address().port,
  purpose: "baseline",
  datagram: "AAAA",
  dontFragment: false,
  userMtu: null,
  tries: 1,
  waitMs: 2_000,
};
const run = openRun({ gateway: "127.0.0.1", signal: new AbortController().signal });
const [measurement] = await run.runRound({ number: 1, steps: [step] });
process.stdout.write(JSON.stringify(measurement));
host.close();
stranger.close();
