/** Incidents of a capture: the agent records while a real client connects the VPN. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { globSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { readCapture } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { type Dialled, dial } from "./dial.ts";
import { check, type Incident, judge } from "./incidents.ts";
import { tryInNamespace } from "./network.ts";
import { type Cleanup, run } from "./programs.ts";
import {
  commandLine,
  type Laboratory,
  type Result,
  readReport,
  type Stage,
  wordsOfUser,
} from "./run-scenario.ts";
import { HEALTHY, LIMIT_1472, tooLarge } from "./scenarios/expectations.ts";
import { startInitiator, TUNNEL_ADDRESSES } from "./strongswan.ts";
import { openTunnel } from "./tunnel.ts";

/** No matter how busy the machine is: the capture itself may take a minute. */
const PATIENCE_MS = 90_000;
const DIALS_ITSELF = { nobodyDials: "a real client dials in the middle of it, while the agent records" };

/** The helpdesk asked for a capture: the agent records while a real client dials. */
export const CAPTURE_INCIDENTS: Incident[] = [
  {
    name: "capture-outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped, and the agent records a dial that fails",
    fast: true,
    rules: [LIMIT_1472],
    expect: { ...without(tooLarge(1472)), ...DIALS_ITSELF },
    async happens(stage, result, cleanup, lab) {
      const { report, stored, dialled } = await recordedRun(stage, result, cleanup, lab);
      check(result, !dialled.connects, "the VPN connects");
      const diagnosis = report.diagnosis as Diagnosis;
      judge(result, diagnosis);
      const frames = diagnosis.findings
        .filter(({ status }) => status === "found")
        .flatMap(({ evidence }) => evidence.filter(({ kind }) => kind === "packet"));
      check(result, frames.length > 0, "no frame is among the evidence");
      // strongSwan sends IKE_AUTH four times in twelve seconds, each time in two pieces, and hears nothing.
      const sent = stored.ikeMessages.filter(({ ipPackets }) => ipPackets.length > 1);
      check(
        result,
        sent.length >= 3,
        `${sent.length} messages in IP fragments were recorded, expected 3 or more`,
      );
    },
  },
  {
    name: "capture-busy-tunnel",
    story:
      "all is well, the VPN connects, and is used while the agent records: nothing of what it carries leaves; the user has Deno",
    line: "deno",
    expect: { ...HEALTHY, ...DIALS_ITSELF },
    vpn: { tunnel: true },
    async happens(stage, result, cleanup, lab) {
      await openTunnel(stage.network);
      const { report, stored, dialled } = await recordedRun(stage, result, cleanup, lab, async () => {
        for (const bytes of ["100", "1300"]) {
          const words = [
            "-c",
            "3",
            "-i",
            "0.2",
            "-s",
            bytes,
            "-I",
            TUNNEL_ADDRESSES.client,
            TUNNEL_ADDRESSES.gateway,
          ];
          const { exitCode } = await tryInNamespace(stage.network.client, "ping", words);
          check(result, exitCode === 0, `pings of ${bytes} bytes do not come through the tunnel`);
        }
      });
      check(result, dialled.connects, "the VPN does not connect");
      judge(result, report.diagnosis as Diagnosis);
      // What went over the wire at the same time, to know that there was something to keep out.
      const wire = await readCapture("wire", await readFile(dialled.captures.client));
      const carried = wire.esp.reduce((sum, { packets }) => sum + packets, 0);
      check(result, carried >= 6, `${carried} packets of ESP on the wire, expected 6 or more`);
      check(
        result,
        stored.ikeMessages.length >= 4,
        `${stored.ikeMessages.length} IKE messages were recorded`,
      );
    },
  },
];

/** A capture incident dials itself, and so has nothing to say of dials before and after. */
function without<T extends { connects?: boolean; capture?: unknown }>({
  connects: _,
  capture: __,
  ...rest
}: T) {
  return rest;
}

interface Recorded {
  report: Record<string, unknown>;
  /** What the service kept of the recording. */
  stored: Transcript;
  dialled: Dialled;
}

