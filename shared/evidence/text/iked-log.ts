/** What OpenIKED writes while it sets up a connection. A line is read by itself. */
import { NotifyType } from "../../ike/registry.ts";
import { ADDRESS, EXCHANGES, type ReadLine, readLines, rowOf, separateAt } from "./daemon-lines.ts";
import { type Format, oneByOne } from "./format.ts";
import { endpoint, showsOwnProbe } from "./ike-line.ts";

const IKED_HOST = String.raw`(\[?${ADDRESS}\]?)`;
const IKED_LINE = new RegExp(
  String.raw`^\s{0,8}(?:(?:[\w.-]{1,64} )?iked(?:\[\d{1,7}\])?: )?spi=0x([0-9a-f]{16}): (?:ikev2_\w{1,40}: )?(send|recv|retransmit)(?: (\d{1,3}))? (IKE_SA_INIT|IKE_AUTH|IKE_INTERMEDIATE|CREATE_CHILD_SA|INFORMATIONAL) (req|res) (\d{1,10}) peer ${IKED_HOST}:(\d{1,5}) local ${IKED_HOST}:(\d{1,5})(?:, (\d{1,6}) bytes)?`,
);
const IKED_PREFIX = /^\s{0,8}(?:(?:[\w.-]{1,64} )?iked(?:\[\d{1,7}\])?: )?spi=0x([0-9a-f]{16}): /;
const IKED_GAVE_UP = /retransmit limit reached(?: for req (\d{1,10}))?/;
/** The gateway's: it refuses a login, or takes it for accepted. */
const IKED_REFUSES = /\bikev2_send_auth_failed: authentication failed/;
const IKED_CAME_UP = /^\S{0,40}\s?spi=0x[0-9a-f]{16}: established peer /;
const IKED_REFUSED = /authentication failed notification from peer/;

const readIked: ReadLine = (row) => {
  const line = IKED_LINE.exec(row);
  if (line) {
    const [
      ,
      spi = "",
      verb,
      times,
      exchange = "",
      way,
      messageId,
      peer = "",
      peerPort,
      local = "",
      localPort,
      bytes,
    ] = line;
    const [there, here] = [endpoint(bare(peer), peerPort), endpoint(bare(local), localPort)];
    const sent = verb !== "recv";
    return {
      kind: verb === "retransmit" ? "sent-again" : "message",
      attempt: spi,
      initiatorSpi: spi,
      sent,
      ...EXCHANGES[exchange],
      messageId: Number(messageId),
      isResponse: way === "res",
      ...(sent ? { from: here, to: there } : { from: there, to: here }),
      ...(times !== undefined && { times: Number(times) }),
      ...(bytes !== undefined && { ikeBytes: Number(bytes) }),
    };
  }
  const spi = IKED_PREFIX.exec(row)?.[1];
  if (spi === undefined) return undefined;
  const own = { attempt: spi, initiatorSpi: spi };
  if (/\bvendor/i.test(row) && showsOwnProbe(row)) return { kind: "own-probe", sent: false, ...own };
  if (IKED_REFUSES.test(row)) return { kind: "refused", ...own, reason: "authentication" };
  if (IKED_CAME_UP.test(row)) return { kind: "came-up", ...own };
  const gaveUp = IKED_GAVE_UP.exec(row);
  if (!gaveUp && IKED_REFUSED.test(row)) {
    const notifies = [NotifyType.AUTHENTICATION_FAILED];
    return { kind: "payload", attempt: spi, initiatorSpi: spi, sent: false, notifies };
  }
  if (!gaveUp) return null;
  const messageId = gaveUp[1] === undefined ? {} : { messageId: Number(gaveUp[1]) };
  return { kind: "gave-up", attempt: spi, initiatorSpi: spi, sent: true, ...messageId };
};

/** An IPv6 address stands in brackets. */
const bare = (host: string): string => host.replace(/^\[|\]$/g, "");

/** OpenIKED, as it logs and as it prints with `-dv`. */
export const ikedLog: Format = {
  id: "iked-log",
  system: "OpenIKED",
  gives: "messages",
  isLog: true,
  source: "OpenIKED's source",
  knownFrom: "public",
  isHeading: () => false,
  isRow: (text) => {
    const row = rowOf(text);
    return row !== null && Boolean(readIked(row));
  },
  separate: separateAt(/(?<!\s)\s+(?=spi=0x[0-9a-f]{16}: )/, readIked),
  read: oneByOne(({ lines }) => readLines(lines, readIked)),
};
