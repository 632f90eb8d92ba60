/** The program `ikefrag` as a user runs it: output, messages and exit codes. */
import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { SpokenDiagnosis } from "../../shared/schema/api.ts";
import { answeredBegunLogin } from "../support/begun-login.ts";

const cli = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const seed = (file: string) => fileURLToPath(new URL(`../cases/seed/${file}`, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "ikefrag-cli-"));
afterAll(() => rmSync(scratch, { recursive: true }));

function ikefrag(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    // Each program compiles the same sources: the first one keeps what it compiled for the others.
    const kept = { NODE_COMPILE_CACHE: join(scratch, "compiled") };
    const env = { ...process.env, ...kept, LANG: "C.UTF-8", LC_ALL: "C.UTF-8" };
    const child = execFile(process.execPath, [cli, ...words], { env, cwd: scratch }, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err });
    });
    child.stdin?.end();
  });
}

const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
};
const capture = readFileSync(seed("wired-fail.pcapng"));
mkdirSync(join(scratch, "folder"));

const story = ["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"].map(seed);

test("analyze tells the seed story as JSON that its schema accepts, and exits with 1", async () => {
  const { code, out, err } = await ikefrag("analyze", ...story, "--json", "--lang", "ja");
  expect(code).toBe(1);
  expect(err).toBe("");
  const diagnosis = SpokenDiagnosis.parse(JSON.parse(out));
  expect(diagnosis.verdict).toBe("ike-auth-unanswered");
  expect(diagnosis.recommendation.commands?.apply).toBe("netsh interface ipv4 set interface 19 mtu=1472");
  expect(diagnosis.text.title).toBe("ログインのメッセージに応答がありません");
});

test("analyze prints the verdict first, then why, then what to do, with no colour where there is no terminal", async () => {
  const { code, out } = await ikefrag("analyze", ...story, "--lang", "en");
  expect(code).toBe(1);
  expect(out).not.toContain("\x1b");
  const order = [
    "[ike-auth-unanswered]",
    "What was seen",
    "What to do",
    "mtu=1472",
    "1468 + 1112",
    "mtu=1500",
  ];
  const places = order.slice(0, 3).map((text) => out.indexOf(text));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  for (const text of order) expect(out).toContain(text);
  expect(
    Math.max(
      ...out
        .split("\n")
        .filter((l) => !l.startsWith("    "))
        .map((l) => l.length),
    ),
  ).toBeLessThanOrEqual(80);
});

test("analyze --html writes the report as one file beside what it prints, and again over its own", async () => {
  const out = join(scratch, "report.html");
  for (const language of ["en", "ja"]) {
    const said = await ikefrag("analyze", ...story, "--html", out, "--lang", language, "--json");
    expect(said.code).toBe(1);
    expect(SpokenDiagnosis.parse(JSON.parse(said.out)).verdict).toBe("ike-auth-unanswered");
    expect(said.err).toContain(out);
    const page = readFileSync(out, "utf8");
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain("netsh interface ipv4 set interface 19 mtu=1472");
    expect(page.trimEnd().endsWith("</html>")).toBe(true);
  }
});

test("analyze --html prints one line: the verdict, and where the report is", async () => {
  const out = join(scratch, "one-line.html");
  const { code, out: said, err } = await ikefrag("analyze", ...story, "--html", out, "--lang", "en");
  expect(code).toBe(1);
  expect(said).toBe(`The login message gets no answer [ike-auth-unanswered]. The report is in ${out}.\n`);
  expect(err).toBe("");
});

test("analyze names products in a line, and shows the setting of the one that is asked for", async () => {
  const none = await ikefrag("analyze", ...story, "--lang", "en");
  expect(none.out).toContain("`--server NAME` shows it");
  expect(none.out).toContain("strongSwan");
  expect(none.out).not.toContain("fragmentation = yes");
  for (const word of ["strongswan", "STRONG"]) {
    const one = await ikefrag("analyze", ...story, "--lang", "en", "--server", word);
    expect(one.out).toContain("fragmentation = yes");
    expect(one.out).not.toContain("New-ItemProperty");
    expect(one.out).not.toContain("--server");
  }
  const { code, err } = await ikefrag("analyze", ...story, "--server", "nosuch");
  expect(code).toBe(2);
  expect(err).toMatch(/Cannot show the setting of "nosuch": known are .*strongSwan/);
});