/** A user at a terminal: says yes twice, dials, and presses Enter. */
async function recordedRun(
  stage: Stage,
  result: Result,
  cleanup: Cleanup,
  lab: Laboratory,
  whileUp?: () => Promise<void>,
): Promise<Recorded> {
  const { network, directory, service, vpn } = stage;
  const initiator = await startInitiator(
    network.client,
    join(directory, "client"),
    vpn,
    stage.dialled,
    lab.certificates,
    cleanup,
  );
  const created = await service.request("POST", "/v1/cases", {
    gateway: stage.gatewayAddress,
    ask: ["capture"],
  });
  const home = join(directory, "user");
  const user = await sitDown(
    network.client,
    home,
    commandLine(created, result.scenario.line ?? "node"),
    cleanup,
  );
  await user.reads("Start? [y/N, m: more]");
  user.types("y\n");
  await user.reads("Record them? [y/N]");
  user.types("y\n");
  await user.reads("Recording. Connect the VPN now");
  const dialled = await dial(network, initiator, vpn, directory, "recorded", whileUp);
  user.types("\n");
  const stdout = await user.leaves();
  const report = await readReport(service, { exitCode: 0, stdout, stderr: stdout });
  await writeFile(join(directory, "report.json"), JSON.stringify(report, null, 2));

  const { captures, earlier } = report as { captures: unknown[]; earlier: unknown[] };
  check(result, captures.length === 1, `${captures.length} captures are stored, expected 1`);
  check(result, earlier.length === 1, "the report was not revised by the recording");
  const [file] = globSync(join(directory, "data/**/captures/**/*.pcapng"));
  if (file === undefined) throw new Error(`Cannot find the stored recording in ${join(directory, "data")}`);
  const stored = await readCapture("stored", await readFile(file));
  check(result, stored.esp.length === 0, "the service has ESP");
  const left = (await readdir(home)).filter((name) => /pcap/.test(name));
  check(result, left.length === 0, `the agent left ${left.join(", ")}`);
  const running = await run("sh", ["-c", `ps -o comm= -p $(ip netns pids ${network.client} | paste -sd,)`]);
  check(result, !/tcpdump/.test(running.stdout), "the agent left a tcpdump");
  return { report, stored, dialled };
}

interface User {
  reads(text: string): Promise<void>;
  types(keys: string): void;
  /** Until the agent has ended. @returns all that was on the screen */
  leaves(): Promise<string>;
}

/** At a terminal of their own: `script` gives the agent one. */
async function sitDown(namespace: string, home: string, line: string, cleanup: Cleanup): Promise<User> {
  const words = await wordsOfUser(home, line);
  const command = (words.pop() ?? "").replace(" --yes", "");
  await writeFile(join(home, "line.sh"), command);
  const terminal = ["script", "-qefc", `sh '${join(home, "line.sh")}'`, "/dev/null"];
  const child: ChildProcessWithoutNullStreams = spawn("ip", [
    ...["netns", "exec", namespace, "env", ...words.slice(0, words.indexOf("sh"))],
    ...terminal,
  ]);
  cleanup.add(() => void child.kill("SIGKILL"));
  let screen = "";
  const changes = new Set<() => void>();
  const show = (chunk: Buffer) => {
    screen += chunk.toString().replaceAll("\r\n", "\n");
    for (const change of changes) change();
  };
  child.stdout.on("data", show);
  child.stderr.on("data", show);
  let isOver = false;
  child.once("close", () => {
    isOver = true;
    for (const change of changes) change();
  });
  const until = (what: string, holds: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const settle = (give: () => void) => {
        clearTimeout(timeout);
        changes.delete(look);
        give();
      };
      const fail = () =>
        settle(() => reject(new Error(`Cannot wait for ${what}; the screen says:\n${screen}`)));
      const timeout = setTimeout(fail, PATIENCE_MS);
      const look = () => {
        if (holds()) settle(resolve);
        else if (isOver) fail();
      };
      changes.add(look);
      look();
    });
  return {
    reads: (text) => until(`"${text}"`, () => screen.includes(text)),
    types: (keys) => void child.stdin.write(keys),
    async leaves() {
      await until("the end of the agent", () => isOver);
      return screen;
    },
  };
}
