/** How large a login is by the computer's settings, and what makes it large. English. */
export const logins = {
  "finding.predicted-login.found":
    "Going by this computer's settings, its login is an IKE message of {ike} bytes. Number of IP packets at an MTU of {mtu}: {packets}; of IKE fragments of Windows's size (RFC 7383): {ikeFragments}. {which}",
  "finding.predicted-login.agrees":
    "Going by this computer's settings, its login is an IKE message of {ike} bytes; the capture shows {captured}. Number of IP packets at an MTU of {mtu}: {packets}; of IKE fragments of Windows's size (RFC 7383): {ikeFragments}. {which}",
  "finding.predicted-login.differs":
    "Going by this computer's settings, its login is an IKE message of {ike} bytes, but the capture shows {captured}: that one used another certificate, listed another number of roots, or comes from another computer. Number of IP packets expected at an MTU of {mtu}: {packets}; of IKE fragments of Windows's size (RFC 7383): {ikeFragments}. {which}",
  "login.parts.certificate":
    "Its parts, in bytes: who logs in (IDi) {identity}, certificates (CERT) {certificates}, the list of the {roots} roots that it trusts (CERTREQ) {requests}, signature (AUTH) {auth}, other payloads {rest}, header and encryption {frame}.",
  "login.parts.choices":
    "Which of {choices} certificates it takes is not known. Its parts, in bytes: who logs in (IDi) {identity}, certificates (CERT) {certificates}, the list of the {roots} roots that it trusts (CERTREQ) {requests}, signature (AUTH) {auth}, other payloads {rest}, header and encryption {frame}.",
  "login.parts.eap":
    "With EAP it has no certificate and no signature. Its parts, in bytes: who logs in (IDi) {identity}, the list of the {roots} roots that it trusts (CERTREQ) {requests}, other payloads {rest}, header and encryption {frame}.",
  "finding.predicted-login.no-settings":
    "How large a login of this computer is: nobody read its settings. The agent for Windows does.",
  "finding.predicted-login.no-profile":
    "How large a login of this computer is: no IKEv2 connection to this gateway is among its settings.",
  "finding.predicted-login.no-certificate":
    "How large a login of this computer is: its certificate for the login could not be read.",
  "finding.predicted-login.no-roots":
    "How large a login of this computer is: how many roots it trusts is not known.",
  "finding.predicted-login.no-sizes":
    "How large a login of this computer is: the sizes that its settings lead to are none of a real login.",
  "finding.login-certificate-large.found":
    "The computer's certificate makes its login larger: with an ECDSA key (P-256) in place of the RSA key it would be an IKE message of up to {smaller} bytes instead of {bytes}, and leave in {fewer} instead of {packets} IP packets.",
  "finding.login-certificate-large.chain":
    "If Windows sends the certificates above the computer's own one too, they make its login larger: without them it would be an IKE message of up to {smaller} bytes instead of {bytes}, and leave in {fewer} instead of {packets} IP packets.",
  "finding.login-certificate-large.clear":
    "Neither an ECDSA key nor a shorter chain of certificates would change in how many IP packets the login leaves: {packets}.",
  "finding.login-certificate-large.eap":
    "The computer's login message has no certificate in it, so that another certificate would not make it smaller.",
  "finding.login-roots-many.found":
    "The list of the {roots} roots that the computer trusts (CERTREQ) takes {bytes} bytes of its login. With {kept} or fewer it would leave in {fewer} instead of {packets} IP packets.",
  "finding.login-roots-many.clear":
    "The list of the {roots} roots that the computer trusts (CERTREQ) takes {bytes} bytes of its login. A shorter list alone would not change in how many IP packets it leaves: {packets}.",
  "note.predicted-packets":
    "Going by this computer's settings, its login is an IKE message of {ike} bytes. Number of IP packets at an MTU of {mtu}: {packets}.",
} as const;
