/** What a gateway's answers to begun logins tell beside how they travelled. */
import { readCertificate } from "../../ike/certificates/certificate.ts";
import { authoritiesIn } from "../../ike/keys/login.ts";
import type { PayloadBody } from "../../ike/keys/payload-bodies.ts";
import { notifyTypeOf } from "../../ike/keys/read-answer.ts";
import { NotifyType, PayloadType } from "../../ike/registry.ts";
import { ADDRESS_BYTES, addressText } from "../../packet/address.ts";
import type { GatewayAnswerFacts, GatewayCertificate } from "../../schema/rehearsal.ts";

/** Bytes of an identity before what it is: its type, and three reserved (RFC 7296 §3.5). */
const ID_HEADER_BYTES = 4;
/** What of a name is kept: no name in DNS is longer (RFC 1035 §2.3.4). */
const MAX_NAME_BYTES = 255;

/**
 * @param answer the payloads of the gateway's largest answer to IKE_AUTH; `null`: none was read
 * @param requestsInInit certification authorities that it named in its answer to IKE_SA_INIT
 * @param readAt ISO 8601
 */
export function gatewayFacts(
  answer: readonly PayloadBody[] | null,
  requestsInInit: number,
  readAt: string,
): GatewayAnswerFacts {
  const bodies = (type: number) => (answer ?? []).filter((p) => p.type === type).map(({ body }) => body);
  const [auth] = bodies(PayloadType.AUTH);
  const [identity] = bodies(PayloadType.IDr);
  const requests = bodies(PayloadType.CERTREQ).reduce(
    (sum, body) => sum + authoritiesIn(body),
    requestsInInit,
  );
  const isMobike = bodies(PayloadType.N).some((body) => notifyTypeOf(body) === NotifyType.MOBIKE_SUPPORTED);
  // RFC 4555 §3.1: it is said in the message with the SA payload, which a login that is not finished never
  // sees.
  const wouldSayMobike = bodies(PayloadType.SA).length > 0;
  return {
    ...readCertificates(bodies(PayloadType.CERT)),
    certificateRequests: Math.min(requests, 65_535),
    authMethod: auth?.[0] ?? null,
    mobike: isMobike ? true : wouldSayMobike ? false : null,
    identity: identity === undefined ? null : identityText(identity),
    readAt,
  };
}

/** CERT payloads that hold a certificate itself, RFC 7296 §3.6; others name one by its hash, or are lists. */
const X509_SIGNATURE = 4;
/** What a report has room for. */
const MOST_CERTIFICATES = 16;

function readCertificates(
  payloads: readonly Uint8Array[],
): Pick<GatewayAnswerFacts, "certificates" | "unreadableCertificates"> {
  const certificates: GatewayCertificate[] = [];
  const unreadableCertificates: string[] = [];
  for (const body of payloads.slice(0, MOST_CERTIFICATES)) {
    const encoding = body[0] ?? 0;
    if (encoding !== X509_SIGNATURE) {
      unreadableCertificates.push(`Cannot read a certificate of encoding ${encoding}`);
      continue;
    }
    const { certificate, why } = readCertificate(body.subarray(1));
    if (certificate === null) unreadableCertificates.push(why);
    else certificates.push(certificate);
  }
  return { certificates: payloads.length === 0 ? null : certificates, unreadableCertificates };
}

/** Who the gateway says it is, RFC 7296 §3.5; `null` where that is no text and no address. */
function identityText(body: Uint8Array): string | null {
  const data = body.subarray(ID_HEADER_BYTES);
  switch (body[0]) {
    case 1:
      return data.length === ADDRESS_BYTES[4] ? addressText(4, data, 0) : null;
    case 5:
      return data.length === ADDRESS_BYTES[6] ? addressText(6, data, 0) : null;
    case 2:
    case 3:
      return new TextDecoder().decode(data.subarray(0, MAX_NAME_BYTES)).replace(/\p{Cc}/gu, "\ufffd");
    default:
      return null;
  }
}