const unwritable: [name: string, target: string, says: RegExp][] = [
  ["a directory", join(scratch, "folder"), /Cannot write ".*folder": it is a directory/],
  [
    "a folder that is not there",
    join(scratch, "nowhere/r.html"),
    /Cannot write ".*": its folder does not exist/,
  ],
  ["a file as folder", join(scratch, "copy.pcapng/r.html"), /Cannot write ".*": its folder does not exist/],
  ["one of its own inputs", join(scratch, "copy.pcapng"), /it is one of the files to analyze/],
  [
    "another capture",
    join(scratch, "other.pcapng"),
    /there is a file of that name already, and it is no HTML/,
  ],
  ["no name at all", "", /--html needs a value/],
];
for (const [name, target, says] of unwritable) {
  test(`analyze --html leaves ${name} alone, says why, and exits with 2`, async () => {
    const input = write("copy.pcapng", capture);
    const other = write("other.pcapng", capture);
    const { code, out, err } = await ikefrag("analyze", input, "--html", target);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(says);
    for (const file of [input, other]) expect(readFileSync(file)).toEqual(capture);
  });
}

test("analyze reads a gzipped capture as it reads the capture", async () => {
  const file = write("wired.pcapng.gz", gzipSync(capture));
  const { out } = await ikefrag("analyze", file, "--json");
  expect(JSON.parse(out).verdict).toBe("ike-auth-unanswered");
});

test("analyze reads a gzipped log as it reads the log, and of a very large one the end", async () => {
  const log = readFileSync(join(import.meta.dirname, "../cases/reports/23-hwdsl991-pluto-gateway.txt"));
  const plain = await ikefrag("analyze", write("gw.log", log), "--json");
  const packed = await ikefrag("analyze", write("gw.log.gz", gzipSync(log)), "--json");
  expect(JSON.parse(packed.out).verdict).toBe(JSON.parse(plain.out).verdict);
  expect(packed.out.replaceAll("gw.log.gz", "gw.log")).toBe(plain.out);
  const old = "Nov 22 05:00:00 gw pluto[1]: nothing that matters here\n".repeat(170_000);
  const large = write("large.log.gz", gzipSync(Buffer.concat([Buffer.from(old), log])));
  const { out } = await ikefrag("analyze", large);
  expect(out.replace(/\s+/g, " ")).toMatch(/large\.log\.gz, line 1\d{5}: not read up to here/);
  const damaged = await ikefrag("analyze", write("cut.log.gz", gzipSync(log).subarray(0, -20)));
  expect([damaged.code, damaged.err]).toEqual([
    2,
    expect.stringMatching(/damaged or ends too early, at byte \d+ of/),
  ]);
});

test("a cut capture gives what was read before the cut, a warning with the offset, and the diagnosis's exit code", async () => {
  const { code, out, err } = await ikefrag(
    "analyze",
    write("cut.pcapng", capture.subarray(0, capture.length - 300)),
    "--json",
  );
  expect(code).toBe(1);
  expect(JSON.parse(out).verdict).toBe("ike-auth-unanswered");
  expect(err).toMatch(/cut\.pcapng: damaged at byte \d+: /);
});

test("decode gives one JSON object a line, in capture order", async () => {
  const { code, out } = await ikefrag("decode", seed("wired-fail.pcapng"), "--json");
  expect(code).toBe(0);
  const records = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(records.map((r) => [r.frame, r.exchangeName, r.length, r.fragments])).toEqual([
    [2, "IKE_SA_INIT", 624, []],
    [3, "IKE_SA_INIT", 301, []],
    [5, "IKE_AUTH", 2528, [4, 5]],
    [7, "IKE_AUTH", 2528, [6, 7]],
    [9, "IKE_AUTH", 2528, [8, 9]],
  ]);
  expect(Object.keys(records[0]).filter((k) => k !== "notifyNames")).toEqual(
    "file frame time src dst sport dport natt ispi rspi version exchange exchangeName messageId initiator response length payloads notifies fragments ikeFragment".split(
      " ",
    ),
  );
});

