/**
 * Objects in a bucket that speaks S3: of AWS, of R2 by its S3 endpoint, or of what is run at home (Swift,
 * MinIO, Ceph and others). Clones know less than AWS, so this asks for little: no checksums but those that
 * the signature needs, no deletes of many keys at once (they demand a checksum), no conditional writes.
 *
 * It is loaded only where S3 is configured: the SDK is larger than all of ikefrag's own code.
 */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { multipartWriter } from "./multipart-writer.ts";
import type { BlobStore } from "./port.ts";
import { StoreUnavailableError } from "./unavailable.ts";

/** Where the bucket is, and who may use it. */
export interface S3Settings {
  /** The server's origin. */
  endpoint: string;
  region: string;
  bucket: string;
  /** What all keys begin with: empty, or ending with `/`. */
  prefix: string;
  /** Whether the bucket stands in the path, and not in the host's name. */
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | null;
}

/** How long the bucket is waited for, in milliseconds. */
export interface S3Patience {
  /** For a connection, on Node and Deno. */
  connectMs: number;
  /** For the answer to one request; one that carries a large object, or a part of one, gets `partMs`. */
  answerMs: number;
  partMs: number;
  /** For an operation with all its retries. */
  operationMs: number;
  /** For the next bytes of an object; and for its reader to want them, after which the connection goes. */
  bytesMs: number;
  readerMs: number;
}
/** For a server that is near or far, on a line that carries a part of 5 MiB in half a minute. */
export const PATIENCE: S3Patience = {
  connectMs: 3_000,
  answerMs: 5_000,
  partMs: 30_000,
  operationMs: 15_000,
  bytesMs: 10_000,
  readerMs: 60_000,
};

/** How often one request is sent: the first time, and again after what may pass (5xx, cut connections). */
const ATTEMPTS = 3;
const KEYS_A_PAGE = 1000;
/** What an object has at most that is written as fast as any request is answered. */
const SMALL_BYTES = 256 * 1024;
/** How many deletes of one call are under way at once; Workers have no more connections than these. */
const DELETES_AT_ONCE = 6;
/** How many requests are under way at once. Those beyond wait here, where it is no sign of a slow server. */
const REQUESTS_AT_ONCE = 32;

/** What a runtime or a test decides. */
export interface S3Options {
  patience?: S3Patience;
  keysAPage?: number;
  /**
   * On Workers there must be no bound: they end a request without a word when its caller goes, and what it
   * held for the others would be held for ever. They bound connections themselves.
   */
  requestsAtOnce?: number;
}
/** The one key that is no object's: what {@link checkS3} writes, reads and deletes. */
const CHECK_KEY = "start-check";

/**
 * What the client would look up in the environment, in files of the home directory and in the system, if it
 * were not told: the operator's other AWS settings are not ours, and Deno asks for a permission for each.
 */
const NOTHING_FROM_OUTSIDE = {
  defaultsMode: "standard",
  authSchemePreference: [],
  sigv4aSigningRegionSet: [],
  disableClockSkewCorrection: false,
  disableS3ExpressSessionAuth: true,
  useArnRegion: false,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: "ikefrag",
  defaultUserAgentProvider: async (): Promise<[string, string][]> => [["ikefrag", "S3"]],
} satisfies S3ClientConfig & Record<string, unknown>;

/** What a bucket refuses with, in words for the operator. */
const REFUSALS: Readonly<Record<string, string>> = {
  NoSuchBucket: "there is no such bucket",
  InvalidAccessKeyId: "the access key ID is unknown there",
  SignatureDoesNotMatch: "the secret access key is wrong, or the access key ID",
  AccessDenied: "the access key may not",
  ExpiredToken: "the session token has expired",
  InvalidToken: "the session token is wrong",
  RequestTimeTooSkewed: "this machine's clock is wrong",
  PermanentRedirect: "the bucket is in another region",
  AuthorizationHeaderMalformed: "the region is wrong",
  InvalidBucketName: "the bucket's name is not valid",
};

interface Failure {
  name?: unknown;
  code?: unknown;
  message?: unknown;
  cause?: unknown;
  $metadata?: { httpStatusCode?: number };
}
const failureOf = (error: unknown): Failure => (error ?? {}) as Failure;
const nameOf = (error: unknown): string => String(failureOf(error).name);

/** What a failed connection is called where `fetch` is used; the client tries again after it. */
const FETCH_FAILED = "Failed to fetch";

