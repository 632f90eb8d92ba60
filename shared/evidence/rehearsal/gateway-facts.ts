/** What a gateway's answers to begun logins tell beside how they travelled. */
import { readCertificate } from "../../ike/certificates/certificate.ts";
import { authoritiesIn } from "../../ike/keys/login.ts";
import type { PayloadBody } from "../../ike/keys/payload-bodies.ts";
import { PayloadType } from "../../ike/registry.ts";
import type { GatewayAnswerFacts, GatewayCertificate } from "../../schema/rehearsal.ts";

/**
 * What findings need, and no more: whom the gateway says it is (IDr) may be a person's e-mail address, and
 * MOBIKE is announced only in the last message of a login (RFC 4555 §3.1), which none that is begun gets to.
 *
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
  const requests = bodies(PayloadType.CERTREQ).reduce(
    (sum, body) => sum + authoritiesIn(body),
    requestsInInit,
  );
  return {
    ...readCertificates(bodies(PayloadType.CERT)),
    certificateRequests: Math.min(requests, 65_535),
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
