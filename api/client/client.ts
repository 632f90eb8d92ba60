/**
 * A client of the interface, with a method for each operation. What the methods take and give is in
 * `operations.ts`, which is made from the same schemas as the interface itself.
 */
import { type Client, OPERATIONS, type ProblemDocument, type RequestOptions } from "./operations.ts";

export type * from "./operations.ts";

/** How to reach a service. */
export interface ClientOptions {
  /** Where it is, such as `https://ikefrag.example.com`. */
  url: string;
  /** An API token or the token of a run. */
  token?: string;
  /** Of the sentences, such as `ja`. */
  language?: string;
  /** In place of the runtime's own. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** The service refused a request, or could not do it. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly status: number;
  /**
   * The problem document, RFC 9457; `null` where something between answered that is no part of the service.
   */
  readonly problem: ProblemDocument | null;
  readonly headers: Headers;

  constructor(response: Response, problem: ProblemDocument | null) {
    super(problem?.detail ?? `The service answered with status ${response.status}`);
    this.status = response.status;
    this.problem = problem;
    this.headers = response.headers;
  }

  /** The end of the problem's `type`, such as `report-not-found`; `null` where there is no document. */
  get code(): string | null {
    return this.problem?.type.replace(/^.*\//, "") ?? null;
  }
}

type Input = Record<string, unknown>;

/** The parameters of a path, those of the query, and the body, in one object: no two have one name. */
function toRequest(id: keyof typeof OPERATIONS, input: Input, { url, token, language }: ClientOptions) {
  const [method, path, query, body] = OPERATIONS[id];
  const target = new URL(
    path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(input[name]))),
    url,
  );
  for (const name of query) if (input[name] !== undefined) target.searchParams.set(name, String(input[name]));
  const headers: Record<string, string> = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(language === undefined ? {} : { "accept-language": language }),
    ...(typeof input.idempotencyKey === "string" ? { "idempotency-key": input.idempotencyKey } : {}),
    ...(typeof input.ifMatch === "string" ? { "if-match": input.ifMatch } : {}),
  };
  if (!body || input.body === undefined) return { target, init: { method, headers } };
  const isJson = body === "json" && !(input.body instanceof FormData) && !isBytes(input.body);
  if (isJson) headers["content-type"] = "application/json";
  else if (typeof input.contentType === "string") headers["content-type"] = input.contentType;
  return {
    target,
    init: { method, headers, body: (isJson ? JSON.stringify(input.body) : input.body) as BodyInit },
  };
}

const isBytes = (body: unknown): boolean =>
  typeof body === "string" ||
  body instanceof Uint8Array ||
  body instanceof ArrayBuffer ||
  body instanceof Blob ||
  body instanceof ReadableStream;

async function problemOf(response: Response): Promise<ProblemDocument | null> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return null;
  return (await response.json().catch(() => null)) as ProblemDocument | null;
}

/**
 * A client. Its methods give the body of a success, parsed where it is JSON; else the response itself, to be
 * read or streamed; and nothing where there is no body.
 *
 * @throws {ProblemError} by each method, where the service says no
 */
export function createClient(options: ClientOptions): Client {
  const send = options.fetch ?? ((url, init) => fetch(url, init));
  const call =
    (id: keyof typeof OPERATIONS) =>
    async (input: Input = {}, { signal, headers = {} }: RequestOptions = {}) => {
      const { target, init } = toRequest(id, input, options);
      const response = await send(target.href, {
        ...init,
        headers: { ...init.headers, ...headers },
        ...(signal === undefined ? {} : { signal }),
        ...("body" in init && init.body instanceof ReadableStream ? { duplex: "half" } : {}),
      } as RequestInit);
      if (!response.ok) throw new ProblemError(response, await problemOf(response));
      if (response.status === 204) return undefined;
      return /^application\/json\b/.test(response.headers.get("content-type") ?? "")
        ? await response.json()
        : response;
    };
  const ids = Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[];
  return Object.fromEntries(ids.map((id) => [id, call(id)])) as unknown as Client;
}
