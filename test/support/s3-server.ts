/** A real S3 server for tests: OpenStack Swift with its s3api, as `s3-server.py` beside this starts it. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import type { S3Settings } from "../../api/store/s3.ts";

/** Debian's own interpreter: its packages are in no other. */
const PYTHON = "/usr/bin/python3";
const PACKAGES = "swift-proxy swift-account swift-container swift-object";
const START_TIMEOUT_MS = 60_000;

/**
 * Whether the server can be had here.
 *
 * @returns `null`, or why not, for the tests that are skipped. Where everything has to run (`CI`), that it is
 * missing is an error
 */
export function whyNoS3Server(): string | null {
  const modules = "import swift.proxy.server, swift.account, swift.container, swift.obj.server, eventlet";
  const { status } = spawnSync(PYTHON, ["-c", modules], { stdio: "ignore" });
  if (status === 0) return null;
  const why = `OpenStack Swift is not installed (Debian: apt-get install ${PACKAGES})`;
  if (process.env.CI !== undefined && process.env.CI !== "") throw new Error(`Cannot test S3: ${why}`);
  console.warn(`Tests with a real S3 server are skipped: ${why}`);
  return why;
}

/** A server that runs. */
export interface S3Server {
  port: number;
  /** The settings for a bucket of this server. @param port of a proxy before it */
  settings(bucket: string, port?: number): S3Settings;
  /** The same as the environment has them. */
  environment(bucket: string, port?: number): Record<string, string>;
  makeBucket(bucket: string): Promise<void>;
  emptyBucket(bucket: string): Promise<void>;
  /** Removes a bucket, which must be empty. */
  removeBucket(bucket: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server on a free port of 127.0.0.1, with nothing in it. It ends with the process that asked. */
export async function startS3Server(): Promise<S3Server> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-s3-"));
  const script = join(import.meta.dirname, "s3-server.py");
  const child = spawn(PYTHON, [script, join(directory, "swift")], { stdio: ["pipe", "pipe", "pipe"] });
  const port = await readPort(child);
  const settings = (bucket: string, at = port): S3Settings => ({
    endpoint: `http://127.0.0.1:${at}`,
    region: "us-east-1",
    bucket,
    prefix: "",
    pathStyle: true,
    accessKeyId: "test:tester",
    secretAccessKey: "testing",
    sessionToken: null,
  });
  const { endpoint, region, accessKeyId, secretAccessKey } = settings("none");
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  return {
    port,
    settings,
    environment: (bucket, at = port) => ({
      IKEFRAG_S3_ENDPOINT: `http://127.0.0.1:${at}`,
      IKEFRAG_S3_BUCKET: bucket,
      IKEFRAG_S3_ACCESS_KEY_ID: accessKeyId,
      IKEFRAG_S3_SECRET_ACCESS_KEY: secretAccessKey,
    }),
    async makeBucket(bucket) {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
    },
    async emptyBucket(bucket) {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
    async removeBucket(bucket) {
      await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    },
    async stop() {
      client.destroy();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function readPort(child: ChildProcess): Promise<number> {
  let said = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new Error(`Cannot start Swift: ${why}\n${said}`));
    };
    const timer = setTimeout(() => fail("it did not become ready"), START_TIMEOUT_MS);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code) => fail(`it ended with exit code ${code}`));
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    child.stdout?.on("data", (chunk) => {
      const port = /^\d+$/m.exec(String(chunk))?.[0];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}
