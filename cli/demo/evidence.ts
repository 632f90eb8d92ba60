/**
 * What was measured in the stories that the demonstration tells: runs, captures and logs, kept as test/cases
 * has them. The build packs them into one file (infra/demo-file.ts), which is read only here.
 */
import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import { Evidence } from "../../shared/schema/evidence.ts";

/** By the names that stories call them by: where they are in test/cases. */
export const RECORDED = {
  outboundLimit: "run-fragments-1472/run.json",
  outboundRehearsed: "outbound-fragments-too-large/login-begun.json",
  inboundLost: "inbound-fragments-lost/login-begun.json",
  outboundDropped: "outbound-fragments-dropped/login-begun.json",
  blackHole: "path-mtu-black-hole/limit-1454.json",
  natTraversalBlocked: "udp-4500-blocked/silent.json",
  ikeFragmentsTooLarge: "ike-fragments-too-large/measured.json",
  unreachable: "gateway-unreachable/silent.json",
  refused: "gateway-rejects/error-13801.json",
  recentFailure: "gateway-rejects/error-809.json",
  healthy: "healthy/login-begun.json",
  bothEndsRun: "both-ends/inbound-fragments-all-run.json",
  bothEndsLog: "both-ends/inbound-fragments-all-run-gateway.log",
  pairClient: "both-ends/outbound-fragments-1472-client.pcapng",
  pairGateway: "both-ends/outbound-fragments-1472-gateway.pcapng",
  wiredCapture: "seed/wired-fail.pcapng",
  wiredInterfaces: "seed/netsh-ja.txt",
  wiredPing1472: "seed/ping-1472-ja.txt",
  wiredPing1473: "seed/ping-1473-ja.txt",
  slowCapture: "ike-fragments-lost/one-hole.pcapng",
} as const;
/** The name of one of them. */
export type Recorded = keyof typeof RECORDED;

/** The packed file, in `dist/`. */
export const DEMO_FILE = "demo.json.gz";

// The checkout's dist/, or the folder of the bundle itself.
const FILE = new URL(
  import.meta.url.endsWith("/cli/demo/evidence.ts") ? `../../dist/${DEMO_FILE}` : DEMO_FILE,
  import.meta.url,
);

/** A moment in JSON, as runs have it. */
const MOMENT = /(?<=")\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z(?=")/g;

/** All that was packed. */
export interface DemoEvidence {
  bytes(name: Recorded): Uint8Array<ArrayBuffer>;
  /**
   * A run. With `swap` it is told anew: its times are moved so that it begins at `at`, and it has other
   * names, for `swap` says what is to be replaced in its JSON, and by what. Without, it is as it was
   * recorded.
   */
  run(name: Recorded, at: Date, swap: readonly (readonly [from: string, to: string])[] | null): Evidence;
}

/** @throws {Error} the program was not built */
export async function readDemoEvidence(): Promise<DemoEvidence> {
  const packed = await readFile(FILE).catch(() => {
    throw new Error(`Cannot start the demonstration: dist/${DEMO_FILE} is missing. Run npm run build first`);
  });
  const files = JSON.parse(gunzipSync(packed).toString("utf8")) as Record<Recorded, string>;
  const bytes = (name: Recorded) => new Uint8Array(fromBase64(files[name]));
  return {
    bytes,
    run(name, at, swap) {
      let text = new TextDecoder().decode(bytes(name));
      if (swap === null) return Evidence.parse(JSON.parse(text));
      for (const [from, to] of swap) text = text.replaceAll(from, to);
      const { startedAt } = Evidence.parse(JSON.parse(text));
      const movedMs = at.getTime() - Date.parse(startedAt ?? at.toISOString());
      const moved = text.replace(MOMENT, (moment) => new Date(Date.parse(moment) + movedMs).toISOString());
      return Evidence.parse(JSON.parse(moved));
    },
  };
}
