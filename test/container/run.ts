/**
 * Builds the container's image and runs what is in it as a container engine would: its root read-only, as a
 * user without rights, with /data alone to write to. Needs Linux, root, buildah and mmdebstrap.
 *
 * The image that it stands on comes from a registry. Here it is made of Debian's packages and of the Node
 * that npm brings, so that no registry of images is needed; `IKEFRAG_CONTAINER_BASE` names another one.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

const ROOT = join(import.meta.dirname, "../..");
const IMAGE = "localhost/ikefrag-under-test";
const PORT = 8787; // the image's own
const MOST_IMAGE_MIB_OF_OURS = 8;

const work = mkdtempSync(join(tmpdir(), "ikefrag-container-"));
// No other image or container of this machine is seen or touched.
const buildah = (...words: string[]): string =>
  execFileSync(
    "buildah",
    ["--root", join(work, "store"), "--runroot", join(work, "run"), "--storage-driver", "overlay", ...words],
    { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 26 },
  ).trim();

let passed = 0;
let failed = 0;
function check(name: string, isSo: boolean, what: unknown = ""): void {
  if (isSo) passed++;
  else failed++;
  console.log(`${isSo ? "ok" : "NOT OK"}: ${name}${isSo ? "" : `: ${String(what)}`}`);
}

/** An image with Node and npm, of what this machine has. */
function makeBase(): string {
  const context = join(work, "base");
  mkdirSync(context);
  execFileSync("mmdebstrap", [
    "--quiet",
    "--variant=extract",
    "--include=ca-certificates,libstdc++6,dash,coreutils,tar,gzip,sed",
    "bookworm",
    join(context, "root.tar"),
  ]);
  cpSync(join(ROOT, "node_modules/node/bin/node"), join(context, "node"), { dereference: true });
  const npm = execFileSync("which", ["npm"], { encoding: "utf8" }).trim();
  cpSync(join(dirname(realpathSync(npm)), ".."), join(context, "npm"), { recursive: true });
  // Where a proxy of one's own signs for npm's registry, whoever installs in there has to trust it too.
  const trusted = process.env.NODE_EXTRA_CA_CERTS ?? "/etc/ssl/certs/ca-certificates.crt";
  if (existsSync(trusted)) cpSync(trusted, join(context, "trusted.crt"));
  else writeFileSync(join(context, "trusted.crt"), "");
  writeFileSync(
    join(context, "Containerfile"),
    `FROM scratch
ADD root.tar /
COPY trusted.crt /etc/ssl/certs/trusted.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/trusted.crt
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
`,
  );
  buildah("bud", "--quiet", "--isolation", "chroot", "-t", "localhost/base", context);
  return "localhost/base";
}

interface ImageConfig {
  User: string;
  Entrypoint: string[];
  Cmd: string[];
  Volumes: Record<string, unknown>;
  Healthcheck?: { Test: string[] };
  StopSignal: string;
}

/** The image's files in a mount namespace of their own, read-only but for /data. */
function inImage(root: string, data: string, user: string, command: string[]): [string, string[]] {
  const script = `set -e
mount --bind ${root} ${root} && mount -o remount,ro,bind ${root}
mount --bind ${data} ${root}/data
mount -t proc proc ${root}/proc && mount --bind /dev ${root}/dev
exec /usr/sbin/chroot --userspec=${user} ${root} "$@"`;
  return ["unshare", ["--mount", "--fork", "--pid", "--kill-child", "sh", "-c", script, "sh", ...command]];
}

async function untilHealthy(child: ChildProcess): Promise<boolean> {
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  while (!ended) {
    const answer = await fetch(`http://127.0.0.1:${PORT}/healthz`).catch(() => null);
    if (answer?.ok) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

async function main(): Promise<void> {
  for (const program of ["buildah", "mmdebstrap", "unshare"])
    if (spawnSync("which", [program]).status !== 0) {
      console.log(`skipped: the container's image is not tested, as there is no ${program} here`);
      return;
    }
  const base = process.env.IKEFRAG_CONTAINER_BASE ?? makeBase();
  const args = ["--build-arg", `NODE_IMAGE=${base}`, "-f", "infra/container/Containerfile", "-t", IMAGE, "."];
  buildah("bud", "--format", "docker", "--isolation", "chroot", ...args);
  const { config } = JSON.parse(buildah("inspect", "--type", "image", IMAGE)).Docker as {
    config: ImageConfig;
  };
  check("it does not run as root", /^[1-9]\d*:[1-9]\d*$/.test(config.User), config.User);
  check("/data is a volume", Object.keys(config.Volumes).join() === "/data", Object.keys(config.Volumes));
  check("it is stopped by SIGTERM", config.StopSignal === "SIGTERM", config.StopSignal);
  const health = config.Healthcheck?.Test ?? [];
  check("it has a health check", health[0] === "CMD", health);

  const container = buildah("from", IMAGE);
  const root = buildah("mount", container);
  const ours = execFileSync("du", ["-sk", join(root, "app")], { encoding: "utf8" });
  const mib = Number(ours.split("\t")[0]) / 1024;
  check(
    `what we add is at most ${MOST_IMAGE_MIB_OF_OURS} MiB (${mib.toFixed(1)})`,
    mib <= MOST_IMAGE_MIB_OF_OURS,
  );
  check(
    "no sources and no packages are in it",
    !existsSync(join(root, "app/node_modules")) && !existsSync(join(root, "src")),
  );
  const [uid, gid] = config.User.split(":").map(Number);
  const folder = statSync(join(root, "data"));
  check(
    "a new volume belongs to its user",
    folder.uid === uid && folder.gid === gid,
    `${folder.uid}:${folder.gid}`,
  );

  const data = join(work, "data");
  execFileSync("install", ["-d", "-o", String(uid), "-g", String(gid), data]);
  const started = inImage(root, data, config.User, [...config.Entrypoint, ...config.Cmd]);
  const child = spawn(...started, {
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", IKEFRAG_PUBLIC_URL: "https://ikefrag.example.com" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      said += chunk;
    });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const isUp = await untilHealthy(child);
  check("the service starts on a read-only root file system", isUp, said);
  if (!isUp) return;
  const token = /\bikf_\w+/.exec(said)?.[0] ?? "";
  const opened = await fetch(`http://127.0.0.1:${PORT}/v1/cases`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ gateway: "vpn.example.com" }),
  });
  check("a case can be opened", opened.status === 201, opened.status);
  const { commands } = (await opened.json()) as { commands: { windows: string } };
  check(
    "its line has the public address",
    commands.windows.includes("https://ikefrag.example.com/agent/"),
    commands.windows,
  );
  const asked = inImage(root, data, config.User, health.slice(1));
  check("the health check says that it is well", spawnSync(...asked).status === 0);
  const wrote = inImage(root, data, config.User, ["/bin/sh", "-c", "echo x > /app/x"]);
  check("nothing can be written beside /data", spawnSync(...wrote).status !== 0);

  // The engine's SIGTERM goes to the service itself, which is the child of what unshares here.
  execFileSync("pkill", ["-TERM", "-P", String(child.pid)]);
  const code = await ended;
  check("it ends by itself when it is told to", code === 0, code);
  check("and then the health check says no", spawnSync(...asked).status === 1);
}

try {
  await main();
} finally {
  spawnSync("buildah", ["--root", join(work, "store"), "--runroot", join(work, "run"), "umount", "--all"]);
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
