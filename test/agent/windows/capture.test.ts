/**
 * What the PowerShell agent tells pktmon when it captures a dial, and what of the capture leaves the
 * computer.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/bytes/concat.ts";
import { CaptureParser } from "../../../shared/capture/read.ts";
import type { FrameToWrite } from "../../../shared/capture/write.ts";
import type { Step } from "../../../shared/schema/plan.ts";
import {
  capture,
  datagramFrames,
  ethernet,
  frameAt,
  type IpPacketToBuild,
  icmp,
  ip,
  udp,
} from "../../support/packet-builder.ts";
import { noEngine, temporaryDirectory } from "../../support/windows-engine.ts";
import { ADMINISTRATOR, DIAL, INTERRUPT, rasdial, runSteps } from "../../support/windows-steps.ts";

const CAPTURE: Step = {
  id: "capture",
  kind: "capture",
  atMs: 0,
  target: "127.0.0.1",
  seconds: 1,
  maxBytes: 5_000_000,
};

/** Gives out this capture as the one that it made. */
async function pktmon(pcapng: Uint8Array): Promise<string> {
  const file = join(await temporaryDirectory(), "captured.pcapng");
  await writeFile(file, pcapng);
  return `Register-StandIn pktmon { param($Arguments)
    $global:LASTEXITCODE = 0
    if ($Arguments[0] -eq 'etl2pcap') { [IO.File]::Copy('${file}', $Arguments[3]) }
    if ($Arguments[0] -eq 'start') { [IO.File]::WriteAllText($Arguments[-1], 'etl') }
  }\n`;
}

/** A dial whose end is not enforced runs into this. */
const NO_HANG = { timeout: 60_000 };
const names = (line: string) => line.replace(/ikefrag-\d{6}/g, "ikefrag-N");
const START = [
  "pktmon filter remove",
  "pktmon filter add ikefrag -i 127.0.0.1",
  "pktmon start --capture --comp nics --pkt-size 0 --file-size 5 --file-name TEMP/ikefrag-N.etl",
];

/** What must not leave, and what must. */
const secret = (bytes: number) => new Uint8Array(bytes).fill(0x53);
const wanted = (bytes: number) => new Uint8Array(bytes).fill(0x49);
const v4 = { source: "192.0.2.10", destination: "198.51.100.7" };
const v6 = { source: "2001:db8::10", destination: "2001:db8:1::7" };
const SPI = Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 1);
const MARKER = new Uint8Array(4);

const inUdp = (sourcePort: number, destinationPort: number, payload: Uint8Array): IpPacketToBuild => ({
  ...v4,
  protocol: 17,
  payload: udp(sourcePort, destinationPort, payload),
});
/** RFC 2516 §4, RFC 1661 §2. */
const pppoe = (packet: Uint8Array): Uint8Array =>
  concatBytes([
    ethernet(packet).subarray(0, 12),
    Uint8Array.of(0x88, 0x64, 0x11, 0, 0, 1, 0, 0, 0, 0x21),
    packet,
  ]);
const natEsp = inUdp(4500, 4500, concatBytes([SPI, secret(900)]));
const esp = { ...v4, protocol: 50, payload: concatBytes([SPI, secret(900)]) };
const datagram = { atMs: 0, sourcePort: 4500, destinationPort: 4500, identification: 7 };

/** By what they are: the frames of one, and whether they leave as they were. */
const FRAMES: Record<string, { frames: FrameToWrite[]; whole: boolean }> = {
  "IKE on 500": { frames: [frameAt(0, ethernet(ip(inUdp(60_000, 500, wanted(900)))))], whole: true },
  "IKE on 4500": {
    frames: [frameAt(0, ethernet(ip(inUdp(4500, 60_000, concatBytes([MARKER, wanted(900)])))))],
    whole: true,
  },
  "IKE in IP fragments": {
    frames: datagramFrames({ ...datagram, ...v4, payload: concatBytes([MARKER, wanted(2_524)]) }),
    whole: true,
  },
  "IKE in IPv6 fragments": {
    frames: datagramFrames({ ...datagram, ...v6, payload: concatBytes([MARKER, wanted(2_524)]) }),
    whole: true,
  },
  "IKE behind IPv4 options, in a VLAN": {
    frames: [frameAt(0, ethernet(ip({ ...inUdp(500, 500, wanted(900)), options: new Uint8Array(40) }), [7]))],
    whole: true,
  },
  "IKE over PPPoE": { frames: [frameAt(0, pppoe(ip(inUdp(500, 500, wanted(900)))))], whole: true },
  ping: {
    frames: [
      frameAt(0, ethernet(ip({ ...v4, protocol: 1, payload: icmp(8, 0, MARKER, wanted(900)) }))),
      frameAt(0, ethernet(ip({ ...v6, protocol: 58, payload: icmp(128, 0, MARKER, wanted(900)) }))),
    ],
    whole: true,
  },
  "ESP in UDP": { frames: [frameAt(0, ethernet(ip(natEsp)))], whole: false },
  "ESP in UDP, in a VLAN": { frames: [frameAt(0, ethernet(ip(natEsp), [7]))], whole: false },
  "ESP in UDP, over PPPoE": { frames: [frameAt(0, pppoe(ip(natEsp)))], whole: false },
  "ESP in UDP, with no link header": { frames: [frameAt(0, ip(natEsp), { linkType: 101 })], whole: false },
  "ESP in UDP over IPv6": { frames: [frameAt(0, ethernet(ip({ ...natEsp, ...v6 })))], whole: false },
  ESP: { frames: [frameAt(0, ethernet(ip(esp)))], whole: false },
  "ESP in IP fragments": {
    frames: [
      frameAt(0, ethernet(ip({ ...esp, moreFragments: true }))),
      frameAt(0, ethernet(ip({ ...esp, payload: secret(900), fragmentOffset: 912 }))),
      frameAt(0, ethernet(ip({ ...esp, ...v6, payload: secret(900), fragmentOffset: 912 }))),
    ],
    whole: false,
  },
  TCP: { frames: [frameAt(0, ethernet(ip({ ...v4, protocol: 6, payload: secret(900) })))], whole: false },
  "a link type that is not known": { frames: [frameAt(0, secret(900), { linkType: 105 })], whole: false },
};

