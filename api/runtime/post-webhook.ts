/**
 * Posts to receivers of webhooks from Node.js and Deno. A name is resolved for the connection itself, and so
 * the address that is looked at is the one that is connected to, whatever the name leads to a moment later.
 */
import { Buffer } from "node:buffer";
import { lookup as resolve } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "../../shared/packet/address.ts";
import { type Config, type Deps, WEBHOOK_ANSWER_BYTES, type WebhookAnswer } from "../deps.ts";
import { NOT_PUBLIC } from "../webhooks/url.ts";

/** Resolves a name, unless one of its addresses is not public: then it is given none. */
const onlyPublic =
  (lookup: typeof resolve): LookupFunction =>
  (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = error ?? whyNot(addresses.map(({ address }) => address));
      const [first] = addresses ?? [];
      if (refused !== null || first === undefined) callback(refused ?? new Error("no address"), "", 0);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });

const whyNot = (addresses: string[]): Error | null =>
  addresses.every(isPublicAddress) ? null : new Error(`the URL ${NOT_PUBLIC}`);

/** @param lookup resolves names, as that of node:dns */
export const postWebhook =
  (
    { webhookTimeoutMs, webhooksPrivate }: Pick<Config, "webhookTimeoutMs" | "webhooksPrivate">,
    lookup = resolve,
  ): Deps["postWebhook"] =>
  (url, headers, body) =>
    new Promise<WebhookAnswer>((done, fail) => {
      const over = AbortSignal.timeout(webhookTimeoutMs);
      const failed = (error: Error): void =>
        fail(over.aborted ? new Error(`no answer within ${webhookTimeoutMs} ms`) : error);
      const request = (url.protocol === "https:" ? requestHttps : requestHttp)(url, {
        method: "POST",
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        // A connection of its own: none is used again that was made when a name led elsewhere.
        agent: false,
        signal: over,
        ...(webhooksPrivate ? {} : { lookup: onlyPublic(lookup) }),
      });
      request.on("error", failed);
      request.on("response", (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        const finish = (): void => {
          const text = Buffer.concat(chunks).subarray(0, WEBHOOK_ANSWER_BYTES).toString("utf8");
          const retryAfter = response.headers["retry-after"] ?? null;
          done({ status: response.statusCode ?? 0, text, retryAfter });
          request.destroy();
        };
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes >= WEBHOOK_ANSWER_BYTES) finish();
        });
        // The status is what counts, even where the rest of the answer never comes.
        response.on("error", finish);
        response.on("end", finish);
      });
      request.end(body);
    });