/** Why something failed, and whether it may pass by itself. It quotes no answer: only names and numbers. */
function explain(error: unknown): { why: string; retryHelps: boolean } {
  if (error instanceof Observed) return { why: error.message, retryHelps: true };
  const { code, message, cause, $metadata } = failureOf(error);
  const name = nameOf(error);
  const status = $metadata?.httpStatusCode;
  const refusal = REFUSALS[name];
  if (refusal !== undefined) return { why: `${refusal} (${name})`, retryHelps: false };
  // A refusal without a body, as the answer to HEAD is.
  if (status === 401 || status === 403)
    return { why: `the access key may not (${status})`, retryHelps: false };
  if (status !== undefined && status >= 300) {
    return { why: `it answers ${status} (${name})`, retryHelps: status >= 500 || status === 429 };
  }
  if (status !== undefined) return { why: "its answer cannot be read", retryHelps: false };
  if (name === "TimeoutError" || name === "AbortError")
    return { why: "it does not answer", retryHelps: true };
  const reason = code ?? failureOf(cause).code ?? message;
  return { why: `the connection fails (${String(reason)})`, retryHelps: true };
}

/** Whether an error tells of a mistake in this code, and not of a bucket or the way there. */
const isOurs = (error: unknown): boolean =>
  (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) &&
  error.message !== FETCH_FAILED &&
  failureOf(error).code === undefined &&
  failureOf(error).$metadata?.httpStatusCode === undefined;

const timedOut = (): Error => Object.assign(new Error("It takes too long"), { name: "TimeoutError" });
/** What we see ourselves, and no library says. Its message is for the operator as it is. */
class Observed extends Error {}

/**
 * Runs something later. Where the runtime knows of that, a process may end before.
 *
 * @returns what stops it
 */
function start(run: () => void, ms: number): () => void {
  const timer: unknown = setTimeout(run, ms);
  if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as NodeJS.Timeout).unref();
  return () => clearTimeout(timer as number);
}

/** A gate that so many pass at once, in the order in which they came. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  constructor(most: number) {
    this.#free = most;
  }
  async pass<T>(patience: { waitMs: number; late: () => Error }, run: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else {
      await new Promise<void>((resolve, reject) => {
        const enter = () => {
          stop();
          resolve();
        };
        const stop = start(() => {
          this.#waiting.splice(this.#waiting.indexOf(enter), 1);
          reject(patience.late());
        }, patience.waitMs);
        this.#waiting.push(enter);
      });
    }
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}

/** The client, and the bucket that each of its requests is about. */
class Bucket {
  readonly #client: S3Client;
  readonly #patience: S3Patience;
  readonly #prefix: string;
  readonly #gate: Gate;
  /** What errors call it. */
  readonly where: string;
  readonly name: string;

