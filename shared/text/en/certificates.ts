/** What the certificates of a gateway tell, which answered a login that was begun. English. */
export const certificates = {
  "finding.gateway-certificate.unknown":
    "What is in the gateway's certificates: no answer with certificates was read. It takes a login that is begun, which a gateway for user names (EAP) answers with them.",
  "finding.gateway-certificate-expired.own":
    'The gateway\'s certificate "{name}" expired on {at}: Windows refuses such a gateway (error 13801), and no MTU changes that. It has to be renewed at the gateway.',
  "finding.gateway-certificate-expired.issuer":
    'The certificate "{name}", which the gateway sends to prove its own one, expired on {at}: a client that has no newer one for the same authority refuses the gateway. The gateway needs the authority\'s present certificates.',
  "finding.gateway-certificate-expired.not-yet":
    'The certificate "{name}" of the gateway is valid only from {at} on: before that, clients refuse the gateway. Either it came into use too early, or a clock is wrong.',
  "finding.gateway-certificate-expired.clear":
    "The gateway's certificates were valid when they were read. Its own one is valid until {until}.",
  "finding.gateway-certificate-name.found":
    "The name {dialled} is not in the gateway's certificate, which is for {names}. Windows refuses a gateway whose certificate lacks the name that is dialled (error 13801). Dial a name that is in it, or get a certificate with {dialled} in its subjectAltName.",
  "finding.gateway-certificate-name.address":
    "The address {dialled} is not in the gateway's certificate, which is for {names}. If the VPN connection dials this address, Windows refuses the gateway (error 13801): dial a name that is in the certificate.",
  "finding.gateway-certificate-name.as-address":
    "The address {dialled} is in the gateway's certificate as an iPAddress entry alone. Windows compares it with dNSName entries: if the VPN connection dials this address, it ends in error 13801. Dial a name that is in the certificate, or add the address as a dNSName entry.",
  "finding.gateway-certificate-name.in-subject":
    "The gateway's certificate has {dialled} in its subject alone. Windows takes that; other clients want it in the subjectAltName.",
  "finding.gateway-certificate-name.clear": "The gateway's certificate is for {dialled}.",
  "finding.gateway-certificate-name.more":
    "Whether the gateway's certificate is for {dialled}: it has more names than are kept here, and {dialled} is not among those.",
  "finding.gateway-certificate-name.no-name":
    "Whether the gateway's certificate is for the name that is dialled: nobody said which name that is.",
  "finding.gateway-certificate-purpose.found":
    "The gateway's certificate is not for server authentication (the purpose serverAuth, 1.3.6.1.5.5.7.3.1): Windows refuses such a gateway (error 13801). It needs a certificate with this purpose.",
  "finding.gateway-certificate-purpose.none":
    "The gateway's certificate names no purpose. Windows asks for server authentication (serverAuth, 1.3.6.1.5.5.7.3.1) to be named: without it, connections can end in error 13801.",
  "finding.gateway-certificate-purpose.any":
    "Whether Windows takes the gateway's certificate: it is for any purpose, and does not name server authentication.",
  "finding.gateway-certificate-purpose.clear": "The gateway's certificate is for server authentication.",
  "finding.gateway-certificate-signature.found":
    'The certificate "{name}" of the gateway is signed with {hash}, which is no longer safe. Systems give up on such certificates one after the other: it should be replaced.',
  "finding.gateway-certificate-signature.clear":
    "The gateway's certificates are signed with hashes that are still safe.",
  "finding.gateway-certificate-issuer.found":
    'In answer to the login that was begun, the gateway sends its own certificate alone. It comes from a public authority, which always issues by an intermediate certificate, "{issuer}". A PC that does not have that one refuses the gateway (error 13801): let the gateway send it too.',
  "finding.gateway-certificate-issuer.others":
    'In answer to the login that was begun, the gateway sends other certificates beside its own one ({others}), but not the one that issued it, "{issuer}". If that is an intermediate certificate that the PC does not have, the gateway is refused (error 13801): let the gateway send it.',
  "finding.gateway-certificate-issuer.self-signed":
    "The gateway's certificate \"{name}\" is signed by itself: it is accepted only where this very certificate is among the computer's trusted roots.",
  "finding.gateway-certificate-issuer.alone":
    'Whether a certificate is missing: the gateway sends its own one alone, and nothing tells whether "{issuer}" is a root.',
  "finding.gateway-certificate-alone.found":
    'In answer to the login that was begun, the gateway sends its own certificate alone, issued by "{issuer}". If that is a root that the PC trusts, all is well. If it is an intermediate certificate, the gateway has to send it as well: a PC that does not have it refuses the gateway (error 13801).',
  "finding.gateway-certificate-alone.clear":
    "Nothing suggests that a certificate of the gateway's is missing.",
  "finding.gateway-certificate-issuer.clear":
    'The gateway sends its certificate with those above it, which lead to "{root}". The computer has to know that one: as a trusted root, or as an intermediate certificate of such a root.',
  "finding.gateway-certificate-error.found":
    "Windows's last VPN error is {code}: the login failed over a certificate or over who logs in. What is wrong with the gateway's certificates would explain it. This error is not about packet sizes: no MTU cures it.",
  "finding.gateway-certificate-error.alone":
    "Windows's last VPN error is {code}: the login failed over a certificate or over who logs in. Dates, purpose and name of the gateway's certificate do not explain it. Look whether \"{issuer}\" is a root that the PC trusts: if not, the gateway has to send it, or the PC lacks the root. Otherwise the gateway refused who logs in.",
  "finding.gateway-certificate-error.elsewhere":
    "Windows's last VPN error is {code}: the login failed over a certificate or over who logs in. What the gateway's certificates say does not explain it. Most likely the PC does not have \"{root}\" among its trusted roots, or the gateway refused the user's certificate or password.",
  "finding.gateway-certificate-error.unread":
    "Whether the gateway's certificate explains Windows's error {code}: no answer with certificates was read.",
  "finding.gateway-certificate-error.no-error":
    "Whether Windows refused the gateway's certificate: no VPN error of the last days was found.",
  "finding.gateway-certificate-error.clear": "Windows's last VPN error is not about certificates.",
  "finding.gateway-certificate-sizes.found":
    "The gateway's answer is an IKE message of {ikeBytes} bytes, as it holds certificates ({certificates}, of {fragments} bytes; the gateway's own key is {key}) and a signature. With ECDSA keys and signatures (P-256) in their place it would be about {withEcdsa} bytes.",
  "finding.gateway-certificate-sizes.root":
    "The gateway's answer is an IKE message of {ikeBytes} bytes, as it holds certificates ({certificates}, of {fragments} bytes; the gateway's own key is {key}) and a signature. One of them is the root, which clients have anyway: without it, {withoutRoot} bytes would be left. With ECDSA keys and signatures (P-256) in all of them it would be about {withEcdsa} bytes.",
  "finding.gateway-certificate-sizes.small-keys":
    "The gateway's answer is an IKE message of {ikeBytes} bytes, with certificates ({certificates}, of {fragments} bytes; the gateway's own key is {key}). Keys and signatures are small already: only fewer or shorter certificates would make it smaller.",
  "finding.gateway-certificate-requests.found":
    "The gateway names the certification authorities that it accepts (CERTREQ): {count}, which take {bytes} bytes of its messages.",
  "finding.gateway-certificate-requests.clear":
    "The gateway names no certification authorities (CERTREQ) in what was read.",
  "finding.gateway-certificate-requests.unknown":
    "How many certification authorities the gateway names (CERTREQ): no answer of it was read for that.",
  "action.gateway-certificate":
    "Let the gateway's administrator put its certificates right: the report says what is wrong with them. Until then a PC can refuse the gateway, even where every packet arrives.",
} as const;
