/** Candidates: what speaks for and against what else it may be, and what would decide. English. */
export const candidates = {
  "candidate.outbound-fragments-too-large":
    "Not ruled out, and common: the login is too large for one packet, and many mobile and tunnelled networks lose IP fragments above some size.",
  "candidate.outbound-fragments-dropped":
    "Not ruled out: the login is too large for one packet, and some firewalls and mobile operators drop every IP fragment.",
  "candidate.inbound-fragments-lost":
    "Not ruled out: the gateway's answer with its certificate is often too large for one packet, and its IP fragments may be lost on the way to this PC.",
  "candidate.ike-auth-unanswered":
    "Not ruled out: an IKE_AUTH that stays unanswered is the usual way in which such a login fails.",
  "candidate.path-mtu-black-hole":
    "Not ruled out: part of the way may carry smaller packets than this PC sends, with no router saying so.",
  "candidate.path-mtu-reduced":
    "Not ruled out: tunnels and PPPoE lines carry smaller packets than this PC's interface. By itself that seldom makes a VPN fail.",
  "candidate.ike-fragments-too-large":
    "Not ruled out: if both sides use IKE fragmentation (RFC 7383), its fragments may be larger than the path carries.",
  "candidate.ike-fragments-lost":
    "Not ruled out: if both sides use IKE fragmentation (RFC 7383), one of its fragments may never arrive.",
  "candidate.udp-500-blocked":
    "Not ruled out: guest and company networks may block UDP port 500, where the login begins.",
  "candidate.udp-4500-blocked":
    "Not ruled out: behind a NAT the login goes on from UDP port 500 to port 4500, and some networks block that port alone.",
  "candidate.gateway-unreachable":
    "Not ruled out: guest networks often block UDP ports 500 and 4500 both, and then nothing of the login reaches the gateway.",
  "candidate.gateway-rejects":
    "Not ruled out: the gateway may refuse the certificate, the password or the encryption settings.",
  "candidate.slow-gateway": "Not ruled out: the gateway may answer so late that the client has given up.",
  "candidate.not-ikev2": "Not ruled out: the VPN may be of another kind, such as L2TP or SSTP.",
  "candidate.esp-mtu":
    "Not ruled out: the login may succeed, and only large packets inside the tunnel be lost.",
  "candidate.healthy": "Not ruled out: the path may be in order, and the failure past or elsewhere.",
  "sign.no-ike": "Among the {frames} packets of the capture there is none of IKE.",
  "sign.answers-alone": "Answers of the gateway are in the capture, though the requests are not.",
  "sign.nothing-more-arrives":
    "At the gateway its answer to IKE_SA_INIT leaves, and in the {seconds} s after it nothing of the client's arrives.",
  "sign.answered-again":
    "The gateway answered IKE_AUTH {answers} times: it answers again only when it is asked again.",
  "sign.auth-of-unknown-size":
    "{exchange} was sent (requests: {requests}) and no answer is seen. How large it was is not in the evidence.",
  "sign.short-wait":
    "The capture ends within {seconds} s of the first request: a later answer would not be in it.",
  "sign.gave-up":
    "By its log, the VPN software repeated the request until it gave up ({requests} times in all): no answer came, not even a refusal.",
  "sign.long-wait": "In {seconds} s no answer came, not even a refusal.",
  "sign.nothing-large-yet":
    "It fails at the first message, which is small: nothing that needs IP fragments was sent yet.",
  "sign.init-unanswered": "No answer to IKE_SA_INIT is seen (requests: {requests}).",
  "sign.silent-refusal":
    "A gateway may keep silent to a proposal that it does not accept, instead of refusing it.",
  "sign.ends-after-init-untimed":
    "The text ends with IKE_SA_INIT: what followed the gateway's answer is not in it.",
  "sign.ends-after-init":
    "The capture ends {seconds} s after IKE_SA_INIT: what followed the gateway's answer is not in it.",
  "sign.no-auth-follows":
    "The gateway answered IKE_SA_INIT, and in the {seconds} s after it no IKE_AUTH is seen.",
  "sign.ike-fragments-unanswered":
    "{exchange} was sent {requests} times in {total} IKE fragments of at most {ipBytes} bytes (as IP packets), and got no answer.",
  "sign.opening-was-answered": "A client sends {exchange} only after the gateway's answer to IKE_SA_INIT.",
  "sign.small-enough":
    "Its packets have at most {ipBytes} bytes, and nearly every path carries these: their size is hardly the reason.",
  "sign.sent-in-ike-fragments":
    "{exchange} was sent in IKE fragments, each of them one packet: nothing of it left as IP fragments.",
  "sign.answers-in-ike-fragments":
    "A gateway that is sent IKE fragments should answer in IKE fragments too (RFC 7383), which need no IP fragments.",
  "sign.larger-answer-fragments":
    "The IKE fragments of the gateway's answer may be larger than the client's.",
  "sign.no-ike-fragments": "{exchange} was not sent in IKE fragments.",
  "sign.auth-fragments-unanswered":
    "{exchange} left as IP fragments of {fragments} bytes, {requests} times, and no answer is seen.",
  "sign.large-fragments":
    "The largest IP fragment has {ipBytes} bytes, which is more than some mobile and tunnelled links carry.",
  "sign.small-auth-unanswered":
    "{exchange} fits one packet ({ipBytes} bytes), was sent {requests} times, and no answer is seen.",
  "sign.large-packet": "It left as one packet of {ipBytes} bytes, which is more than some paths carry.",
  "sign.large-answer": "The answer to a small request may well be large: it holds the gateway's certificate.",
  "sign.nothing-from-4500": "In this capture nothing came from the gateway's UDP port 4500.",
  "sign.answer-in-part":
    "Parts of the gateway's answers ({datagrams}) did arrive, so the request had reached it.",
  "sign.lost-once": "That happened once only, as it may by chance.",
  "sign.login-answered": "IKE_AUTH was answered.",
  "sign.answered-late": "The answer is there only after {requests} requests.",
  "sign.tunnel-not-seen":
    "Whether large packets pass in the tunnel afterwards is not in the evidence: hardly any were sent.",
  "sign.tunnel-answers": "Packets came back through the tunnel, so the login was accepted.",
  "sign.refusal-inside":
    "IKE_AUTH is encrypted: a refusal in it, or in a later message, would look like any other answer.",
  "sign.tunnel-carries":
    "The tunnel carried packets of up to {outbound} bytes to the gateway and {inbound} bytes from it.",
  "sign.whole-packets-pass": "Whole packets of {pathMtu} bytes reach the gateway.",
  "sign.some-host-passes":
    "Pings of {passed} bytes (as IP packets) get a reply. Whether they went to the gateway is not known.",
  "sign.lost-without-df":
    'Pings of {pathMtu} bytes (as IP packets) pass, those of {lost} bytes do not. They were sent without "do not fragment", so it may be IP fragments that are lost on the way.',
  "sign.split-ping-passes":
    "A ping with {payload} bytes of data, too large for one packet, was answered: its IP fragments pass both ways.",
  "sign.router-told": "A router said that the next link carries {pathMtu} bytes.",
  "sign.small-interface":
    "This PC's interface has an MTU of {mtu}: its packets are as small as nearly every path carries.",
  "sign.no-login-tried":
    "The test sends no credentials: what the gateway says to the user's own login is not known.",
  "decider.error-code":
    "The number of the VPN error in Windows's event log (application log, source RasClient, event 20227).",
  "decider.longer-capture":
    "A capture on this PC that goes on for half a minute after the connection was started.",
  "decider.tunnel-ping": "Pings of growing size through the VPN, once it is connected.",
  "decider.pings": 'Pings of growing size to the gateway itself, with "do not fragment" set.',
  "decider.small-messages":
    "A run of ikefrag's test on this network: its small messages to UDP ports 500 and 4500.",
  "decider.large-messages":
    "A run of ikefrag's test on this network: its large messages, whole and as IP fragments.",
  "decider.smaller-mtu":
    "A run of ikefrag's test as administrator: it sends smaller IP fragments, for the test alone.",
  "decider.later": "The same test again after some minutes, once the gateway has forgotten these attempts.",
  "decider.capture":
    "A capture of the failing login on this PC, filtered by the gateway's address and not by port.",
  "decider.gateway-capture":
    "A capture at the gateway during the same login: which packets arrive there, and which leave.",
  "decider.other-network":
    "The same login over another network, such as a phone's: if it works there, the path is the cause.",
} as const;