function read(bytes: Uint8Array) {
  const frames: Buffer[] = [];
  const parser = new CaptureParser("sent.pcapng", (f) => {
    frames.push(Buffer.from(f.bytes.subarray(f.start, f.end)));
  });
  parser.push(bytes);
  return { frames, summary: parser.end() };
}

test.skipIf(noEngine).each(["5.1", "7"] as const)(
  "a dial is captured by address; what the VPN carried is blanked, the rest is sent after the report: %s",
  async (as) => {
    const sent = Object.values(FRAMES).flatMap(({ frames }) => frames);
    const pcapng = capture(sent);
    const { programs, outcomes, stdout, service, uploaded, files } = await runSteps([CAPTURE], {
      more: `${await pktmon(pcapng)}${rasdial(809)}`,
      as,
    });
    expect(programs.map(names)).toEqual([
      ...START,
      ...DIAL,
      "pktmon stop",
      "pktmon etl2pcap TEMP/ikefrag-N.etl --out TEMP/ikefrag-N.pcapng",
      "pktmon filter remove",
    ]);
    expect(outcomes).toEqual([{ status: "measured", bytes: pcapng.length, rasCode: 809 }]);
    expect(service.asked.at(-1)).toMatchObject({ method: "PUT", authorization: "Bearer token-1" });
    const { frames, summary } = read(uploaded ?? Buffer.alloc(0));
    expect(summary).toMatchObject({ frames: sent.length, damage: null });
    let at = 0;
    for (const [name, kind] of Object.entries(FRAMES)) {
      for (const before of kind.frames) {
        const after = frames[at++];
        if (kind.whole) expect(after, name).toEqual(Buffer.from(before.bytes));
        else {
          // Headers tell what it was; the first 64 bytes of an IP packet hold all of them.
          const tagBytes = new Map([0x81, 0x88].map((type, at) => [type, 4 * (at + 1)]));
          const linkBytes = before.linkType === 101 ? 0 : 14 + (tagBytes.get(before.bytes[12] ?? 0) ?? 0);
          const kept = before.linkType === 105 ? 64 : linkBytes + 64;
          expect(after?.subarray(0, kept), name).toEqual(Buffer.from(before.bytes.subarray(0, kept)));
          expect(new Set(after?.subarray(kept)), name).toEqual(new Set([0]));
        }
      }
    }
    expect(stdout).toContain("Now with the capture.");
    expect(stdout.trimEnd().endsWith("IKF-AAAAA-AAAAA-A")).toBe(true);
    expect(files).toEqual([]);
  },
);

test.skipIf(noEngine)(
  "of a damaged capture, and of one that is too large, what was looked at is sent",
  async () => {
    const good = capture([...Array(20)].map(() => frameAt(0, ethernet(ip(natEsp)))));
    const blockBytes = 32 + 14 + 20 + 8 + 8 + 900 + 2;
    const damaged = concatBytes([good, Uint8Array.of(6, 0, 0, 0, 5, 0, 0, 0), secret(900)]);
    const cut = await runSteps([CAPTURE], { more: `${await pktmon(damaged)}${rasdial(0)}` });
    expect(cut.uploaded?.length).toBe(good.length);
    expect(cut.uploaded?.includes(Buffer.from(secret(64)))).toBe(false);
    const limited = await runSteps([{ ...CAPTURE, maxBytes: 5_000 } as Step], {
      more: `${await pktmon(good)}${rasdial(0)}`,
    });
    const { frames, summary } = read(limited.uploaded ?? Buffer.alloc(0));
    expect(summary.damage).toBeNull();
    expect(frames).toHaveLength(Math.floor((5_000 - (good.length - 20 * blockBytes)) / blockBytes));
  },
);

