/**
 * English. `{name}` stands for a parameter. What is uncertain is said as uncertain; every number says which size it is.
 */
export const en = {
  "confidence.high": "high",
  "confidence.medium": "medium",
  "confidence.low": "low",
  "direction.outbound": "from this PC to the gateway",
  "direction.inbound": "from the gateway to this PC",
  "direction.both": "both ways",
  "direction.undetermined": "not yet known which way",

  "verdict.outbound-fragments-too-large.title": "IP fragments from this PC get lost",
  "verdict.outbound-fragments-too-large.sentence":
    "The gateway answers small messages, but large ones, which leave this PC in pieces, do not reach it.",
  "verdict.outbound-fragments-too-large.explanation":
    "To log in, an IKEv2 VPN sends a message too large for one packet. It leaves as several IP fragments, and somewhere on the way to the gateway these are lost. If only fragments above some size are lost, a smaller MTU on this PC makes them small enough to pass.",
  "verdict.outbound-fragments-too-large.title.low": "IP fragments from this PC seem to get lost",
  "verdict.outbound-fragments-too-large.sentence.low":
    "Large messages, which leave this PC in pieces, seem not to reach the gateway. Most likely the pieces are too large; but it may also be that pieces of every size are lost, or some by chance.",
  "verdict.outbound-fragments-too-large.explanation.low":
    "To log in, an IKEv2 VPN sends a message too large for one packet. It leaves as several IP fragments, and on the way to the gateway these seem to get lost. If only fragments above some size do, a smaller MTU on this PC helps. If all of them do, it does not, and IKE fragmentation (RFC 7383) or another network is needed.",
  "verdict.outbound-fragments-dropped.title": "The way to the gateway drops all IP fragments",
  "verdict.outbound-fragments-dropped.sentence":
    "IP fragments from this PC do not reach the gateway, however small they are made.",
  "verdict.outbound-fragments-dropped.explanation":
    "Something on the way, often the mobile operator's or a firewall's equipment, throws away every packet that was split. A smaller MTU only makes more pieces, so it will not help.",
  "verdict.outbound-fragments-dropped.remedy":
    "The gateway has to accept IKE fragmentation (RFC 7383), which needs no IP fragments, or another network has to be used.",
  "verdict.inbound-fragments-lost.title": "The gateway's large answers get lost on the way back",
  "verdict.inbound-fragments-lost.sentence": "The gateway's large answers do not reach this PC completely.",
  "verdict.inbound-fragments-lost.explanation":
    "What this PC sends arrives; what the gateway sends back in pieces does not. This PC's MTU acts only on what this PC sends, so changing it will not help.",
  "verdict.inbound-fragments-lost.remedy":
    "The gateway has to send smaller messages: IKE fragmentation (RFC 7383).",
  "verdict.inbound-fragments-lost.remedy.low":
    "If that is it, the gateway has to send smaller messages: IKE fragmentation (RFC 7383).",
  "verdict.inbound-fragments-lost.title.low":
    "The gateway's large answers may be getting lost on the way back",
  "verdict.inbound-fragments-lost.sentence.low":
    "Most likely the gateway's large answers, which come in pieces, get lost on the way to this PC; but it may also be that the gateway gave no answer, or that something was lost by chance.",
  "verdict.inbound-fragments-lost.explanation.low":
    "Large messages from this PC arrive; what should have come back in pieces did not, or not whole. A gateway that gives no answer, or something that drops only large pings, would look the same. If the pieces are lost on the way back, changing this PC's MTU will not help: it acts only on what this PC sends.",
  "verdict.ike-auth-unanswered.title": "The login message gets no answer",
  "verdict.ike-auth-unanswered.sentence":
    "The gateway answered the first message, but never the large one that follows, which left this PC in pieces.",
  "verdict.ike-auth-unanswered.explanation":
    "The connection begins well: the gateway answers IKE_SA_INIT. The next message, IKE_AUTH, carries certificates and is too large for one packet. It was sent several times as IP fragments and nothing came back. Probably these fragments, or the gateway's, are lost on the way; which of the two cannot be seen from this side alone. That nothing came back does not mean that the answer was lost: the request itself may never have arrived.",
  "verdict.ike-auth-unanswered.title.low": "No answer to the login message was seen",
  "verdict.ike-auth-unanswered.sentence.low":
    "The gateway answered the first message; to the large one that follows, which left this PC in pieces, no answer came while the capture ran. Most likely something got lost on the way; but the capture ends soon after, so the gateway may just be slow.",
  "verdict.ike-auth-unanswered.explanation.low":
    "The connection begins well: the gateway answers IKE_SA_INIT. The next message, IKE_AUTH, carries certificates and is too large for one packet. It was sent several times as IP fragments. If these fragments, or the gateway's, are lost on the way, which of the two cannot be seen from this side alone: that nothing came back does not mean that the answer was lost, the request itself may never have arrived.",
  "verdict.path-mtu-black-hole.title": "Large packets vanish on the way",
  "verdict.path-mtu-black-hole.sentence":
    "Packets above a certain size vanish between this PC and the gateway, and no router says so.",
  "verdict.path-mtu-black-hole.explanation":
    "Part of the way carries smaller packets than this PC sends. A router should say so with a Packet Too Big message, but none arrives, so large packets are lost in silence. An MTU that fits the path avoids this.",
  "verdict.path-mtu-black-hole.title.low": "Large packets seem to vanish on the way",
  "verdict.path-mtu-black-hole.sentence.low":
    "Packets above a certain size seem to vanish between this PC and the gateway, and no router says so. That is the likeliest explanation; but something that drops only large pings, or packets that left in pieces after all, would look the same.",
  "verdict.path-mtu-black-hole.explanation.low":
    "If that is so, part of the way carries smaller packets than this PC sends, and the Packet Too Big message in which a router should say so does not arrive. An MTU that fits the path then avoids the loss. As other explanations remain, any MTU given here is a trial.",
  "verdict.path-mtu-reduced.title": "The path is narrower than the interface, and says so",
  "verdict.path-mtu-reduced.sentence":
    "The way to the gateway carries smaller packets than this PC's interface, and a router says so.",
  "verdict.path-mtu-reduced.explanation":
    "This is how it should be: Windows learns the smaller size and keeps to it. It seldom needs a change, and by itself it is no reason for a VPN to fail.",
  "verdict.ike-fragments-too-large.title": "IKE fragments are too large for the path",
  "verdict.ike-fragments-too-large.sentence":
    "IKE fragmentation is in use, but its fragments are larger than the path carries.",
  "verdict.ike-fragments-too-large.explanation":
    "Whoever sends these fragments has to make them smaller. Most gateways have a setting for it; VPN clients usually have none.",
  "verdict.ike-fragments-too-large.title.low": "IKE fragments may be too large for the path",
  "verdict.ike-fragments-too-large.sentence.low":
    "IKE fragmentation is in use, and most likely its fragments are larger than the path carries; but a blocked port 4500, a gateway that keeps silent, or a loss by chance would look the same.",
  "verdict.ike-fragments-too-large.explanation.low":
    "If so, whoever sends these fragments has to make them smaller. Most gateways have a setting for it; VPN clients usually have none.",
  "verdict.ike-fragments-lost.title": "IKE fragments go missing",
  "verdict.ike-fragments-lost.sentence":
    "IKE fragmentation is in use, but some of its fragments do not arrive.",
  "verdict.ike-fragments-lost.explanation":
    "Something on the way loses single packets of a burst. The MTU has nothing to do with it.",
  "verdict.ike-fragments-lost.title.low": "IKE fragments may be going missing",
  "verdict.ike-fragments-lost.sentence.low":
    "IKE fragmentation is in use, and most likely some of its fragments do not arrive; but a gateway that refuses in silence, or a loss by chance, would look the same.",
  "verdict.ike-fragments-lost.explanation.low":
    "If so, something on the way loses single packets of a burst. The MTU has nothing to do with it.",
  "verdict.udp-500-blocked.title": "UDP port 500 is blocked",
  "verdict.udp-500-blocked.sentence": "The gateway answers on UDP port 4500, but not on port 500.",
  "verdict.udp-500-blocked.explanation":
    "IKEv2 begins on UDP port 500. A firewall on this network, at the operator or at the gateway lets nothing through there. It is not a matter of packet sizes: the MTU does not help.",
  "verdict.udp-500-blocked.title.low": "UDP port 500 may be blocked",
  "verdict.udp-500-blocked.sentence.low":
    "The gateway answered on UDP port 4500, but not on port 500. Most likely the port is blocked; but it may also be that the gateway stopped answering during the test.",
  "verdict.udp-500-blocked.explanation.low":
    "IKEv2 begins on UDP port 500. If a firewall on this network, at the operator or at the gateway lets nothing through there, it is not a matter of packet sizes: the MTU does not help.",
  "verdict.udp-4500-blocked.title": "UDP port 4500 is blocked",
  "verdict.udp-4500-blocked.sentence": "The gateway answers on UDP port 500, but not on port 4500.",
  "verdict.udp-4500-blocked.explanation":
    "After its first message IKEv2 moves to UDP port 4500. Even small messages get no answer there, so a firewall blocks the port. It looks like lost fragments, but it is not a matter of packet sizes: the MTU does not help.",
  "verdict.udp-4500-blocked.title.low": "UDP port 4500 may be blocked",
  "verdict.udp-4500-blocked.sentence.low":
    "The gateway answered on UDP port 500, but not on port 4500. Most likely the port is blocked; but it may also be that the gateway stopped answering during the test, or answers no test messages on this port.",
  "verdict.udp-4500-blocked.explanation.low":
    "After its first message IKEv2 moves to UDP port 4500. If a firewall blocks it, that looks like lost fragments, but is not a matter of packet sizes: the MTU does not help.",
  "verdict.gateway-unreachable.title": "The gateway cannot be reached",
  "verdict.gateway-unreachable.sentence": "The gateway does not answer at all.",
  "verdict.gateway-unreachable.explanation":
    "Even the smallest message gets no answer. The address may be wrong, the gateway may be down, or everything to it is blocked. As long as nothing answers, nothing can be said about packet sizes.",
  "verdict.gateway-unreachable.title.low": "The gateway may be out of reach",
  "verdict.gateway-unreachable.sentence.low":
    "The gateway did not answer on UDP port 500, the only one that was tried. Most likely it cannot be reached; but it may also be that just this port is blocked.",
  "verdict.gateway-unreachable.explanation.low":
    "The address may be wrong, the gateway may be down, or everything to it, or this port alone, is blocked. As long as nothing answers, nothing can be said about packet sizes.",
  "verdict.gateway-rejects.title": "The gateway answers, and refuses",
  "verdict.gateway-rejects.sentence": "The gateway was reached, and refused the connection.",
  "verdict.gateway-rejects.explanation":
    "Messages get through both ways. The gateway does not accept what was offered or who asks: look at proposals, certificates and credentials. The MTU does not help.",
  "verdict.gateway-rejects.title.low": "The gateway answers, and refuses what the test offered",
  "verdict.gateway-rejects.sentence.low":
    "The gateway was reached, and refused the test's own proposals. Most likely it wants others than the usual ones; whether it refuses this VPN's as well, or something else is the matter, is not known.",
  "verdict.gateway-rejects.explanation.low":
    "Messages get through both ways. If the gateway refuses the VPN's proposals too, look at proposals, certificates and credentials: then the MTU does not help.",
  "verdict.slow-gateway.title": "The gateway answers late",
  "verdict.slow-gateway.sentence":
    "The connection comes up, but some answers came late, or only after the request was repeated.",
  "verdict.slow-gateway.explanation":
    "Everything arrived in the end, so packet sizes are not the problem. Either the gateway or what it asks (RADIUS, certificate checks) is slow, or single packets were lost.",
  "verdict.not-ikev2.title": "This is not IKEv2",
  "verdict.not-ikev2.sentence": "The connection uses another kind of VPN than IKEv2.",
  "verdict.not-ikev2.explanation": "What ikefrag knows of IKEv2 does not apply to it.",
  "verdict.esp-mtu.title": "The VPN connects, but large packets inside it get lost",
  "verdict.esp-mtu.sentence": "The VPN comes up; large packets inside the tunnel do not get through.",
  "verdict.esp-mtu.explanation":
    "The MTU of the VPN's own interface has to be smaller, so that packets still fit the path after encryption.",
  "verdict.esp-mtu.title.low": "The VPN connects, but large packets inside it may be getting lost",
  "verdict.esp-mtu.sentence.low":
    "The VPN comes up, and most likely large packets inside the tunnel do not get through; but it may also be that none were sent back.",
  "verdict.esp-mtu.explanation.low":
    "If so, the MTU of the VPN's own interface has to be smaller, so that packets still fit the path after encryption.",
  "verdict.healthy.title": "Nothing in the way",
  "verdict.healthy.sentence": "Everything that was asked was answered.",
  "verdict.healthy.explanation":
    "On this network, at this moment, small and large messages reach the gateway. If the VPN still fails, fragmentation and MTU are not the likely cause: look at the error code and the gateway's log.",
  "verdict.healthy.title.low": "Nothing found in the way, as far as could be tested",
  "verdict.healthy.sentence.low":
    "Small and large messages to the gateway were answered; but whether large answers from the gateway arrive here could not be shown. Most likely nothing is in the way; a loss on the way back remains possible.",
  "verdict.healthy.explanation.low":
    "On this network, at this moment, small and large messages reach the gateway. If the VPN fails all the same, either what the gateway sends back in pieces is lost, or the cause is another one: look at the error code and the gateway's log.",
  "verdict.insufficient-evidence.title": "Not enough to tell",
  "verdict.insufficient-evidence.sentence": "The evidence does not prove any cause.",
  "verdict.insufficient-evidence.explanation":
    "What was seen is listed below, and so are the causes that it neither shows nor rules out.",
  "verdict.decide": "What would decide it: {next}.",
  "explanation.gateway-offers":
    "The gateway offers IKE fragmentation (RFC 7383). A VPN client that uses it sends and gets small packets instead of IP fragments, and connects over this path all the same. Windows can from Windows 10 version 1803 on (the command winver shows the version). If the VPN does not connect, its client most likely does not use it: update an older Windows or another VPN client, or switch it on in its settings.",

  "finding.gateway-unresolved.found": "The name {gateway} has no address on this network.",
  "finding.gateway-unresolved.clear": "The gateway's address is known.",
  "finding.gateway-unresolved.unknown": "Whether the gateway's name resolves was not tested.",
  "finding.gateway-unreachable.found":
    "Small IKE messages to UDP ports 500 and 4500 got no answer after three tries each.",
  "finding.gateway-unreachable.capture":
    "{requests} IKE_SA_INIT requests got no answer. Port 4500 was not tried in this capture.",
  "finding.gateway-unreachable.clear": "The gateway answers small IKE messages.",
  "finding.gateway-unreachable.unknown":
    "Whether the gateway answers at all: needs small IKE messages to ports 500 and 4500, three tries each.",
  "finding.udp-port-blocked.found":
    "Small IKE messages to UDP port {port} got no answer after three tries; on port {other} the gateway answered.",
  "finding.udp-port-blocked.clear": "The gateway answers on UDP port {port}.",
  "finding.udp-port-blocked.unknown":
    "Whether UDP port {port} is open: needs a small IKE message to it, three tries.",
  "finding.gateway-rejects.notify": "The gateway answered {notify} ({type}).",
  "finding.gateway-rejects.small-response":
    "The gateway's encrypted answer to IKE_AUTH is only {ikeLength} bytes of IKE. Up to {most} bytes hold nothing but an error message.",
  "finding.gateway-rejects.clear": "No refusal by the gateway was seen.",
  "finding.gateway-rejects.unknown": "Whether the gateway accepts the login: no answer to IKE_AUTH was seen.",
  "finding.probe-proposal-refused.found":
    "The gateway is alive, but refused the probe's own proposals with {notify} ({type}). Whether it refuses the user's as well is not known.",
  "finding.probe-proposal-refused.clear": "The gateway accepted the probe's proposals.",
  "finding.probe-proposal-refused.unknown": "Which proposals the gateway accepts was not tested.",
  "finding.ike-fragmentation.gateway":
    "The gateway does not offer IKE fragmentation (RFC 7383): large messages have to be split into IP fragments.",
  "finding.ike-fragmentation.client":
    "The client does not offer IKE fragmentation (RFC 7383): large messages have to be split into IP fragments.",
  "finding.ike-fragmentation.clear": "Both sides can use IKE fragmentation (RFC 7383).",
  "finding.ike-fragmentation.unknown":
    "Whether the gateway offers IKE fragmentation (RFC 7383): needs an answered IKE_SA_INIT.",
  "finding.not-ikev2.ikev1": "The messages are IKEv1 (L2TP/IPsec or an older VPN), not IKEv2.",
  "finding.not-ikev2.profile": "The VPN profile for this gateway is of type {tunnelType}.",
  "finding.not-ikev2.clear": "The messages are IKEv2.",
  "finding.not-ikev2.unknown": "Which kind of VPN it is was not seen.",
  "finding.outbound-fragments.no-baseline":
    "Whether IP fragments arrive: cannot be tested while small messages get no answer.",
  "finding.outbound-fragments.not-tested":
    "Whether IP fragments from this PC arrive: needs an IKE message larger than the interface MTU.",
  "finding.outbound-fragments.doubtful":
    "Whether IP fragments from this PC arrive: the gateway stopped answering small messages too, so nothing can be concluded.",
  "finding.outbound-fragments.path-mtu":
    "Whether IP fragments from this PC arrive: whole packets of that size are lost already.",
  "finding.outbound-fragments.clear":
    "Messages of {sizes} bytes (as one IP packet), which left in pieces, were answered: IP fragments arrive.",
  "finding.outbound-fragments.some":
    "Messages of {sizes} bytes (as one IP packet), which left in pieces, got no answer; those of {passed} bytes did.",
  "finding.outbound-fragments.too-large":
    "Messages of {sizes} bytes (as one IP packet) got no answer in pieces made for this PC's MTU; with an MTU of {cap} for the test alone they were answered.",
  "finding.outbound-fragments.dropped":
    "Messages of {sizes} bytes (as one IP packet) got no answer in pieces, and making the pieces smaller (MTU {caps} for the test alone) did not help.",
  "finding.outbound-fragments.size-unknown":
    "Messages of {sizes} bytes (as one IP packet), which left in pieces of up to {fragments} bytes, got no answer, while small ones did in between. The answer would have been tiny, so it is the way out that loses them. Whether smaller pieces pass was not tested.",
  "finding.inbound-fragments.only-last":
    "Of the gateway's answers ({datagrams}) only later fragments arrived, never the first.",
  "finding.inbound-fragments.only-first":
    "Of the gateway's answers ({datagrams}) the first fragment arrived, never the last.",
  "finding.inbound-fragments.some": "The gateway's answers ({datagrams}) arrived with fragments missing.",
  "finding.inbound-fragments.by-exclusion":
    "IKE_AUTH got no answer, while probes just as large do reach the gateway: its answer was lost, or it gave none.",
  "finding.inbound-fragments.clear": "Answers in several fragments arrived completely.",
  "finding.inbound-fragments.unknown":
    "Whether the gateway's fragments arrive here: no fragmented answer was seen.",
  "finding.large-echo.found":
    "A ping with {payload} bytes of data, which goes and comes in pieces, got no answer, while whole pings and large IKE messages did: the gateway's fragments seem to be lost. Something that drops only fragmented pings would look the same.",
  "finding.large-echo.like-reflector":
    "A ping with {payload} bytes of data, which goes and comes in pieces, got no answer, while whole pings and large IKE messages did: the gateway's fragments are lost, as the test server's are.",
  "finding.large-echo.only-from-gateway":
    "A ping to the gateway with {payload} bytes of data, which goes and comes in pieces, got no answer, though a test server's datagrams in pieces do reach this PC: something at or near the gateway drops its pieces. Often that is a firewall which minds pings in pieces alone; whether it also drops those of the VPN cannot be seen from here.",
  "finding.large-echo.clear": "A ping that goes and comes in pieces was answered.",
  "finding.large-echo.translated":
    "Whether the gateway's fragments arrive here: this network may translate IPv4 to IPv6, where large pings fail by design.",
  "finding.large-echo.unknown": "Whether a ping in pieces is answered could not be compared.",
  "finding.reflection.pieces-lost":
    "A test server on the internet (the reflector) sent datagrams of {sizes} bytes (as IP packets), which leave it in pieces: none arrived here. Whole packets of {whole} bytes and small ones from it did, before and after. So pieces are lost on the way to this PC.",
  "finding.reflection.large-lost":
    "Of what a test server on the internet (the reflector) sent, nothing large arrived here, neither whole nor in pieces ({sizes} bytes as IP packets), while small packets did, before and after: large packets are lost on the way to this PC.",
  "finding.reflection.clear":
    "Datagrams in pieces from a test server on the internet (the reflector) arrived: the way to this PC carries pieces.",
  "finding.reflection.own-way":
    "Whether pieces arrive here, by the test server's datagrams: large packets from the gateway itself do arrive, so what the test server's lack lies on its own way.",
  "finding.reflection.outbound":
    "Whether pieces arrive here, by the test server's datagrams: it is not shown that this PC's own messages in pieces reach the gateway.",
  "finding.reflection.not-asked": "Whether pieces from elsewhere arrive here: no test server was asked.",
  "finding.reflection.unknown":
    "Whether pieces from elsewhere arrive here: the test server gave no answers that could be compared.",
  "finding.ike-auth-unanswered.found":
    "{exchange} ({ikeLength} bytes of IKE) was sent {requests} times as IP fragments of {fragments} bytes; in the {seconds} s that the capture goes on after the last one nothing came back.",
  "finding.ike-auth-unanswered.too-few":
    "{exchange} ({ikeLength} bytes of IKE) was sent {requests} times without an answer, but the capture is too short to call that silence: it takes three.",
  "finding.ike-auth-unanswered.clear": "IKE_AUTH was answered.",
  "finding.ike-auth-unanswered.unknown":
    "Whether IKE_AUTH is answered: needs a capture of the failing connection with a fragmented IKE_AUTH in it.",
  "finding.path-mtu-black-hole.found":
    "Whole packets of {pathMtu} bytes reach the gateway, those of {lost} bytes do not, and no router says why. Path MTU: {pathMtu} bytes or a little more.",
  "finding.path-mtu-black-hole.clear": "Whole packets of up to {pathMtu} bytes reach the gateway.",
  "finding.path-mtu-black-hole.unknown":
    "How large an unsplit packet may be on the way to the gateway was not measured.",
  "finding.large-ping-lost.found":
    "Whole pings of up to {pathMtu} bytes (as IP packets) get a reply, those of {lost} bytes do not. Something on the way may carry no larger packets, in one direction or the other, or drop large pings alone.",
  "finding.large-ping-lost.clear": "Large packets that are not split arrive.",
  "finding.large-ping-lost.unknown": "Whether only large pings get no reply was not compared.",
  "finding.path-mtu-reduced.found": "A router said that packets are too big; up to {pathMtu} bytes pass.",
  "finding.path-mtu-reduced.clear": "No router said that packets are too big.",
  "finding.slow-gateway.found":
    "An answer came after {milliseconds} ms, when the request had been sent {requests} times.",
  "finding.slow-gateway.clear": "Answers came promptly.",
  "finding.slow-gateway.unknown": "How long the gateway takes to answer: no completed connection was seen.",
  "finding.healthy.capture": "IKE_SA_INIT and IKE_AUTH were answered.",
  "finding.healthy.both-ways":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (in pieces) were answered, and a large ping came back in pieces.",
  "finding.healthy.reflected":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (in pieces) were answered, and a test server's datagrams arrived in pieces.",
  "finding.healthy.outbound":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (in pieces) were answered. Whether large answers come back in pieces was not shown.",
  "finding.healthy.unknown": "Not everything that a working connection needs was seen to work.",
  "finding.ping.refused-locally":
    "A ping with {payload} bytes of data passed: that is an IP packet of {ipBytes} bytes. The one with {refused} bytes ({refusedIpBytes} as a packet) was refused by this PC itself, as larger than its own MTU: it was never sent and measures nothing.",
  "finding.ping.passed":
    "A ping with {payload} bytes of data passed: that is an IP packet of {ipBytes} bytes.",
  "finding.ping.unknown": 'No ping with "do not fragment" was answered.',
  "finding.ping-target.found": "The ping went to {target}, not to the VPN gateway: it measures another way.",
  "finding.ping-target.clear": "The pings went to the VPN gateway.",
  "finding.ping-target.unknown": "Whether the pings went to the VPN gateway is not known.",
  "finding.capture.port-filter":
    "This capture was taken with a port filter, which hides all fragments but the first: it cannot show what became of them.",
  "finding.capture.drops":
    "The capture itself lost {packets} packets: what is missing in it may have been on the wire.",
  "finding.capture.one-way":
    "The capture shows a login without the answer to IKE_SA_INIT that must have come before it: it does not show what the gateway sends.",

  "finding.ike-fragments.not-used": "IKE fragmentation (RFC 7383) was not seen in use.",
  "finding.ike-fragments.arrived": "Answers in several IKE fragments arrived completely.",
  "finding.ike-fragments-too-large.measured":
    "The client's IKE fragments make IP packets of {ipBytes} bytes, and the path carries only {pathMtu}.",
  "finding.ike-fragments-too-large.split-again":
    "The client's IKE fragments are too large for its own interface: each was split again into IP fragments of {fragments} bytes, and no answer came.",
  "finding.ike-fragments-too-large.only-last":
    "Of the gateway's answer in {total} IKE fragments only the last and smallest arrived ({ipBytes} bytes as an IP packet).",
  "finding.ike-fragments-too-large.unknown":
    "Whether IKE fragments are too large for the path: the path MTU was not measured.",
  "finding.ike-fragments-lost.inbound":
    "Of the gateway's answer in {total} IKE fragments (seen {times} times) these were missing each time: {missing}.",
  "finding.ike-fragments-lost.varying":
    "The gateway's answer in {total} IKE fragments was seen {times} times, each time with other fragments missing.",
  "finding.ike-fragments-lost.no-answer":
    "IKE_AUTH was sent {requests} times in {total} IKE fragments of at most {ipBytes} bytes (as IP packets) and got no answer. Packets as small as that pass every path, so their size is not the reason.",
  "finding.ike-fragments-lost.unknown":
    "Whether IKE fragments get lost: no unanswered message in IKE fragments was seen.",
  "finding.small-auth-unanswered.found":
    "IKE_AUTH fits one packet ({ipBytes} bytes), was sent {requests} times and got no answer. It cannot have been lost for being split: port 4500 may be blocked, the gateway's answer may be lost, or the gateway keeps silent.",
  "finding.small-auth-unanswered.clear": "No IKE_AUTH that fits one packet went unanswered.",
  "finding.small-auth-unanswered.unknown": "No IKE_AUTH was seen.",
  "finding.large-init.found":
    "The first message, IKE_SA_INIT, is itself larger than one packet: it left as IP fragments of {fragments} bytes and got no answer. IKE fragmentation (RFC 7383) does not apply to this message.",
  "finding.large-init.clear": "IKE_SA_INIT fits one packet, or was answered.",
  "finding.large-init.unknown": "No IKE_SA_INIT was seen.",
  "finding.gateway-guarded.found":
    "The gateway asked for a COOKIE: it guards itself against too many attempts. Try again after a minute.",
  "finding.gateway-guarded.from-the-start":
    "From the start the gateway asked for a COOKIE, as one does under load, or after several attempts from one address, such as those of the VPN itself. The test went on with messages that cost it nothing.",
  "finding.gateway-guarded.stopped":
    "During the test the gateway began to ask for a COOKIE: it guards itself against too many attempts. The test ended there, to spare it, so what is said here rests on what was measured until then.",
  "finding.gateway-guarded.clear": "The gateway did not ask for a COOKIE.",
  "finding.gateway-guarded.unknown": "Whether the gateway guards itself with COOKIEs was not seen.",
  "finding.esp-mtu.packet-too-big":
    "A router said that packets of the tunnel are too big: {ipBytes} bytes as an IP packet, and the next link carries {nextHopMtu}.",
  "finding.esp-mtu.pieces":
    "Packets of the tunnel came from the gateway in pieces, and pieces were missing ({packets} frames).",
  "finding.esp-mtu.stalled":
    "Packets of up to {largest} bytes went into the tunnel, and nothing larger than {back} bytes came back: large packets may be lost inside it.",
  "finding.esp-mtu.clear": "Nothing shows that large packets of the tunnel are lost.",
  "finding.esp-mtu.unknown": "Whether large packets of the tunnel get through: no tunnel was seen.",
  "finding.esp-one-way.found":
    "The connection comes up, but of {packets} packets sent into the tunnel none was answered: ESP is blocked on the way, or the gateway does not forward.",
  "finding.esp-one-way.clear": "Packets come back out of the tunnel.",
  "finding.esp-one-way.unknown": "Whether packets come back out of the tunnel: no tunnel was seen.",
  "finding.ras-code.refused":
    "Windows's last VPN error is {code}: it says that the gateway answered, and speaks against packet sizes.",
  "finding.ras-code.other-vpn":
    "Windows's last VPN error is {code}: it belongs to another kind of VPN than IKEv2.",
  "finding.ras-code.neutral":
    "Windows's last VPN error is {code}: it says nothing about packet sizes either way.",
  "finding.ras-code.unknown": "No VPN error of the last days was found in Windows's event log.",
  "finding.unsteady.found":
    "A message in pieces ({ipBytes} bytes as one IP packet) was answered only at try {tries}: fragments get lost now and then.",
  "finding.unsteady.clear": "Messages in pieces were answered at once.",
  "finding.unsteady.unknown": "How steadily fragments arrive was not measured.",
  "finding.translated-path.nat64":
    "The gateway has a NAT64 address (64:ff9b::): IPv4 is carried over IPv6 on this network.",
  "finding.translated-path.clat":
    "This PC has an address of a 464XLAT translator (192.0.0.x): IPv4 is carried over IPv6 on this network.",
  "finding.translated-path.path-mtu":
    "The path MTU of {pathMtu} bytes is 20 less than a common IPv6 link's: IPv4 may be carried over IPv6. Fragments then have to be 8 bytes smaller than whole packets.",
  "finding.translated-path.hotspot":
    "This PC has an address of an iPhone's hotspot: such networks may carry IPv4 over IPv6.",
  "finding.translated-path.clear": "No sign that IPv4 is carried over IPv6.",
  "finding.translated-path.unknown": "Whether IPv4 is carried over IPv6 is not known.",
  "finding.known-link.clear": "A path MTU of {pathMtu} bytes does not tell what kind of line it is.",
  "finding.known-link.unknown": "No path MTU below the interface's was measured.",
  "link.1496": "A path MTU of 1496 bytes: seen where a phone's USB tether loses frames of full size.",
  "link.1492": "A path MTU of 1492 bytes is typical of PPPoE lines.",
  "link.1480":
    "A path MTU of 1480 bytes is typical of IPv4 in an IP tunnel, and of IPv4 carried over IPv6 by translation.",
  "link.1476": "A path MTU of 1476 bytes is typical of GRE tunnels.",
  "link.1464": "A path MTU of 1464 bytes is typical of IPv4 fragments carried over IPv6 on a PPPoE line.",
  "link.1460": "A path MTU of 1460 bytes is typical of DS-Lite and MAP-E (IPv4 in IPv6).",
  "link.1454": "A path MTU of 1454 bytes is typical of NTT Flet's PPPoE lines.",
  "link.1440": "A path MTU of 1440 bytes is typical of WireGuard tunnels over IPv4.",
  "link.1420": "A path MTU of 1420 bytes is typical of WireGuard tunnels.",
  "link.1280": "A path MTU of 1280 bytes is the smallest that IPv6 allows, and common in tunnels.",

  "finding.answered-elsewhere.found":
    "The same gateway answered IKE_AUTH in {good} and not in {bad}: the network between them makes the difference, not the gateway's settings or the credentials.",
  "finding.answered-elsewhere.clear": "The captures do not differ in whether IKE_AUTH is answered.",
  "finding.answered-elsewhere.unknown":
    "A second capture, from a network where it works, would show what differs.",
  "compare.verdict": "verdict: {from} → {to}",
  "compare.verdict.same": "verdict: {value}",
  "compare.gateway": "gateway's address: {from} → {to}",
  "compare.gateway.same": "gateway's address: {value}",
  "compare.family": "IP version: {from} → {to}",
  "compare.family.same": "IP version: {value}",
  "compare.interface": "interface to the gateway: {from} → {to}",
  "compare.interface.same": "interface to the gateway: {value}",
  "compare.mtu": "interface MTU: {from} → {to} bytes",
  "compare.mtu.same": "interface MTU: {value} bytes",
  "compare.fragments": "IKE_AUTH as IP packets: {from} → {to} bytes",
  "compare.fragments.same": "IKE_AUTH as IP packets: {value} bytes",
  "compare.answered": "IKE_AUTH answered: {from} → {to}",
  "compare.answered.same": "IKE_AUTH answered: {value}",
  "compare.path-mtu": "largest whole packet that passed: {from} → {to} bytes",
  "compare.path-mtu.same": "largest whole packet that passed: {value} bytes",
  "compare.outbound": "IP fragments from this PC arrive: {from} → {to}",
  "compare.outbound.same": "IP fragments from this PC arrive: {value}",
  "compare.took-effect": "The change that is recommended for the first is in effect in the second.",
  "compare.no-effect":
    "The change that is recommended for the first is not in effect in the second: what is sent has the old size.",
  "compare.cured": "The problem of the first is solved in the second.",
  "compare.not-cured": "The problem of the first is not solved in the second.",

  "term.ipv6-link": "an IPv6 link's MTU",
  "term.ipv6-header": "IPv6 header",
  "term.ipv4-header": "IPv4 header, which it replaces",
  "term.ipv6-fragment-header": "IPv6 Fragment Header",
  "term.verified-cap": "tested with just this MTU, and answered",
  "term.measured-path-mtu": "the largest whole packet that was answered",
  "trial.1472":
    "1472: the largest IPv4 packet whose fragments still fit a 1500-byte IPv6 link after translation",
  "trial.1452": "1452: the same for a link of 1480 bytes; also fits PPPoE lines",
  "trial.1400": "1400: fits most mobile networks and tunnels",
  "trial.1280": "1280: the smallest that every IPv6 path carries; the last one to try",

  "action.apply-mtu":
    "Set the interface's MTU with the command below, and connect again. If it does not help, undo it.",
  "action.apply-mtu-later":
    "An MTU of the value below may help. What is still needed to give the commands that set it and undo it is said below: supply that first.",
  "action.run-probe":
    "Run the probe from the network where it fails: it takes a minute and shows which way packets are lost.",
  "action.run-again": "Then run the test once more, to see what has changed.",
  "action.ask-server-fragmentation":
    "Ask the gateway's administrator to switch on IKE fragmentation (RFC 7383): the lasting remedy.",
  "action.client-fragmentation":
    "The gateway offers IKE fragmentation (RFC 7383), so the VPN client should use it: update the client, or ask its administrator (Windows 10 1803 and newer can).",
  "action.other-network":
    "For the time being use another network, for example Wi-Fi instead of the cable, or another line.",
  "action.no-mtu-change": "Leave the MTU as it is.",
  "action.server-fragment-size": "Ask the gateway's administrator for smaller IKE fragments.",
  "action.open-port-500": "Have UDP port 500 opened on this network or at the gateway.",
  "action.open-port-4500": "Have UDP port 4500 opened on this network or at the gateway.",
  "action.check-gateway": "Check the gateway's name and address, and whether it is running.",
  "action.check-credentials":
    "Check credentials, certificates and proposals; the gateway's log says what it did not accept.",
  "action.check-gateway-load":
    "If it is slow often: check the gateway's load, RADIUS and certificate checks.",
  "action.choose-ikev2": "Set the VPN profile's type to IKEv2, if the gateway offers it.",
  "action.tunnel-mtu": "Lower the MTU of the VPN's own interface to the value for its cipher.",
  "action.nothing": "Nothing needs to be changed here.",

  "server.rras":
    "Windows Server 2019 or newer: on the server, set this registry value and restart the service. Server 2016 and older cannot do it.",
  "server.strongswan":
    "On by default. Set it in the connection; where the path is narrower than 1280 bytes, make fragments smaller in strongswan.conf.",
  "server.libreswan": "On by default; set it in the connection in ipsec.conf.",
  "server.fortigate": "In the phase 1 interface.",
  "server.cisco":
    "In global configuration. On ASA, add `preferred-method ietf` for the standard's kind of fragments.",
  "server.mikrotik":
    "Whether and from which RouterOS release IKE fragmentation is supported: see the release notes. Until then, certificates that make the messages small (ECDSA) help.",
  "server.sense":
    "Both use strongSwan, where it is on by default. If the connection's settings in the console do not show it, look into the swanctl.conf that they write.",
  "server.azure":
    "There is nothing to set. The gateway drops IP fragments that arrive out of order, so the client should use IKE fragmentation (Windows 10 1803 and newer do).",
  "server.aws":
    "There is nothing to set on AWS's side: see its documentation for what the customer gateway needs.",
  "server.softether":
    "No setting for IKE fragmentation is known: see its documentation, or use another protocol that it offers.",
  "server.forward":
    "To the administrator of the VPN gateway: this client's login message (IKE_AUTH) is larger than one packet. {sentence} Please switch on IKE fragmentation (RFC 7383) at the gateway: large IKE messages are then sent as small packets of their own instead of IP fragments, which many networks lose. Clients that do not support it are not affected. (ikefrag: {verdict}, confidence {confidence})",

  "next.probe":
    "A probe run from the affected network: it sends IKE messages in pieces and so tells the way out from the way back.",
  "next.probe-ports": "A probe run from the affected network: it tries both ports, 500 and 4500.",
  "next.capture":
    "A capture of the failing connection, taken on this PC (filtered by the gateway's address, not by port).",
  "next.what-if":
    "The same test with a smaller MTU for the test alone: it shows whether smaller pieces pass.",
  "next.tunnel-ping":
    "Pings of growing size through the connected VPN (`ping -f -l SIZE` to a host behind the gateway): they show how large a packet inside it may be.",
  "next.server-capture":
    "A capture at the gateway at the same time: it shows whether the request arrived and an answer left.",
  "next.later": "The same test again after some minutes, when the gateway has forgotten these attempts.",
  "next.capture-if-failing":
    "If the VPN fails all the same: a capture of that, taken on this PC (filtered by the gateway's address, not by port).",
  "next.interface-mtu":
    "This PC's interfaces with their MTU (`netsh interface ipv4 show interfaces`): they show whether the packets that got lost had left in one piece.",
  "next.probe.short": "a run of this test on the affected network",
  "next.probe-ports.short": "a run of this test on the affected network",
  "next.capture.short": "a capture of the failing connection, taken on this PC",
  "next.what-if.short": "the same test with a smaller MTU for the test alone",
  "next.tunnel-ping.short": "pings of growing size through the connected VPN",
  "next.server-capture.short": "a capture at the gateway at the same time",
  "next.later.short": "the same test again after some minutes",
  "next.capture-if-failing.short": "a capture of the VPN failing, if it does",
  "next.interface-mtu.short": "a list of this PC's interfaces with their MTU",

  "note.ping-measured":
    "{payload} is a ping payload, not an MTU: with its headers the packet has {ipBytes} bytes, so the path to that host carries at least {ipBytes}.",
  "note.1472-is-no-cure":
    "1472 as an MTU has a reason of its own (the sum above), and is no universal cure: on some links another value is needed.",
  "note.durable-fix": "The MTU is a workaround. The lasting remedy is IKE fragmentation (RFC 7383).",
  "note.replug":
    "Plugging the phone in again may give the interface another number: check it before using a command again.",
  "note.persistent": "The setting survives a restart. Undo it when this network is no longer used.",
  "note.which-interface":
    "Which interface leads to the gateway is not known, so no command can be given: add the output of `netsh interface ipv{family} show interfaces`.",
  "note.which-mtu":
    "What the interface's MTU is now is not known, so no command could put it back: add the output of `netsh interface ipv{family} show interfaces` before changing it.",
  "note.fragments-untested":
    "Whole packets of this size pass. Whether IP fragments of this size do could not be tested: if the VPN still fails, they are lost as well, and only IKE fragmentation (RFC 7383) or another network helps.",
  "note.tunnel-ipv6":
    "A tunnel that does not carry packets of 1280 bytes carries no IPv6: turn IPv6 off inside it, or use another network.",
  "note.client-fragmentation":
    "IKE fragmentation takes both sides, and this client did not offer it: it has to be updated or set to do so as well (Windows 10 1803 and newer can).",
  "note.mtu-will-not-help": "Changing this PC's MTU will not help.",

  "warning.damage": "damaged at byte {offset}: {what}. What was before it has been read.",
  "warning.no-ike": "{frames} packets, and no IKE message among them.",
  "warning.snaplen": "{frames} packets were cut short by the capture (snap length): capture whole packets.",
  "warning.duplicates": "{frames} packets were captured more than once and counted once.",
  "warning.drops": "the capture itself lost {packets} packets.",
  "warning.port-filter":
    "no later fragments in it: probably captured with a port filter. Filter by the gateway's address instead.",
  "warning.clock": "the clock goes backwards at {frames} packets.",
  "warning.link-type": "{frames} packets of link type {linkType} were not read.",
  "warning.not-understood": 'line {line} was not understood: "{text}"',
} as const;

export type PhraseKey = keyof typeof en;