  constructor(settings: S3Settings, { patience = PATIENCE, requestsAtOnce = REQUESTS_AT_ONCE }: S3Options) {
    this.#patience = patience;
    this.#gate = new Gate(requestsAtOnce);
    this.#prefix = settings.prefix;
    this.name = settings.bucket;
    this.where = `bucket ${settings.bucket} at ${settings.endpoint}`;
    const { accessKeyId, secretAccessKey, sessionToken } = settings;
    this.#client = new S3Client({
      endpoint: settings.endpoint,
      region: settings.region,
      forcePathStyle: settings.pathStyle,
      credentials: { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) },
      ...NOTHING_FROM_OUTSIDE,
      maxAttempts: ATTEMPTS,
      retryMode: "standard",
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
      // Deno has no `continue` event, and would wait six seconds for it before each part.
      expectContinueHeader: false,
      requestHandler: {
        connectionTimeout: patience.connectMs,
        requestTimeout: patience.answerMs,
        throwOnRequestTimeout: true,
        // The gate bounds requests. A bound here would count objects that are being read, and a wait for a
        // free connection would look like a server that takes none.
        httpAgent: { maxSockets: Number.POSITIVE_INFINITY },
        httpsAgent: { maxSockets: Number.POSITIVE_INFINITY },
        // On Workers alone. workerd says in words of its own that a connection failed; with these the client
        // tries again.
        customFetch: (request: Request) =>
          fetch(request).catch((error) => {
            if (request.signal.aborted) throw error;
            throw new TypeError(FETCH_FAILED, { cause: error });
          }),
      },
    });
  }

  keyOf(key: string): string {
    return `${this.#prefix}${key}`;
  }
  /** `null`: somebody else's, for the bucket may be shared. */
  ownKey(key: string): string | null {
    return key.startsWith(this.#prefix) ? key.slice(this.#prefix.length) : null;
  }
  of(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: this.keyOf(key) };
  }

  unavailable(act: string, error: unknown): StoreUnavailableError {
    const { why, retryHelps } = explain(error);
    return new StoreUnavailableError(`Cannot ${act} in ${this.where}: ${why}`, { retryHelps, cause: error });
  }

  /**
   * Runs a request until it has an answer, or until it takes too long with all its retries. What is still
   * under way then is cut.
   *
   * @param act what could not be done, where it fails
   * @param how.large whether it carries bytes that take their time
   * @param how.given ends it early
   */
  run<T>(
    act: string,
    request: (client: S3Client, options: { abortSignal: AbortSignal; requestTimeout: number }) => Promise<T>,
    { large = false, given }: { large?: boolean; given?: AbortSignal } = {},
  ): Promise<T> {
    const { operationMs, answerMs, partMs } = this.#patience;
    const late = () => this.unavailable(act, new Observed("too many requests wait for it"));
    return this.#gate.pass({ waitMs: partMs, late }, async () => {
      const limit = new AbortController();
      const cut = () => limit.abort();
      const stop = start(cut, large ? partMs * 2 : operationMs);
      given?.addEventListener("abort", cut, { once: true });
      if (given?.aborted) cut();
      try {
        // The client ends a request at the signal; but not a pause between two, nor an answer that was begun.
        return await Promise.race([
          request(this.#client, { abortSignal: limit.signal, requestTimeout: large ? partMs : answerMs }),
          new Promise<never>((_, reject) => {
            limit.signal.addEventListener("abort", () => reject(timedOut()));
          }),
        ]);
      } catch (error) {
        throw isOurs(error) ? error : this.unavailable(act, error);
      } finally {
        stop();
        given?.removeEventListener("abort", cut);
      }
    });
  }

  /**
   * The bytes of an answer, held to the length that it announced. A server that stops in the middle gives the
   * reader an error; and so that connections never run out, a reader that stops loses its stream.
   */
  bytesOf(body: ReadableStream<Uint8Array>, length: number | undefined): ReadableStream<Uint8Array> {
    const { bytesMs, readerMs } = this.#patience;
    const reader = body.getReader();
    let left = length ?? Number.NaN;
    let stopWaiting = () => {};
    const fail = (controller: ReadableStreamDefaultController, error: unknown) => {
      reader.cancel().catch(() => {});
      controller.error(this.unavailable("read an object", error));
    };
    const waitForReader = (controller: ReadableStreamDefaultController) => {
      stopWaiting = start(() => fail(controller, new Observed("nobody reads on")), readerMs);
    };
    return new ReadableStream<Uint8Array>(
      {
        start: waitForReader,
        pull: async (controller) => {
          stopWaiting();
          let stop = () => {};
          const late = new Promise<never>((_, reject) => {
            stop = start(() => reject(timedOut()), bytesMs);
          });
          try {
            const { done, value } = await Promise.race([reader.read(), late]);
            if (value !== undefined) left -= value.length;
            if (done && left > 0) throw new Observed(`it ends ${left} bytes early`);
            if (done) return controller.close();
            controller.enqueue(value);
            waitForReader(controller);
          } catch (error) {
            fail(controller, error);
          } finally {
            stop();
          }
        },
        cancel: (reason) => {
          stopWaiting();
          return reader.cancel(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/** A response's body, which is a stream of Node there, as a stream of the web. */
function toWebStream(body: unknown): ReadableStream<Uint8Array> {
  if (body === undefined) return new Response(new Uint8Array()).body as ReadableStream<Uint8Array>;
  return (body as { transformToWebStream(): ReadableStream<Uint8Array> }).transformToWebStream();
}

/**
 * The objects of a bucket. Nothing is asked of it before the first call.
 *
 * A bucket lists its keys in order but for AWS's directory buckets (`--x-s3`), which this cannot use.
 */
export function s3BlobStore(settings: S3Settings, options: S3Options = {}): BlobStore {
  const { keysAPage = KEYS_A_PAGE } = options;
  const bucket = new Bucket(settings, options);

  const put = async (key: string, bytes: Uint8Array): Promise<void> => {
    await bucket.run(
      "write an object",
      (client, options) => client.send(new PutObjectCommand({ ...bucket.of(key), Body: bytes }), options),
      { large: bytes.length > SMALL_BYTES },
    );
  };

  /** Whether an object of this length is there. */
  const isThere = async (key: string, bytes: number): Promise<boolean> => {
    const head = await bucket.run("read an object", (client, options) =>
      client.send(new HeadObjectCommand(bucket.of(key)), options),
    );
    return head.ContentLength === bytes;
  };

  const begin = async (key: string) => {
    const { UploadId } = await bucket.run("write an object", (client, options) =>
      client.send(new CreateMultipartUploadCommand(bucket.of(key)), options),
    );
    const of = { ...bucket.of(key), UploadId };
    const given = new AbortController();
    let sending: Promise<unknown> = Promise.resolve();
    return {
      async send(number: number, bytes: Uint8Array): Promise<CompletedPart> {
        const sent = bucket.run(
          "write an object",
          (client, options) =>
            client.send(new UploadPartCommand({ ...of, PartNumber: number, Body: bytes }), options),
          { large: true, given: given.signal },
        );
        sending = sent.catch(() => {});
        const { ETag } = await sent;
        return { PartNumber: number, ETag };
      },
      async complete(parts: CompletedPart[], bytes: number): Promise<void> {
        try {
          await bucket.run(
            "write an object",
            (client, options) =>
              client.send(
                new CompleteMultipartUploadCommand({ ...of, MultipartUpload: { Parts: parts } }),
                options,
              ),
            { large: true },
          );
        } catch (error) {
          // The answer to an earlier attempt was lost, and the object stands.
          const lost = error instanceof StoreUnavailableError && nameOf(error.cause) === "NoSuchUpload";
          if (!(lost && (await isThere(key, bytes)))) throw error;
        }
      },
      async abort(): Promise<void> {
        given.abort();
        await sending; // a part that arrives after the upload was given up would stay
        // What cannot be given up now is no object, and removeUnfinished() drops it later.
        await bucket
          .run("give an upload up", (client, options) =>
            client.send(new AbortMultipartUploadCommand(of), options),
          )
          .catch(() => {});
      },
    };
  };

  return {
    keysARequest: { list: keysAPage, delete: 1 },
    put,
    writer: (key) => multipartWriter({ put: (bytes) => put(key, bytes), begin: () => begin(key) }),
    async ping() {
      // Not HEAD: an answer without a body does not tell a missing bucket from a missing object.
      await (await this.get(CHECK_KEY))?.cancel();
    },
    async get(key) {
      const found = await bucket.run("read an object", async (client, options) => {
        try {
          return await client.send(new GetObjectCommand(bucket.of(key)), options);
        } catch (error) {
          if (nameOf(error) === "NoSuchKey") return null;
          throw error;
        }
      });
      return found === null ? null : bucket.bytesOf(toWebStream(found.Body), found.ContentLength);
    },
    async delete(keys) {
      const waiting = [...keys];
      const deleteSome = async () => {
        for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
          const command = new DeleteObjectCommand(bucket.of(key));
          await bucket.run("delete an object", (client, options) =>
            client.send(command, options).catch((error) => {
              if (nameOf(error) !== "NoSuchKey") throw error;
            }),
          );
        }
      };
      await Promise.all(Array.from({ length: DELETES_AT_ONCE }, deleteSome));
    },
    async *list({ prefix = "", after = "" } = {}) {
      let token: string | undefined;
      do {
        const command = new ListObjectsV2Command({
          Bucket: bucket.name,
          Prefix: bucket.keyOf(prefix),
          MaxKeys: keysAPage,
          ...(token === undefined ? {} : { ContinuationToken: token }),
          ...(token === undefined && after !== "" ? { StartAfter: bucket.keyOf(after) } : {}),
        });
        const page = await bucket.run("list objects", (client, options) => client.send(command, options));
        for (const { Key = "", Size = 0, LastModified } of page.Contents ?? []) {
          const key = bucket.ownKey(Key);
          if (key === null || key === CHECK_KEY || LastModified === undefined) continue;
          yield { key, bytes: Size, modifiedAt: LastModified };
        }
        // A server that sends the same page for ever would keep the caller for ever.
        if (page.IsTruncated && page.NextContinuationToken === token) {
          throw bucket.unavailable("list objects", new Observed("its pages do not end"));
        }
        token = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },
    async removeUnfinished(before, most) {
      const { Uploads } = await bucket.run("list uploads", (client, options) =>
        client.send(
          new ListMultipartUploadsCommand({ Bucket: bucket.name, Prefix: bucket.keyOf("") }),
          options,
        ),
      );
      const old = (Uploads ?? [])
        .filter(({ Initiated }) => Initiated !== undefined && Initiated < before)
        .slice(0, most);
      for (const { Key, UploadId } of old) {
        await bucket.run("give an upload up", (client, options) =>
          client
            .send(new AbortMultipartUploadCommand({ Bucket: bucket.name, Key, UploadId }), options)
            .catch((error) => {
              if (nameOf(error) !== "NoSuchUpload") throw error;
            }),
        );
      }
      return old.length;
    },
  };
}

/**
 * Writes, reads, lists and deletes one small object, so that a wrong setting shows at the start and not with
 * the first user. What is there under its key is of no matter: instances that start at once may meet.
 *
 * @throws {StoreUnavailableError} that says what the bucket does not let us do, and why
 */
export async function checkS3(settings: S3Settings, patience: S3Patience = PATIENCE): Promise<void> {
  const store = s3BlobStore(settings, { patience });
  await store.put(CHECK_KEY, new TextEncoder().encode("ikefrag"));
  await (await store.get(CHECK_KEY))?.pipeTo(new WritableStream());
  await store.list({ prefix: CHECK_KEY })[Symbol.asyncIterator]().next();
  await store.delete([CHECK_KEY]);
}