test.skipIf(noEngine)("a capture that cannot be sent stays, and its place is told", async () => {
  const { stdout, files } = await runSteps([CAPTURE], {
    more: `${await pktmon(capture(frameAt(0, ethernet(ip(natEsp)))))}${rasdial(0)}`,
    upload: { status: 413, json: { title: "Too large", status: 413 } },
  });
  expect(files).toEqual([expect.stringMatching(/^ikefrag-\d{6}\.pcapng$/)]);
  expect(stdout).toContain("Cannot send the recording: The service refused: Too large. It is in ");
  expect(stdout).toContain(files[0]);
  expect(stdout.trimEnd().endsWith("IKF-AAAAA-AAAAA-A")).toBe(true);
});

test.skipIf(noEngine)(
  "a dial that hangs is ended, and what was captured of it is sent",
  NO_HANG,
  async () => {
    const { programs, outcomes, uploaded } = await runSteps([CAPTURE], {
      more: `${await pktmon(capture(frameAt(0, ethernet(ip(natEsp)))))}${rasdial(null)}`,
    });
    expect(programs.map(names)).toEqual([
      ...START,
      DIAL[0],
      "Stop-Process",
      DIAL[1],
      "pktmon stop",
      "pktmon etl2pcap TEMP/ikefrag-N.etl --out TEMP/ikefrag-N.pcapng",
      "pktmon filter remove",
    ]);
    expect(outcomes).toMatchObject([{ status: "measured", rasCode: null }]);
    expect(uploaded?.length).toBeGreaterThan(0);
  },
);

test.skipIf(noEngine)("where no profile leads to the gateway, the user dials", async () => {
  const { programs, outcomes, stdout } = await runSteps([CAPTURE], {
    more: await pktmon(capture(frameAt(0, ethernet(ip(natEsp))))),
    machine: { ...ADMINISTRATOR, vpnProfiles: [] },
  });
  expect(stdout).toContain("Connect the VPN now. Recording for 1 seconds");
  expect(programs.some((line) => line.startsWith("rasdial"))).toBe(false);
  expect(outcomes).toMatchObject([{ status: "measured", rasCode: null }]);
});

test.skipIf(noEngine).each([
  {
    name: "the dial",
    more: `Register-StandIn rasdial { param($Arguments) $global:LASTEXITCODE = 0
      if ($Arguments -notcontains '/disconnect') { ${INTERRUPT} } }`,
    machine: ADMINISTRATOR,
    told: [...DIAL, "pktmon stop"],
  },
  {
    name: "the user's own dial",
    more: `Register-StandIn Start-Sleep { param($Bound) if ($Bound.ContainsKey('Seconds')) { ${INTERRUPT.replace(/Start-Sleep.*/, "[Threading.Thread]::Sleep(1000)")} } }`,
    machine: { ...ADMINISTRATOR, vpnProfiles: [] },
    told: ["pktmon stop"],
  },
])(
  "an interrupt during $name ends the capture and leaves nothing behind",
  async ({ more, machine, told }) => {
    const { programs, service, files } = await runSteps([CAPTURE], {
      more: `${await pktmon(new Uint8Array(0))}${more}`,
      machine,
      interruptible: true,
    });
    expect(programs.map(names)).toEqual([...START, ...told, "pktmon filter remove"]);
    expect(files).toEqual([]);
    expect(service.asked.some(({ path }) => path.endsWith("/rounds"))).toBe(false);
  },
);

test.skipIf(noEngine)(
  "a capture that cannot be started leaves no filter behind, and stops nobody else's",
  async () => {
    const busy =
      "Register-StandIn pktmon { param($Arguments) $global:LASTEXITCODE = [int]($Arguments[0] -eq 'start'); 'Packet Monitor is already started.' }";
    const { programs, outcomes } = await runSteps([CAPTURE], { more: busy });
    expect(programs.at(-1)).toBe("pktmon filter remove");
    expect(programs).not.toContain("pktmon stop");
    expect(outcomes).toMatchObject([
      { status: "failed", detail: expect.stringContaining("already started") },
    ]);
  },
);

test.skipIf(noEngine).each([
  { name: "the case did not name it", options: { ask: ["apply"] }, why: "did not name it" },
  { name: "the user says no", options: { typed: ["n"] }, why: "said no" },
  { name: ".NET is forbidden, which blanks a capture", options: { constrained: true }, why: "Constrained" },
])("nothing is captured where $name", async ({ options, why }) => {
  const { programs, outcomes, uploaded } = await runSteps([CAPTURE], {
    ...options,
    more: `${await pktmon(new Uint8Array(0))}${rasdial(0)}`,
  });
  expect(programs).toEqual([]);
  expect(outcomes).toMatchObject([{ status: "not-run", why: expect.stringContaining(why) }]);
  expect(uploaded).toBeUndefined();
});