test("minimize keeps the verdict and the sizes, and no MAC address; with pseudonyms no address of the capture is left", async () => {
  const wired = seed("wired-fail.pcapng");
  const files = ["small.pcapng", "hidden.pcapng"].map((name) => join(scratch, name));
  for (const [at, file] of files.entries()) {
    const { code, out, err } = await ikefrag(
      "minimize",
      wired,
      file,
      ...(at === 1 ? ["--pseudonymize"] : []),
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(`${file}: ${readFileSync(file).length} bytes of ${capture.length}\n`);
    const analyzed = await ikefrag("analyze", file, "--json");
    expect(JSON.parse(analyzed.out).verdict).toBe("ike-auth-unanswered");
  }
  const decoded = await Promise.all([wired, ...files].map((file) => ikefrag("decode", file, "--json")));
  const [before, after, hidden] = decoded.map(({ out }) =>
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  );
  const sizes = (records: typeof before) =>
    records?.map((r) => [r.time, r.ispi, r.length, r.fragments.length]);
  const flows = (records: typeof before) => new Set(records?.flatMap((r) => [r.src, r.dst]));
  expect(sizes(after)).toEqual(sizes(before));
  expect(sizes(hidden)).toEqual(sizes(before));
  expect(flows(after)).toEqual(flows(before));
  expect(flows(hidden).size).toBe(flows(before).size);
  expect([...flows(hidden)].filter((address) => flows(before).has(address))).toEqual([]);
  // The user's network card, as the first frame of all that the file holds has it.
  const mac = Buffer.from(capture)
    .subarray(capture.indexOf(Buffer.from([0x08, 0x00, 0x45])) - 6)
    .subarray(0, 6);
  for (const file of files) expect(readFileSync(file).includes(mac), file).toBe(false);
});

test("minimize never writes over a file, and leaves none behind when it cannot read", async () => {
  const input = write("whole.pcapng", capture);
  const noise = write("no-capture.pcap", Uint8Array.of(1, 0, 2, 0, 3, 0));
  const target = join(scratch, "target.pcapng");
  const rows: [words: string[], says: RegExp][] = [
    [[input, input], /Cannot write ".*": there is a file of that name already/],
    [[input, join(scratch, "nowhere", "a.pcapng")], /its folder does not exist/],
    [[noise, target], /no-capture\.pcap/],
    [[join(scratch, "missing.pcap"), target], /there is no such file/],
    [[input], /name the capture, and the file to write/],
    [[input, target, "more"], /does not take "more"/],
  ];
  for (const [words, says] of rows) {
    const { code, out, err } = await ikefrag("minimize", ...words);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(says);
    expect(existsSync(target)).toBe(false);
    expect(readFileSync(input)).toEqual(capture);
  }
});

const edge = write(
  "edge.txt",
  "Pinging vpn.example [192.0.2.1] with 1464 bytes of data:\nReply from 192.0.2.1: bytes=1464 time=9ms TTL=57\n\nPinging vpn.example [192.0.2.1] with 1465 bytes of data:\nReply from 203.0.113.9: Packet needs to be fragmented but DF set.\n",
);
const judged: [gateway: string[], verdict: string, confidence: string][] = [
  [[], "path-mtu-reduced", "low"],
  [["--gateway", "192.0.2.1"], "path-mtu-reduced", "medium"],
  [["--gateway", "VPN.example"], "path-mtu-reduced", "medium"],
  [["--gateway", "192.0.2.2"], "insufficient-evidence", "low"],
];
for (const [gateway, verdict, confidence] of judged) {
  test(`analyze ${gateway.join(" ")} judges pings by whether they went to the gateway`, async () => {
    const { code, out, err } = await ikefrag("analyze", edge, ...gateway, "--json", "--lang", "en");
    expect([code, err]).toEqual([1, ""]);
    expect(SpokenDiagnosis.parse(JSON.parse(out))).toMatchObject({ verdict, confidence });
  });
}

test("analyze --gateway takes a file that was made at the gateway as one of the files", async () => {
  const alone = await ikefrag("analyze", seed("wired-fail.pcapng"), "--json");
  expect(SpokenDiagnosis.parse(JSON.parse(alone.out)).verdict).toBe("ike-auth-unanswered");
  // At the gateway, the same packets say that the request arrived, and that the gateway kept silent.
  const { out } = await ikefrag("analyze", edge, "--gateway", seed("wired-fail.pcapng"), "--json");
  const { findings } = SpokenDiagnosis.parse(JSON.parse(out));
  expect(findings.find(({ code }) => code === "gateway-keeps-silent")?.status).toBe("found");
});

test("a file that cannot be used is a warning, in the JSON too, and the exit code is the diagnosis's", async () => {
  const useless = [
    write("unusable-letter.txt", "Dear all,\nit does not work.\n"),
    write("unusable.json", '{"a": 1}'),
    write("unusable.pcap", ""),
    write("unusable.bin", Uint8Array.of(1, 0, 2, 0, 3, 0)),
    join(scratch, "folder"),
  ];
  const { code, out, err } = await ikefrag(
    "analyze",
    ...useless,
    seed("wifi-ok.pcapng"),
    "--json",
    "--lang",
    "en",
  );
  const diagnosis = SpokenDiagnosis.parse(JSON.parse(out));
  expect(code).toBe(diagnosis.verdict === "healthy" ? 0 : 1);
  expect(diagnosis.verdict).not.toBe("insufficient-evidence");
  const unusable = diagnosis.warnings.filter((w) => w.phrase.key === "warning.unusable-file");
  expect(unusable.map((w) => w.source)).toEqual([
    "unusable-letter.txt",
    "unusable.json",
    "unusable.pcap",
    "unusable.bin",
    "folder",
  ]);
  expect(diagnosis.text.warnings[0]).toMatch(/unusable-letter\.txt.*Give a capture \(pcap, pcapng\)/);
  expect(err.split("\n").filter((line) => line.startsWith("ikefrag: warning: "))).toHaveLength(5);
});

test("where no file can be used, the exit code is 2 and nothing is judged", async () => {
  const letter = write("unusable-letter.txt", "Dear all,\nit does not work.\n");
  const { code, out } = await ikefrag("analyze", letter, join(scratch, "folder"), "--json");
  expect([code, out]).toEqual([2, ""]);
});

const refused: [name: string, words: string[], says: RegExp][] = [
  ["no command", [], /^$/],
  ["an unknown command", ["frobnicate"], /there is no command "frobnicate"/],
  ["no file", ["analyze"], /name at least one file/],
  ["a missing file", ["analyze", "nowhere.pcap"], /Cannot read "nowhere\.pcap": there is no such file/],
  [
    "a missing file to decode",
    ["decode", "nowhere.pcap"],
    /Cannot read "nowhere\.pcap": there is no such file/,
  ],
  ["a directory", ["analyze", "folder"], /Cannot read "folder": it is a directory/],
  [
    "a missing file beside a good one, as its name was mistyped",
    ["analyze", seed("wifi-ok.pcapng"), "nowhere.txt"],
    /Cannot read "nowhere\.txt": there is no such file/,
  ],
  [
    "a choice that is the helpdesk's",
    ["probe", "--server", "http://127.0.0.1:1", "--code", "ABCD", "--no-rehearsal"],
    /--no-rehearsal goes with --gateway/,
  ],
  [
    "a gateway that is no host",
    ["analyze", edge, "--gateway", "a;b"],
    /Cannot use --gateway "a;b": it is no host name/,
  ],
  [
    "a gateway's file that is missing",
    ["analyze", edge, "--gateway", "gateway.pcapng"],
    /Cannot read "gateway\.pcapng": there is no such file/,
  ],
  ["an empty file", ["analyze", write("empty.pcap", "")], /it is empty/],
  [
    "a file that is no capture",
    ["analyze", write("noise.pcap", Uint8Array.of(1, 0, 2, 0, 3, 0))],
    /Cannot read .*byte 0/,
  ],
  [
    "a file that is no capture to decode",
    ["decode", write("noise.pcap", Uint8Array.of(1, 0, 2, 0, 3, 0))],
    /Cannot read .*byte 0/,
  ],
  [
    "text of another kind",
    ["analyze", write("letter.txt", "Dear all,\nit does not work.\n")],
    /no output that ikefrag knows was found .* "tracepath"/,
  ],
  ["broken JSON", ["analyze", write("broken.json", '{"schema": ')], /as JSON: /],
  [
    "JSON of another kind",
    ["analyze", write("other.json", '{"schema": "ikefrag/evidence/1", "measurements": [{"step": 1}]}')],
    /at \/measurements\/0/,
  ],
  ["a Network Monitor capture", ["analyze", write("old.cap", "GMBU\x01\x02")], /editcap/],
  ["an unknown option", ["analyze", "--frobnicate", "x"], /--frobnicate/],
  ["a language that there is not", ["analyze", "--lang", "de", "x"], /--lang is "ja" or "en", not "de"/],
  [
    "half a case",
    ["probe", "--server", "http://127.0.0.1:1"],
    /needs --gateway HOST, or --server URL and --code CODE/,
  ],
  [
    "a gateway that is no host",
    ["probe", "--gateway", "a b; rm -rf /"],
    /it is no host name and no IP address/,
  ],
  ["a port that is none", ["serve", "--port", "99999"], /--port is a number up to 65535/],
];
for (const [name, words, says] of refused) {
  test(`exits with 2 and says what is wrong: ${name}`, async () => {
    const { code, out, err } = await ikefrag(...words);
    expect(code).toBe(2);
    expect(err).toMatch(says);
    expect(err).not.toMatch(/^\s+at /m);
    if (words.length > 0) expect(out).toBe("");
  });
}

test("analyze tells what a saved run's begun logins told, and what to do first", async () => {
  const evidence = { schema: "ikefrag/evidence/1", gateway: "vpn.example.com" };
  const rehearsal = answeredBegunLogin(["expired"]);
  const { out } = await ikefrag(
    "analyze",
    write("run.json", JSON.stringify({ ...evidence, rehearsal })),
    "--json",
  );
  const diagnosis = SpokenDiagnosis.parse(JSON.parse(out));
  const found = diagnosis.findings.filter((f) => f.status === "found").map(({ code }) => code);
  expect(found).toContain("gateway-certificate-expired");
  expect(diagnosis.recommendation.actions[0]?.key).toBe("action.gateway-certificate");
});

test("probe asks first: with nobody to ask and no --yes it sends nothing and exits with 4", async () => {
  const { code, out, err } = await ikefrag("probe", "--gateway", "192.0.2.1", "--lang", "en");
  expect(code).toBe(4);
  expect(out).toBe("");
  expect(err).toContain("--yes");
  expect(err).toContain("VPN logins are begun there and not finished, without a name or password");
  const without = await ikefrag("probe", "--gateway", "192.0.2.1", "--no-rehearsal", "--lang", "en");
  expect([without.code, without.err.includes("VPN logins are begun")]).toEqual([4, false]);
});

test("probe of a name that does not resolve says so and exits with 3", async () => {
  const { code, out } = await ikefrag(
    "probe",
    "--gateway",
    "no-such-gateway.invalid",
    "--yes",
    "--json",
    "--lang",
    "en",
  );
  expect(code).toBe(3);
  const diagnosis = SpokenDiagnosis.parse(JSON.parse(out));
  expect(diagnosis.verdict).toBe("gateway-unreachable");
  expect(diagnosis.recommendation.interfaceMtu).toBeNull();
});

test("every command has help, which exits with 0", async () => {
  for (const words of [
    ["--help"],
    ["analyze", "--help"],
    ["decode", "--help"],
    ["probe", "--help"],
    ["serve", "--help"],
    ["sweep", "--help"],
    ["--version"],
  ]) {
    const { code, out, err } = await ikefrag(...words);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain("ikefrag");
    expect(Math.max(...out.split("\n").map((l) => l.length))).toBeLessThanOrEqual(100);
  }
});

const atEnd = (end: string) => seed(`../both-ends/link-1400-silent-rfc7383-${end}.pcapng`);
const placesOf = (out: string) =>
  SpokenDiagnosis.parse(JSON.parse(out)).bothEnds?.logins.map(({ places }) =>
    places.map(({ source, end, endFrom }) => [source, end, endFrom]),
  );

test("analyze --client and --gateway say which end a file is of, unless packets prove it wrong", async () => {
  const [client, gateway] = [atEnd("client"), atEnd("gateway")];
  const packets = await ikefrag("analyze", gateway, client, "--json");
  const said = await ikefrag("analyze", "--gateway", gateway, "--client", client, "--json");
  const swapped = await ikefrag("analyze", "--client", gateway, "--gateway", client, "--json");
  const [a, b] = [basename(client), basename(gateway)];
  const inOrder = (first: string, second: string, from: string) => [
    [
      [first, "client", from],
      [second, "gateway", from],
    ],
  ];
  expect(placesOf(packets.out)).toEqual(inOrder(a, b, "packets"));
  expect(placesOf(said.out)).toEqual(inOrder(a, b, "given"));
  expect(placesOf(swapped.out)).toEqual(inOrder(a, b, "packets"));
  const warned = SpokenDiagnosis.parse(JSON.parse(swapped.out)).warnings.map(({ source }) => source);
  expect(warned).toEqual([b, a]);
  const report = await ikefrag("analyze", "--client", gateway, "--gateway", client, "--lang", "en");
  expect(report.out.replace(/\s+/g, " ")).toContain(
    `! ${b}: it was given as recorded at the client, but what is in it shows that it was recorded at the gateway.`,
  );
});

test("analyze keeps files of one name apart, and takes none as made at both ends", async () => {
  const [client = "", gateway = ""] = ["client", "gateway"].map((end) => {
    mkdirSync(join(scratch, end));
    copyFileSync(atEnd(end), join(scratch, end, "vpn.pcapng"));
    return join(scratch, end, "vpn.pcapng");
  });
  const { out } = await ikefrag("analyze", "--gateway", gateway, "--client", client, "--json");
  expect(placesOf(out)).toEqual([
    [
      ["vpn.pcapng", "client", "given"],
      ["vpn.pcapng (2)", "gateway", "given"],
    ],
  ]);
  const both = await ikefrag("analyze", "--gateway", client, "--client", client);
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining("made at both ends") });
});

test("analyze --forward writes the text for others in place of the report, and keeps the exit code", async () => {
  const named = await ikefrag("analyze", ...story, "--forward", "gateway", "--lang", "en");
  expect(named.code).toBe(1);
  expect(named.out).toMatch(/^IKEv2 VPN, to be confirmed: .*\(203\.0\.113\.25\)\n\nTo the administrator of/);
  expect(named.out).toContain("IP fragments of 1500 + 1080 bytes: 3 of 3 not answered");
  expect(named.out).not.toContain("What to do");
  const plain = await ikefrag("analyze", ...story, "--forward", "carrier", "--without-addresses");
  expect(plain.out).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
  expect(plain.out).toContain("ping -n 3 -l 2532 GATEWAY");
  for (const wrong of [
    ["--forward", "police"],
    ["--without-addresses"],
    ["--forward", "gateway", "--json"],
  ]) {
    const { code, out, err } = await ikefrag("analyze", ...story, ...wrong);
    expect(code, wrong.join(" ")).toBe(2);
    expect(out).toBe("");
    expect(err).toContain("--forward");
  }
});
