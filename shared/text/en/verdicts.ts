/** Verdicts: how sure one is, which way packets get lost, and what each verdict says of itself. English. */
export const verdicts = {
  "confidence.high": "high",
  "confidence.medium": "medium",
  "confidence.low": "low",
  "direction.outbound": "from this PC to the gateway",
  "direction.inbound": "from the gateway to this PC",
  "direction.both": "both ways",
  "direction.undetermined": "not yet known which way",
  "verdict.outbound-fragments-too-large.title": "IP fragments from this PC get lost",
  "verdict.outbound-fragments-too-large.sentence":
    "The gateway answers small messages, but large ones, which leave this PC as IP fragments, do not reach it.",
  "verdict.outbound-fragments-too-large.explanation":
    "To log in, an IKEv2 VPN sends a message too large for one packet. It leaves as several IP fragments, and somewhere on the way to the gateway these are lost. If only fragments above some size are lost, a smaller MTU on this PC makes them small enough to pass.",
  "verdict.outbound-fragments-too-large.title.low": "IP fragments from this PC seem to get lost",
  "verdict.outbound-fragments-too-large.sentence.low":
    "Large messages, which leave this PC as IP fragments, seem not to reach the gateway. Most likely the fragments are too large; but it may also be that fragments of every size are lost, or some by chance.",
  "verdict.outbound-fragments-too-large.explanation.low":
    "To log in, an IKEv2 VPN sends a message too large for one packet. It leaves as several IP fragments, and on the way to the gateway these seem to get lost. If only fragments above some size do, a smaller MTU on this PC helps. If all of them do, it does not, and IKE fragmentation (RFC 7383) or another network is needed.",
  "verdict.outbound-fragments-dropped.title": "The path to the gateway drops all IP fragments",
  "verdict.outbound-fragments-dropped.sentence":
    "IP fragments from this PC do not reach the gateway, however small they are made.",
  "verdict.outbound-fragments-dropped.explanation":
    "Something on the way, often the mobile operator's or a firewall's equipment, throws away every packet that was split. A smaller MTU only makes more fragments, so it will not help.",
  "verdict.outbound-fragments-dropped.remedy":
    "The gateway has to accept IKE fragmentation (RFC 7383), which needs no IP fragments, or another network has to be used.",
  "verdict.inbound-fragments-lost.title": "The gateway's large answers get lost on the way back",
  "verdict.inbound-fragments-lost.sentence": "The gateway's large answers do not reach this PC completely.",
  "verdict.inbound-fragments-lost.explanation":
    "What this PC sends arrives; what the gateway sends back as IP fragments does not. This PC's MTU acts only on what this PC sends, so changing it will not help.",
  "verdict.inbound-fragments-lost.explanation.outbound-fragments":
    "IP fragments get lost both ways: large messages from this PC do not reach the gateway, and its large answers do not reach this PC. This PC's MTU acts only on what this PC sends, so changing it alone will not help.",
  "verdict.inbound-fragments-lost.explanation.path-mtu-black-hole":
    "Large packets seem to vanish on the way to the gateway, and its large answers, which come as IP fragments, surely do not reach this PC. This PC's MTU acts only on what this PC sends, so changing it alone will not help.",
  "verdict.inbound-fragments-lost.remedy":
    "The gateway has to send smaller messages: IKE fragmentation (RFC 7383).",
  "verdict.inbound-fragments-lost.remedy.low":
    "If that is it, the gateway has to send smaller messages: IKE fragmentation (RFC 7383).",
  "verdict.inbound-fragments-lost.title.low":
    "The gateway's large answers may be getting lost on the way back",
  "verdict.inbound-fragments-lost.sentence.low":
    "Most likely the gateway's large answers, which come as IP fragments, get lost on the way to this PC; but it may also be that the gateway gave no answer, or that something was lost by chance.",
  "verdict.inbound-fragments-lost.explanation.low":
    "Large messages from this PC arrive; what should have come back as IP fragments did not, or not whole. A gateway that gives no answer, or something that drops only large pings, would look the same. If the fragments are lost on the way back, changing this PC's MTU will not help: it acts only on what this PC sends.",
  "verdict.ike-auth-unanswered.title": "The login message gets no answer",
  "verdict.ike-auth-unanswered.sentence":
    "The gateway answered the first message, but never the large one that follows, which left this PC as IP fragments.",
  "verdict.ike-auth-unanswered.explanation":
    "The connection begins well: the gateway answers IKE_SA_INIT. The next message, IKE_AUTH, carries certificates and is too large for one packet. It was sent several times as IP fragments and nothing came back. Probably these fragments, or the gateway's, are lost on the way; which of the two cannot be seen from this side alone. That nothing came back does not mean that the answer was lost: the request itself may never have arrived.",
  "verdict.ike-auth-unanswered.title.low": "No answer to the login message was seen",
  "verdict.ike-auth-unanswered.sentence.low":
    "The gateway answered the first message; to the large one that follows, which left this PC as IP fragments, no answer came while the capture ran. Most likely something got lost on the way; but the capture ends soon after, so the gateway may just be slow.",
  "verdict.ike-auth-unanswered.explanation.low":
    "The connection begins well: the gateway answers IKE_SA_INIT. The next message, IKE_AUTH, carries certificates and is too large for one packet. It was sent several times as IP fragments. If these fragments, or the gateway's, are lost on the way, which of the two cannot be seen from this side alone: that nothing came back does not mean that the answer was lost, the request itself may never have arrived.",
  "verdict.path-mtu-black-hole.title": "Large packets vanish on the way",
  "verdict.path-mtu-black-hole.sentence":
    "Packets above a certain size vanish between this PC and the gateway, and no router says so.",
  "verdict.path-mtu-black-hole.explanation":
    "Part of the way carries smaller packets than this PC sends. A router should say so with a Packet Too Big message, but none arrives, so large packets are lost in silence. An MTU that fits the path avoids this.",
  "verdict.path-mtu-black-hole.title.low": "Large packets seem to vanish on the way",
  "verdict.path-mtu-black-hole.sentence.low":
    "Packets above a certain size seem to vanish on the way that was measured, and no router says so. That is the likeliest explanation; but something that drops only large pings, or packets that left as IP fragments after all, would look the same.",
  "verdict.path-mtu-black-hole.explanation.low":
    "If that is so, part of the way carries smaller packets than this PC sends, and the Packet Too Big message in which a router should say so does not arrive. An MTU that fits the path then avoids the loss. As other explanations remain, any MTU given here is a trial.",
  "verdict.path-mtu-reduced.title": "The path is narrower than the interface, and says so",
  "verdict.path-mtu-reduced.sentence":
    "The way to the gateway carries smaller packets than this PC's interface, and a router says so.",
  "verdict.path-mtu-reduced.explanation":
    "This is how it should be: Windows learns the smaller size and keeps to it. It seldom needs a change, and by itself it is no reason for a VPN to fail.",
  "verdict.path-mtu-reduced.title.low": "The path may be narrower than the interface",
  "verdict.path-mtu-reduced.sentence.low":
    "The path that was measured seems to carry smaller packets than usual. Most likely a router on it said so; but it may also be that this is not the way to the VPN gateway, or that this PC's own interface has so small an MTU.",
  "verdict.path-mtu-reduced.explanation.low":
    "If a router on the way to the gateway said so, that is how it should be: systems learn the smaller size and keep to it. It seldom needs a change, and by itself it is no reason for a VPN to fail.",
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
    "If so, something on the way loses single packets of a burst. A smaller MTU does not help against that.",
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
  "verdict.healthy.title": "No network problem found",
  "verdict.healthy.sentence": "Everything that was sent was answered.",
  "verdict.healthy.explanation":
    "On this network, at this moment, small and large messages reach the gateway. If the VPN still fails, fragmentation and MTU are not the likely cause: look at the error code and the gateway's log.",
  "verdict.healthy.title.low": "Nothing found in the way, as far as could be tested",
  "verdict.healthy.sentence.low":
    "Small and large messages to the gateway were answered; but whether large answers from the gateway arrive here could not be shown. Most likely nothing is in the way; a loss on the way back remains possible.",
  "verdict.healthy.explanation.low":
    "On this network, at this moment, small and large messages reach the gateway. If the VPN fails all the same, either what the gateway sends back as IP fragments is lost, or the cause is another one: look at the error code and the gateway's log.",
  "verdict.healthy.title.recent-failure": "Error {code}: {cause}",
  "verdict.healthy.sentence.recent-failure":
    "Windows recorded error {code}, {when}. In this test, everything that was sent to the gateway was answered.",
  "verdict.healthy.explanation.recent-failure":
    "{why} On this network, at this moment, small and large messages reach the gateway.",
  "verdict.healthy.title.low.recent-failure":
    "Error {code}: no cause found in the network, as far as could be tested",
  "verdict.healthy.sentence.low.recent-failure":
    "Windows recorded error {code}, {when}. In this test, small and large messages to the gateway were answered; but whether its large answers arrive here could not be shown.",
  "verdict.healthy.explanation.low.recent-failure":
    "{why} It also remains possible that what the gateway sends back as IP fragments is lost.",
  "failure.cause.network": "the network is not the cause",
  "failure.cause.other-vpn": "not the kind of VPN that was tested",
  "failure.when.now": "just before the test",
  "failure.when.minutes": "{minutes} minutes before the test",
  "failure.when.hours": "{hours} hours before the test",
  "failure.when.unknown": "at a time that is not known",
  "failure.why.silent":
    "Error {code} says that no answer came in time, and not why. Answers come now: what stopped the VPN has passed, comes and goes, or happens only when it really logs in.",
  "failure.why.refused":
    "Error {code} says that the gateway answered and the login failed all the same, over a certificate, an account or a setting. That is decided by the gateway and the VPN's settings, not on the way between.",
  "failure.why.other-vpn":
    "Error {code} belongs to another kind of VPN than IKEv2, which is what was tested here. Choose IKEv2 in the settings of the VPN connection if your organisation uses it.",
  "failure.why.other":
    "Error {code} alone does not say why. The cause is more likely in the settings of the VPN, in the account or at the gateway than on the way between.",
  "verdict.insufficient-evidence.title": "Not enough to tell",
  "verdict.insufficient-evidence.sentence": "The evidence does not prove any cause.",
  "verdict.insufficient-evidence.explanation":
    "What was seen is listed below, and so are the causes that it neither shows nor rules out.",
  "verdict.outbound-fragments-dropped.title.low":
    "IP fragments from this PC seem to be thrown away on the way",
  "verdict.outbound-fragments-dropped.sentence.low":
    "Most likely IP fragments from this PC are thrown away on the way to the gateway, or all of them but the first; but a capture that leaves out the later fragments would look the same.",
  "verdict.outbound-fragments-dropped.explanation.low":
    "If so, something on the way, often a firewall or the provider's equipment, does not let packets through that were split. A smaller MTU only makes more fragments, so it would not help.",
  "verdict.outbound-fragments-dropped.remedy.low":
    "Then the gateway has to accept IKE fragmentation (RFC 7383), which needs no IP fragments, or another network has to be used.",
  "verdict.outbound-fragments-dropped.title.request-lost":
    "The client's IP fragments do not all reach the gateway",
  "verdict.outbound-fragments-dropped.sentence.request-lost":
    "The client's login message, which leaves it as IP fragments, reaches the gateway only in part: the later fragments are thrown away on the way.",
  "verdict.outbound-fragments-dropped.explanation.request-lost":
    "IP fragments after the first one carry no port numbers, and some firewalls, NATs and providers let no such packets through. A smaller MTU on the client only makes more fragments, so it will not help.",
  "verdict.insufficient-evidence.title.answers-ignored":
    "The gateway answers, and the client asks again all the same",
  "verdict.insufficient-evidence.sentence.answers-ignored":
    "The capture has the gateway's whole answer, and the client repeats its request as if there were none: the cause lies at the client, or on the last part of the way to it.",
  "verdict.insufficient-evidence.explanation.answers-ignored":
    "The gateway is reached, and it is not slow. If the capture was taken on the client's computer, look there: at its own firewall or security software, and for a second VPN client or IKE service that takes the answer. This PC's MTU acts only on what it sends, so changing it will not help.",
  "verdict.insufficient-evidence.title.cookie-not-returned":
    "The client does not bring back the gateway's COOKIE",
  "verdict.insufficient-evidence.sentence.cookie-not-returned":
    "The gateway demands a COOKIE before it goes on, and the client never brings it back, so the connection cannot begin.",
  "verdict.insufficient-evidence.explanation.cookie-not-returned":
    "A client has to repeat its request with the COOKIE in it (RFC 7296, section 2.6). This one repeats it without: its VPN software does not know COOKIEs, or something on its computer keeps the gateway's demand from it. Update or replace the client, or have the gateway demand COOKIEs only under load. Packet sizes and waiting play no part in it.",
  "verdict.outbound-fragments-too-large.explanation.lost-on-the-way-out":
    "To log in, an IKEv2 VPN sends a message too large for one packet. It leaves as several IP fragments, and the recordings of both ends show that these are lost on the way to the gateway. What is lost stands below, and whether its size is the only explanation. If it is, a smaller MTU on this PC makes the fragments small enough to pass; where all IP fragments are dropped or the UDP port is blocked, it does not help.",
  "verdict.ike-auth-unanswered.title.lost-on-the-way-out": "The login message does not reach the gateway",
  "verdict.ike-auth-unanswered.sentence.lost-on-the-way-out":
    "The login message leaves the client and never arrives whole at the gateway: it is lost on the way there.",
  "verdict.ike-auth-unanswered.explanation.lost-on-the-way-out":
    "The recordings of both ends show it, so the direction is certain. Why it is lost they leave open: packets above some size may be lost, IP fragments of every size may be, or the UDP port may be blocked. A run of the test on the client's PC tells which, and finds the MTU that helps if there is one.",
  "verdict.ike-auth-unanswered.title.answer-lost": "The gateway's answer does not reach the client",
  "verdict.ike-auth-unanswered.sentence.answer-lost":
    "The gateway gets the login message and answers it; the answer never arrives whole at the client: it is lost on the way back.",
  "verdict.ike-auth-unanswered.explanation.answer-lost":
    "The recordings of both ends show it, so the direction is certain. This PC's MTU acts only on what this PC sends, so changing it will not help.",
  "verdict.ike-auth-unanswered.title.lost-by-chance": "Too many packets of the login are lost by chance",
  "verdict.ike-auth-unanswered.sentence.lost-by-chance":
    "Packets of the login are lost on the way, and others of the same kind and size arrive: it is the quality of the line, not the size of the packets.",
  "verdict.ike-auth-unanswered.explanation.lost-by-chance":
    "The recordings of both ends show what was lost and what passed. A smaller MTU only makes more packets, and each of them may be lost: it will not help. Look at the line itself: Wi-Fi or mobile reception, a cable, or a link that is overloaded.",
  "verdict.insufficient-evidence.title.lost-on-the-way-out":
    "The first message of the login does not reach the gateway",
  "verdict.insufficient-evidence.sentence.lost-on-the-way-out":
    "The first message leaves the client and never arrives whole at the gateway: it is lost on the way there.",
  "verdict.insufficient-evidence.explanation.lost-on-the-way-out":
    "The recordings of both ends show it, so the direction is certain. What drops it lies between the two places of recording.",
  "verdict.insufficient-evidence.title.answer-lost": "The gateway's first answer does not reach the client",
  "verdict.insufficient-evidence.sentence.answer-lost":
    "The gateway gets the first message and answers it; the answer never arrives at the client: it is lost on the way back.",
  "verdict.insufficient-evidence.explanation.answer-lost":
    "The recordings of both ends show it, so the direction is certain. The answer is small, so the MTU has nothing to do with it: something drops it, often a firewall at the gateway, or a NAT that has forgotten the client.",
  "verdict.path-mtu-black-hole.title.answer-lost": "The gateway's large packets vanish on the way back",
  "verdict.path-mtu-black-hole.sentence.answer-lost":
    "The gateway's large answer leaves it as one packet and never arrives at the client, while smaller ones do.",
  "verdict.path-mtu-black-hole.explanation.answer-lost":
    "Part of the way back carries smaller packets than the gateway sends, and no router is heard to say so. This PC's MTU acts only on what this PC sends, so changing it will not help: the gateway has to send smaller packets, by IKE fragmentation (RFC 7383).",
  "verdict.ike-fragments-too-large.explanation.lost-on-the-way-out":
    "The client sends them, so it is the client that has to make them smaller: by a smaller MTU on its interface, or by a setting of the VPN client, if it has one.",
  "verdict.udp-4500-blocked.sentence.answer-lost":
    "The gateway answers from UDP port 4500, and not even small answers arrive from there; from port 500 they do.",
  "verdict.insufficient-evidence.title.gateway-keeps-silent":
    "The request reaches the gateway, which does not answer",
  "verdict.insufficient-evidence.sentence.gateway-keeps-silent":
    "The capture was taken at the gateway: the client's request is there whole, several times, and nothing is sent back.",
  "verdict.insufficient-evidence.explanation.gateway-keeps-silent":
    "So nothing is lost between the client and the gateway, and the client's MTU does not matter. The reason stands in the gateway's own log: a service that is not running, a firewall on the gateway, a request that it drops without an answer, or a server that it waits for.",
  "verdict.insufficient-evidence.title.ike-fragments-unanswered":
    "The login message, sent in IKE fragments, gets no answer",
  "verdict.insufficient-evidence.sentence.ike-fragments-unanswered":
    "The gateway answered the first message; the login message that follows was sent in IKE fragments several times, and nothing came back. IP fragments play no part in it.",
  "verdict.insufficient-evidence.explanation.ike-fragments-unanswered":
    "What is left: packets of this size are lost on the way and no router says so, UDP port 4500 is blocked, the gateway's answer is lost, or the gateway keeps silent. The sizes are given below; smaller IKE fragments need a smaller MTU on the client's interface or a setting of its VPN client.",
  "verdict.path-mtu-reduced.title.inbound-path-mtu":
    "The way to this PC is narrower, and the gateway adapts to it",
  "verdict.path-mtu-reduced.sentence.inbound-path-mtu":
    "The way from the gateway to this PC carries smaller packets than usual; the gateway's answer came once it was cut to fit.",
  "verdict.path-mtu-reduced.explanation.inbound-path-mtu":
    "The first answer was too large for a link on the way, a router told the gateway so, and the next one fitted. The gateway is not slow. It costs a second or two at the login; this PC's MTU acts only on what it sends, so it can stay.",
  "verdict.udp-500-blocked.title.icmp-refused": "UDP port 500 is refused",
  "verdict.udp-500-blocked.sentence.icmp-refused":
    "What is sent to the gateway's UDP port 500 is refused, and whoever refuses it says so.",
  "verdict.udp-500-blocked.explanation.icmp-refused":
    "IKEv2 begins on UDP port 500. Who refuses it stands below: the gateway itself, where the VPN service or its firewall has to be looked at, or a router on the way. It is not a matter of packet sizes: the MTU does not help.",
  "verdict.udp-4500-blocked.title.icmp-refused": "UDP port 4500 is refused",
  "verdict.udp-4500-blocked.sentence.icmp-refused":
    "What is sent to the gateway's UDP port 4500 is refused, and whoever refuses it says so.",
  "verdict.udp-4500-blocked.explanation.icmp-refused":
    "After its first message IKEv2 moves to UDP port 4500. Who refuses it stands below: the gateway itself, where its firewall has to be looked at, or a router on the way. It is not a matter of packet sizes: the MTU does not help.",
  "verdict.gateway-unreachable.title.icmp-refused": "The gateway cannot be reached, and the network says so",
  "verdict.gateway-unreachable.sentence.icmp-refused":
    "What is sent to the gateway is answered with the message that it cannot be reached.",
  "verdict.gateway-unreachable.explanation.icmp-refused":
    "Who says so stands below. The address may be wrong, the gateway may be down, or a firewall refuses everything to it. As long as nothing answers, nothing can be said about packet sizes.",
  "verdict.ike-auth-unanswered.title.low.login-answered-sometimes":
    "The login message is answered at one time and not at another",
  "verdict.ike-auth-unanswered.sentence.low.login-answered-sometimes":
    "One login message, which left this PC as IP fragments, got no answer; another one in the same capture, with IP fragments just as large, got one. Most likely packets are lost at times, or something changed between the two logins.",
  "verdict.ike-auth-unanswered.explanation.low.login-answered-sometimes":
    "The path carries these IP fragments, at least at times, so their size is hardly the reason. What differs between the two logins is worth knowing: the time, the network, or the load on the gateway. Which way something is lost cannot be seen from this side alone.",
  "verdict.ike-fragments-lost.title.low.ike-fragments-too-many":
    "The gateway may not take so many IKE fragments",
  "verdict.ike-fragments-lost.sentence.low.ike-fragments-too-many":
    "The login message went out in unusually many, small IKE fragments and got no answer; most likely the gateway takes fewer and drops the message in silence, but lost fragments, or a gateway that keeps silent for another reason, would look the same.",
  "verdict.ike-fragments-lost.explanation.low.ike-fragments-too-many":
    "Such small fragments point at an unusually small MTU on the client's interface. If that is so, raise it, usually to 1500: then the message needs fewer, larger fragments. libreswan takes more of them since 3.31, so an update of the gateway helps as well.",
  "verdict.decide": "What would decide it: {next}.",
  "explanation.gateway-offers":
    "The gateway offers IKE fragmentation (RFC 7383). A VPN client that uses it sends and gets small packets instead of IP fragments, and connects over this path all the same. Windows can from Windows 10 version 1803 on (the command winver shows the version). If the VPN does not connect, its client most likely does not use it: update an older Windows or another VPN client, or switch it on in its settings.",
} as const;
