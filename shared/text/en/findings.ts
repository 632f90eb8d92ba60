/** Findings: what each rule says when it is found, ruled out or unknown. English. */
export const findings = {
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
  "finding.gateway-rejects.logged": 'The gateway refused the login. Its log says why: "{words}".',
  "finding.gateway-rejects.notify": "The gateway answered {notify} ({type}).",
  "finding.gateway-rejects.eap":
    "The gateway ended the login with EAP's Failure: it does not accept the user's name and password, or certificate.",
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
    "Messages of {sizes} bytes (as one IP packet), which left as IP fragments, were answered: IP fragments arrive.",
  "finding.outbound-fragments.some":
    "Messages of {sizes} bytes (as one IP packet), which left as IP fragments, got no answer; those of {passed} bytes did.",
  "finding.outbound-fragments.too-large":
    "Messages of {sizes} bytes (as one IP packet) got no answer as IP fragments made for this PC's MTU; with an MTU of {cap} for the test alone they were answered.",
  "finding.outbound-fragments.dropped":
    "Messages of {sizes} bytes (as one IP packet) got no answer as IP fragments, and making the fragments smaller (MTU {caps} for the test alone) did not help.",
  "finding.outbound-fragments.size-unknown":
    "Messages of {sizes} bytes (as one IP packet), which left as IP fragments of up to {fragments} bytes, got no answer, while small ones did in between. The answer would have been tiny, so it is the way out that loses them. Whether smaller IP fragments pass was not tested.",
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
    "A ping with {payload} bytes of data, which goes and comes as IP fragments, got no answer, while whole pings and large IKE messages did: the gateway's fragments seem to be lost. Something that drops only fragmented pings would look the same.",
  "finding.large-echo.like-reflector":
    "A ping with {payload} bytes of data, which goes and comes as IP fragments, got no answer, while whole pings and large IKE messages did: the gateway's fragments are lost, as the test server's are.",
  "finding.large-echo.only-from-gateway":
    "A ping to the gateway with {payload} bytes of data, which goes and comes as IP fragments, got no answer, though a test server's fragmented datagrams do reach this PC: something at or near the gateway drops its fragments. Often that is a firewall which minds fragmented pings alone; whether it also drops those of the VPN cannot be seen from here.",
  "finding.large-echo.clear": "A ping that goes and comes as IP fragments was answered.",
  "finding.large-echo.translated":
    "Whether the gateway's fragments arrive here: this network may translate IPv4 to IPv6, where large pings fail by design.",
  "finding.large-echo.unknown": "Whether a fragmented ping is answered could not be compared.",
  "finding.reflection.pieces-lost":
    "A test server on the internet (the reflector) sent datagrams of {sizes} bytes (as IP packets), which leave it as IP fragments: none arrived here. Whole packets of {whole} bytes and small ones from it did, before and after. So IP fragments are lost on the way to this PC.",
  "finding.reflection.large-lost":
    "Of what a test server on the internet (the reflector) sent, nothing large arrived here, neither whole nor as IP fragments ({sizes} bytes as IP packets), while small packets did, before and after: large packets are lost on the way to this PC.",
  "finding.reflection.clear":
    "Fragmented datagrams from a test server on the internet (the reflector) arrived: the way to this PC carries IP fragments.",
  "finding.reflection.own-way":
    "Whether IP fragments arrive here, by the test server's datagrams: large packets from the gateway itself do arrive, so what the test server's lack lies on its own way.",
  "finding.reflection.outbound":
    "Whether IP fragments arrive here, by the test server's datagrams: it is not shown that this PC's own fragmented messages reach the gateway.",
  "finding.reflection.not-asked":
    "Whether IP fragments from elsewhere arrive here: no test server was asked.",
  "finding.reflection.unknown":
    "Whether IP fragments from elsewhere arrive here: the test server gave no answers that could be compared.",
  "finding.ike-auth-unanswered.found":
    "{exchange} ({ikeLength} bytes of IKE) was sent {requests} times as IP fragments of {fragments} bytes; in the {seconds} s that the capture goes on after the last one nothing came back.",
  "finding.ike-auth-unanswered.log":
    "By the log, IKE_AUTH ({ikeLength} bytes of IKE) was sent {requests} times and got no answer. It does not fit one packet: with the interface's MTU it leaves as IP fragments of {fragments} bytes.",
  "finding.ike-auth-unanswered.listed":
    "IKE_AUTH was sent {requests} times as IP fragments, and the list of packets has no answer to it.",
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
  "finding.path-mtu-reduced.between":
    "A router said that packets of {refused} bytes are too big; those of {pathMtu} bytes pass. The path MTU is at least {pathMtu} and at most {most} bytes.",
  "finding.path-to-host.learned-exact":
    "This PC keeps to packets of {pathMtu} bytes to {host}: a router had told it that the path carries no more. The path MTU to {host} is {pathMtu} bytes.",
  "finding.path-to-host.either-exact":
    "To {host} no more than {pathMtu} bytes may be sent: a router had told this PC so, or that is the MTU of its own interface, which is not known here. Either way the path MTU to {host} is {pathMtu} bytes.",
  "finding.path-to-host.learned":
    "This PC refused packets of {refused} bytes to {host} although they fit its interface: a router had told it that the path carries less. Those of {pathMtu} bytes pass. The path MTU to {host} is at least {pathMtu} and at most {most} bytes.",
  "finding.path-to-host.either":
    "This PC refused packets of {refused} bytes to {host}; those of {pathMtu} bytes pass. Either a router had told it that the path carries less (systems then refuse in the same words), or its own interface has so small an MTU: the interface's MTU is not known. Either way the path MTU to {host} is at least {pathMtu} and at most {most} bytes.",
  "finding.path-to-host.lost":
    "Packets of {pathMtu} bytes to {host} pass, those of {lost} bytes were lost ({times} of {times}), and no router said why.",
  "finding.path-to-host.lost-df-unknown":
    'Packets of {pathMtu} bytes to {host} pass, those of {lost} bytes were lost ({times} of {times}). The text does not show whether they were sent with "do not fragment": if not, routers may have split them, and it is the fragments that are lost.',
  "finding.path-to-host.lost-without-df":
    'Packets of {pathMtu} bytes to {host} pass, those of {lost} bytes were lost ({times} of {times}). They were sent without "do not fragment", so routers may split them: this shows that fragments may be lost on the way, and is no path MTU. The same pings with that option (on Windows `ping -f -l`) would measure one.',
  "finding.path-to-host.lost-split":
    "Packets of {pathMtu} bytes to {host} pass, those of {lost} bytes were lost ({times} of {times}). As far as is known, the interface carries less in one packet, so they left as IP fragments: this shows that fragments may be lost on the way, and is no path MTU.",
  "finding.path-to-host.not-reached":
    "Packets of {pathMtu} bytes reach {host}, those of {lost} bytes do not, and no router said why.",
  "finding.path-to-host.told-by":
    "{router} said that packets to {host} are too big. Up to {pathMtu} bytes pass: the path MTU to {host} is {pathMtu} bytes.",
  "finding.path-to-host.between-by":
    "{router} said that packets of {refused} bytes to {host} are too big; those of {pathMtu} bytes pass. The path MTU to {host} is at least {pathMtu} and at most {most} bytes.",
  "finding.path-to-host.refused-by":
    "{router} said that packets of {refused} bytes to {host} are too big: the path MTU to {host} is smaller than that. Which size passes was not seen.",
  "finding.path-to-host.lost-after":
    "Packets of {pathMtu} bytes reach {host}, those of {lost} bytes do not: the last hop that answered to them was {router}, and no router said why.",
  "finding.path-to-host.clear": "Nothing that was sent to another host was too big for the way to it.",
  "finding.path-to-host.unknown":
    "No edge between sizes that pass and sizes that do not was seen on the way to another host.",
  "finding.unsized-login.found":
    "{exchange} was sent {requests} times and no answer to it is in the text. How large it was the text does not say, so its size may be the reason or not.",
  "finding.unsized-login.clear": "Every login in the text was answered, or is too short to tell.",
  "finding.unsized-login.unknown": "No login of unknown size was given.",
  "finding.answer-began.found":
    "The gateway's answer has {ikeLength} bytes of IKE, too many for one packet, and its first IP fragment of {ipBytes} bytes came. Whether the rest came the list of packets does not show: later IP fragments have no port, so a filter by port hides them.",
  "finding.answer-began.clear": "No answer is in the text in part only.",
  "finding.answer-began.unknown": "Whether an answer came in part: no list of packets was given as text.",
  "finding.slow-gateway.found":
    "An answer came after {milliseconds} ms, when the request had been sent {requests} times.",
  "finding.slow-gateway.untimed":
    "An answer came when the request had been sent {requests} times. How long it took is not in the text, which has no times.",
  "finding.slow-gateway.clear": "Answers came promptly.",
  "finding.slow-gateway.unknown": "How long the gateway takes to answer: no completed connection was seen.",
  "finding.healthy.capture": "IKE_SA_INIT and IKE_AUTH were answered.",
  "finding.healthy.both-ways":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (as IP fragments) were answered, and a large ping came back as IP fragments.",
  "finding.healthy.reflected":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (as IP fragments) were answered, and a test server's datagrams arrived as IP fragments.",
  "finding.healthy.outbound":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (as IP fragments) were answered. Whether large answers come back as IP fragments was not shown.",
  "finding.healthy.rehearsed-ip-fragments":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (as IP fragments) were answered, and a login was begun: the gateway's real answer, an IKE message of {answer} bytes, came back as IP fragments.",
  "finding.healthy.rehearsed-ike-fragments":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (as IP fragments) were answered, and a login was begun: the gateway's real answer, an IKE message of {answer} bytes, came back in IKE fragments.",
  "finding.healthy.rehearsed-one-packet":
    "Whole packets of {whole} bytes and messages of {fragmented} bytes (as IP fragments) were answered, and a login was begun: the gateway's real answer, an IKE message of {answer} bytes, came back in one packet.",
  "finding.healthy.ports-apart":
    "Everything that was asked was answered, but a login that was begun on UDP port 500 was not taken up on port 4500 in {tries} tries, while logins begun on port 4500 were. A VPN client begins on 500 and goes on on 4500: check that both ports lead to the same gateway.",
  "finding.healthy.then-silent":
    "Everything that was asked of the way was answered. But then the gateway answered none of the {tries} messages that end the logins that were begun: it answers nothing any more, or no login that it refuses. If the VPN does not connect, look whether it limits or blocks this address.",
  "finding.healthy.fell-silent":
    "What was asked of the way at first was answered. But then the gateway answered none of {tries} small messages: it answers nothing any more. If the VPN does not connect, look whether it limits or blocks this address.",
  "finding.healthy.unknown": "Not everything that a working connection needs was seen to work.",
  "finding.ping.refused-locally":
    "A ping with {payload} bytes of data passed: that is an IP packet of {ipBytes} bytes. The one with {refused} bytes ({refusedIpBytes} as a packet) was refused by this PC itself, as larger than its own MTU: it was never sent and measures nothing.",
  "finding.ping.refused-here":
    "A ping with {payload} bytes of data passed: that is an IP packet of {ipBytes} bytes. The one with {refused} bytes ({refusedIpBytes} as a packet) was refused by this PC itself: it is larger than the MTU of its interface, or than a path MTU that a router had told it before. Systems say both in the same words, and the interface's MTU is not known here.",
  "finding.ping.refused-alone":
    "The ping with {refused} bytes of data ({refusedIpBytes} as an IP packet) was refused by this PC itself, as larger than its own MTU: it was never sent and measures nothing. Smaller ones would.",
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
  "finding.ike-fragments.not-used":
    "Whether the VPN itself uses IKE fragmentation (RFC 7383): it was not seen to.",
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
  "finding.small-auth-unanswered.log":
    "By the log, IKE_AUTH was sent {requests} times and got no answer. With its headers it is an IP packet of {ipBytes} bytes, which fits one packet on most lines: if it does here, it was not lost for being split. A path that silently drops packets of this size may be the reason, or a blocked port 4500, a lost answer, or a gateway that keeps silent.",
  "finding.small-auth-unanswered.clear": "No IKE_AUTH that fits one packet went unanswered.",
  "finding.small-auth-unanswered.unknown": "No IKE_AUTH was seen.",
  "finding.large-init.found":
    "The first message, IKE_SA_INIT, is itself larger than one packet: it left as IP fragments of {fragments} bytes and got no answer. IKE fragmentation (RFC 7383) does not apply to this message.",
  "finding.large-init.clear": "IKE_SA_INIT fits one packet, or was answered.",
  "finding.large-init.unknown": "No IKE_SA_INIT was seen.",
  "finding.icmp-refused.port-by-gateway":
    "The gateway itself answered {errors} times that nothing listens on its UDP port {port} (ICMP port unreachable): the VPN service is not running there, or the gateway's own firewall refuses it.",
  "finding.icmp-refused.port-by-router":
    "{sender}, which is not the gateway, refused what was sent to the gateway's UDP port {port}, {errors} times (ICMP port unreachable): a firewall on the way out.",
  "finding.icmp-refused.prohibited-by-gateway":
    "The gateway itself refused what was sent to its UDP port {port}, {errors} times (ICMP administratively prohibited): its own firewall does not let it in.",
  "finding.icmp-refused.prohibited-by-router":
    "The router or firewall {sender}, on the way out, refused what was sent to the gateway's UDP port {port}, {errors} times (ICMP administratively prohibited).",
  "finding.icmp-refused.unreachable-by-gateway":
    "The gateway itself answered {errors} times to UDP port {port} that the destination is unreachable (ICMP): most often its own firewall does that.",
  "finding.icmp-refused.unreachable-by-router":
    "The router {sender} said {errors} times that it cannot reach the gateway (ICMP destination unreachable, about UDP port {port}).",
  "finding.icmp-refused.clear": "No ICMP error refused the ports of IKE.",
  "finding.icmp-refused.unknown":
    "Whether a router or the gateway refused IKE with an ICMP error: needs a capture.",
  "finding.cookie-not-returned.client":
    "The gateway demanded a COOKIE {demands} times. The client got the demand, and sent its request again without the COOKIE: the fault is the client's, and trying again later does not help.",
  "finding.cookie-not-returned.found":
    "The gateway demanded a COOKIE {demands} times, and the client never brought it back: it does not take the demand, so the fault is the client's, or the demand gets lost on the way back to it. Trying again later does not help.",
  "finding.cookie-not-returned.clear":
    "Every COOKIE that was demanded was brought back, or none was demanded.",
  "finding.cookie-not-returned.unknown": "Whether the client brings back a COOKIE was not seen.",
  "finding.gateway-guarded.unreturned":
    "The gateway asked for a COOKIE: it guards itself against too many attempts, and goes on only with a client that brings it back.",
  "finding.answers-ignored.client":
    "The gateway's answer (IP packets of {sizes} bytes) stands in the capture whole, {answers} times, the first time {milliseconds} ms after the request; the client sent the request again {repeats} times all the same. The answer reaches this computer and is not taken: its own firewall or security software above the point of capture, or a second VPN or IKE service on it.",
  "finding.answers-ignored.refused":
    "The gateway's answer (IP packets of {sizes} bytes) stands in the capture whole, {answers} times, the first time {milliseconds} ms after the request. The client's own address refused it with an ICMP error, and the client sent the request again {repeats} times: on that computer, or on the NAT in front of it, nothing takes the answer.",
  "finding.answers-ignored.gateway-fragments":
    "The gateway's answer left whole, {answers} times, as IP fragments of {sizes} bytes, the first time {milliseconds} ms after the request; the client sent the request again {repeats} times. The request arrives, so its answer, or a part of it, is lost on the way back to the client.",
  "finding.answers-ignored.fragments":
    "The gateway's answer stands in the capture whole, {answers} times, as IP fragments of {sizes} bytes, the first time {milliseconds} ms after the request; the client sent the request again {repeats} times all the same. If the capture was taken at the gateway, the answer's fragments are lost on the way back; if it was taken on the client's computer, the answer reaches it and is not taken.",
  "finding.answers-ignored.gateway":
    "The gateway's answer (IP packets of {sizes} bytes) left whole, {answers} times, the first time {milliseconds} ms after the request; the client sent the request again {repeats} times. The request arrives, so its answer is lost on the way back, or the client does not take it.",
  "finding.answers-ignored.either":
    "The gateway's answer (IP packets of {sizes} bytes) stands in the capture whole, {answers} times, the first time {milliseconds} ms after the request; the client sent the request again {repeats} times all the same. If the capture was taken on the client's computer, the answer reaches it and is not taken; if it was taken elsewhere, the answer may be lost on the rest of the way back.",
  "finding.answers-ignored.log":
    "By the gateway's log, the client sent the same {exchange} request {repeats} more times after the gateway had answered it: so the request arrives, and the answer does not reach the client, or is not taken there.",
  "finding.answers-ignored.listed":
    "The text has the gateway's answer {answers} times, and after it the same request {repeats} more times. If the text is from the client's PC, the answer reaches it and is not taken; if it is from elsewhere, the answer may be lost on the rest of the way back.",
  "finding.answers-ignored.clear": "The client acted on the gateway's answers.",
  "finding.answers-ignored.unknown": "Whether the client acts on the gateway's answers: no answer was seen.",
  "finding.request-lost.first":
    "In {name} the client's large message arrives {datagrams} times with its first IP fragment ({sizes} bytes) and never with the others: those are lost on the way out, before they get there.",
  "finding.request-lost.first-filter":
    "In {name} the client's large message arrives {datagrams} times with its first IP fragment ({sizes} bytes) and never with the others, and the gateway does not answer it. Unless the capture was taken on the client's computer with a filter by port, which hides the others, those are lost on the way out.",
  "finding.request-lost.first-both":
    "Two captures show the same login. In {near} the client's large message leaves with all of its IP fragments; in {name} it arrives {datagrams} times with the first one ({sizes} bytes) and never with the others. They are lost on the way from the client to the gateway.",
  "finding.request-lost.later":
    "In {name} the client's large message arrives {datagrams} times with later IP fragments ({sizes} bytes) and never with the first one: it is lost on the way out, either for its size, as it is the largest, or because it alone carries the port number, and UDP port 4500 is blocked.",
  "finding.request-lost.last-ike-fragment":
    "In {name} the client's login message of {total} IKE fragments arrives {requests} times with the last and smallest one alone (an IP packet of {sizes} bytes): the larger ones are lost on the way out, for their size.",
  "finding.request-lost.some-ike-fragments":
    "In {name} the client's login message of {total} IKE fragments arrives {requests} times, and never whole (those that came are IP packets of {sizes} bytes): the others are lost on the way out.",
  "finding.request-lost.some":
    "In {name} the client's large message arrives {datagrams} times, each time with IP fragments missing (those of {sizes} bytes came): they are lost on the way out.",
  "finding.request-lost.nothing":
    "In {name} the gateway answers IKE_SA_INIT, and nothing of the login that has to follow arrives. What the client sent next is lost on the way out, before it gets there. The same would be seen if the capture leaves out UDP port 4500.",
  "finding.request-lost.nothing-both":
    "Two captures show the same login. In {near} the client sends its login message; in {name} nothing of it arrives, though IKE_SA_INIT did. It is lost on the way from the client to the gateway.",
  "finding.request-lost.given-up":
    "The gateway itself said {errors} times (ICMP, reassembly time exceeded) that the first IP fragment of the client's message came and others did not: these are lost on the way out.",
  "finding.request-lost.clear": "The client's login message arrived whole at the gateway.",
  "finding.request-lost.unknown":
    "Whether the client's login message arrives at the gateway: needs a capture taken there.",
  "finding.answer-lost.found":
    "Two captures show the same login. In {name} the gateway's answer leaves whole (IP packets of {sizes} bytes); in {near} it does not arrive whole. It is lost on the way from the gateway to the client.",
  "finding.answer-lost.clear": "The gateway's answer reached the client's own capture.",
  "finding.answer-lost.unknown":
    "Whether the gateway's answer is lost on the way back: needs a capture of the same login at each end.",
  "part.whole": "a packet that is not split",
  "part.ip-fragment": "IP fragment {number} of {of}",
  "part.ike-fragment": "IKE fragment {number} of {of}",
  "finding.lost-out.size":
    "Seen at both ends: {exchange} left the client (sendings: {sendings}; {near}) and never arrived whole at the gateway ({far}). What is lost each time is {which}, with {ipBytes} bytes as an IP packet; the largest packet that arrived there had {most} bytes.",
  "finding.lost-out.fragment":
    "Seen at both ends: {exchange} left the client (sendings: {sendings}; {near}) and never arrived whole at the gateway ({far}). What is lost each time is {which}, with {ipBytes} bytes as an IP packet, and its size does not explain that: packets of up to {most} bytes arrived.",
  "finding.lost-out.port":
    "Seen at both ends: {exchange} left the client (sendings: {sendings}; {near}) and never arrived at the gateway ({far}): {which}, with {ipBytes} bytes as an IP packet, is lost each time. Every path carries that size, and packets to the gateway's other UDP port do arrive: the port is what differs.",
  "finding.lost-out.open":
    "Seen at both ends: {exchange} left the client (sendings: {sendings}; {near}) and never arrived whole at the gateway ({far}). What is lost each time is {which}, with {ipBytes} bytes as an IP packet; the largest packet that arrived there had {most} bytes. Whether it is lost for its size, for being an IP fragment or because its UDP port is blocked cannot be told from what else was sent.",
  "finding.lost-out.once":
    "Seen at both ends: {exchange} left the client once ({near}) and did not arrive whole at the gateway ({far}): {which}, with {ipBytes} bytes as an IP packet, was lost. Once may be chance.",
  "finding.lost-out.log":
    "Seen at both ends: {exchange} left the client (sendings: {sendings}; {near}) and never arrived whole at the gateway ({far}). Which of its IP packets were lost a log does not show.",
  "finding.lost-out.clear":
    "What the client sent for this login is seen to arrive at the gateway, at least when it was sent again.",
  "finding.lost-out.unknown":
    "Whether what the client sends arrives at the gateway: needs the same login recorded at both ends.",
  "finding.lost-back.size":
    "Seen at both ends: the answer to {exchange} left the gateway (sendings: {sendings}; {near}) and never arrived whole at the client ({far}). What is lost each time is {which}, with {ipBytes} bytes as an IP packet; the largest packet that arrived there had {most} bytes.",
  "finding.lost-back.fragment":
    "Seen at both ends: the answer to {exchange} left the gateway (sendings: {sendings}; {near}) and never arrived whole at the client ({far}). What is lost each time is {which}, with {ipBytes} bytes as an IP packet, and its size does not explain that: packets of up to {most} bytes arrived.",
  "finding.lost-back.port":
    "Seen at both ends: the answer to {exchange} left the gateway (sendings: {sendings}; {near}) and never arrived at the client ({far}): {which}, with {ipBytes} bytes as an IP packet, is lost each time. Every path carries that size, and packets from the gateway's other UDP port do arrive: the port is what differs.",
  "finding.lost-back.open":
    "Seen at both ends: the answer to {exchange} left the gateway (sendings: {sendings}; {near}) and never arrived whole at the client ({far}). What is lost each time is {which}, with {ipBytes} bytes as an IP packet; the largest packet that arrived there had {most} bytes.",
  "finding.lost-back.once":
    "Seen at both ends: the answer to {exchange} left the gateway once ({near}) and did not arrive whole at the client ({far}): {which}, with {ipBytes} bytes as an IP packet, was lost. Once may be chance.",
  "finding.lost-back.log":
    "Seen at both ends: the answer to {exchange} left the gateway (sendings: {sendings}; {near}) and never arrived whole at the client ({far}). Which of its IP packets were lost a log does not show.",
  "finding.lost-back.clear":
    "What the gateway sent for this login is seen to arrive at the client, at least when it was sent again.",
  "finding.lost-back.unknown":
    "Whether the gateway's answers arrive at the client: needs the same login recorded at both ends.",
  "finding.lost-by-chance.login":
    "Packets of {exchange} were lost, and others of the same kind and size passed: neither their size nor their kind is the reason. Of {sentOut} packets to the gateway {lostOut} were lost, of {sentBack} packets to the client {lostBack}.",
  "finding.lost-by-chance.some":
    "Some packets were lost on the way, and others of the same kind and size passed. Of {sentOut} packets to the gateway {lostOut} were lost, of {sentBack} packets to the client {lostBack}.",
  "finding.lost-by-chance.clear": "No packet was lost that passed at another time.",
  "finding.lost-by-chance.unknown":
    "How many packets are lost by chance: needs the same login recorded at both ends.",
  "finding.both-ends-joined.spi":
    "{near} and {far} show the same login (logins in both: {logins}): the SPIs are the same. How far their clocks are apart is not known.",
  "finding.both-ends-joined.sizes":
    "{near} and {far} show the same login (logins in both: {logins}), by the sizes, the order and the times of its messages. How far their clocks are apart is not known.",
  "finding.both-ends-joined.spi-clock":
    "{near} and {far} show the same login (logins in both: {logins}): the SPIs are the same. The clock of {ahead} is {seconds} s ahead of that of {behind}, give or take {uncertainty} s.",
  "finding.both-ends-joined.sizes-clock":
    "{near} and {far} show the same login (logins in both: {logins}), by the sizes, the order and the times of its messages. The clock of {ahead} is {seconds} s ahead of that of {behind}, give or take {uncertainty} s.",
  "finding.both-ends-joined.unknown": "No login is recorded at both ends.",
  "finding.ends-not-joined.same-end":
    "{near} and {far} show the same login at the same end, so they do not tell which way packets are lost. Record one of them at the other end.",
  "finding.ends-not-joined.other-attempts":
    "{near} and {far} are of the same client and gateway, but of different attempts to connect: no login stands in both. Start both recordings, then connect, then stop both.",
  "finding.ends-not-joined.nothing-in-common":
    "{near} and {far} have no login in common. Start both recordings, then connect once from the client in question, then stop both.",
  "finding.ends-not-joined.ambiguous":
    "Several logins in {near} and {far} fit each other equally well, so none was taken for the same one. Record a single attempt to connect, or set the log's level so that it shows the SPIs.",
  "finding.ends-not-joined.clear": "The files that show logins belong together.",
  "finding.ends-not-joined.unknown": "There are no two files to be joined.",
  "finding.gateway-silent.found":
    "In {name}, taken at the gateway's end, the client's request arrives whole {requests} times (IP packets of {sizes} bytes), and the gateway sends nothing back. No packet is lost on the way to it: look in the gateway's own log, and at its firewall.",
  "finding.gateway-silent.arrived":
    "In {name}, taken at the gateway's end, the client's request arrives whole (sendings: {requests}): it is not lost on the way to the gateway. Whether the gateway answers it does not show there: the recording may have ended too soon, or may lack what the gateway sends.",
  "finding.gateway-silent.clear": "What arrives whole at the gateway is answered there.",
  "finding.gateway-silent.unknown":
    "Whether the gateway answers what arrives there: needs a capture taken at the gateway.",
  "finding.last-first.found":
    "The client's large message comes with its last IP fragment first, {messages} times (in this order: {sizes} bytes). That is allowed, but Azure VPN gateways, and some firewalls, drop IP fragments that are out of order; a smaller MTU does not change the order.",
  "finding.last-first.clear": "The client's IP fragments come in their order.",
  "finding.last-first.mixed":
    "The client's large message comes with its IP fragments out of order, {messages} times (in this order: {sizes} bytes). That is allowed, but Azure VPN gateways, and some firewalls, drop such IP fragments; a smaller MTU does not change the order.",
  "finding.last-first.unknown": "In which order the client's IP fragments leave was not seen.",
  "finding.inbound-path-mtu.learned":
    "The gateway's answer came only after the request had been sent {requests} times, and then cut into IP fragments of at most {least} bytes: meanwhile the gateway has learned how much the way to this PC carries, a path MTU of {least} to {most} bytes. That is no slow gateway.",
  "finding.inbound-path-mtu.found":
    "The gateway's answer arrived cut into IP fragments of at most {least} bytes: towards this PC the gateway or the path uses an MTU of {least} to {most} bytes.",
  "finding.inbound-path-mtu.left":
    "The gateway's answer left there cut into IP fragments of at most {least} bytes: towards this client the gateway uses an MTU of {least} to {most} bytes.",
  "finding.inbound-path-mtu.clear":
    "The gateway's IP fragments arrived with up to {least} bytes, as Ethernet carries them.",
  "finding.inbound-path-mtu.unknown":
    "How large packets from the gateway may be was not seen: no answer came as IP fragments.",
  "finding.ike-fragments-too-many.found":
    "IKE_AUTH was sent {requests} times in {total} IKE fragments, the largest an IP packet of {ipBytes} bytes, and got no answer. libreswan before 3.31 takes at most {most} and drops a message of more in silence, though all of them arrive. Fewer and larger ones need a larger MTU on the client's interface: so many point at an MTU there that is unusually small.",
  "finding.ike-fragments-too-many.tiny":
    "The client's IKE fragments are IP packets of at most {ipBytes} bytes ({total} of them): far smaller than a usual path needs. Either its interface's MTU is unusually small, and should be raised, or the client cuts so small by itself, as some versions of Windows do.",
  "finding.ike-fragments-too-many.clear":
    "No unanswered message was cut into unusually many or small IKE fragments.",
  "finding.ike-fragments-tiny.clear": "The client's IKE fragments have a usual size.",
  "finding.unanswered.seen-at-gateway": "What becomes of the login is seen at the gateway's end.",
  "finding.ike-fragments-unanswered.clear": "No login in IKE fragments of a usual size went unanswered.",
  "finding.ike-fragments-unanswered.found":
    "IKE_AUTH was sent {requests} times in {total} IKE fragments (IP packets of {sizes} bytes), and nothing came back. That leaves four causes: the path carries no packets of that size and nothing says so; UDP port 4500 is blocked; the gateway's answer is lost on the way back; or the gateway keeps silent.",
  "finding.small-auth-unanswered.large":
    "IKE_AUTH left as one packet of {ipBytes} bytes, was sent {requests} times and got no answer. That leaves four causes: a narrower link on the way cuts it, and the parts are lost, or swallows it; port 4500 is blocked; the gateway's answer is lost; or the gateway keeps silent.",
  "finding.small-auth-unanswered.told":
    "IKE_AUTH left as one packet of {ipBytes} bytes that must not be split (DF), was sent {requests} times and got no answer. A router on the way said that only {pathMtu} bytes pass, and the client did not make it smaller.",
  "finding.small-auth-unanswered.dont-fragment":
    "IKE_AUTH left as one packet of {ipBytes} bytes that must not be split (DF), was sent {requests} times and got no answer. That leaves four causes: a link on the way carries only smaller packets and nothing says so; port 4500 is blocked; the gateway's answer is lost; or the gateway keeps silent.",
  "finding.gateway-guarded.found":
    "The gateway asked for a COOKIE: it guards itself against too many attempts. Try again after a minute.",
  "finding.gateway-guarded.taken":
    "The gateway first asked for a COOKIE, because it guards itself against too many attempts, and went on with the client that brought it back. That is in order.",
  "finding.gateway-guarded.again":
    "The gateway asked for a COOKIE, the client brought it back, and the gateway asked again. It takes only a COOKIE that is new enough and comes from the address that it was given to: try again after a minute, and if it stays so, look in the gateway's own log.",
  "finding.gateway-guarded.silent":
    "The gateway asked for a COOKIE, and the client brought it back; no answer to that is in the capture. The gateway is reached: its own log says what becomes of the request.",
  "finding.gateway-guarded.from-the-start":
    "From the start the gateway asked for a COOKIE, as one does under load, or after several attempts from one address, such as those of the VPN itself. The test went on with messages that cost it nothing.",
  "finding.gateway-guarded.stopped":
    "During the test the gateway began to ask for a COOKIE: it guards itself against too many attempts. The test ended there, to spare it, so what is said here rests on what was measured until then.",
  "finding.gateway-guarded.clear": "The gateway did not ask for a COOKIE.",
  "finding.gateway-guarded.unknown": "Whether the gateway guards itself with COOKIEs was not seen.",
  "finding.esp-mtu.packet-too-big":
    "A router said that packets of the tunnel are too big: {ipBytes} bytes as an IP packet, and the next link carries {nextHopMtu}.",
  "finding.esp-mtu.pieces":
    "Packets of the tunnel came from the gateway as IP fragments, and some fragments were missing ({packets} frames).",
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
  "finding.ras-code.no-answer":
    "Windows's last VPN error is {code}: no answer from the gateway came in time. It does not say why: every kind of loss on the way, and a gateway that is silent, end in this error.",
  "finding.ras-code.no-answer-of":
    'Windows\'s last VPN error is {code}, for the connection "{connection}": no answer from the gateway came in time. It does not say why: every kind of loss on the way, and a gateway that is silent, end in this error.',
  "finding.ras-code.no-answer-at":
    'Windows\'s last VPN error is {code}, for the connection "{connection}" ({at}): no answer from the gateway came in time. It does not say why: every kind of loss on the way, and a gateway that is silent, end in this error.',
  "finding.ras-code.unknown": "No VPN error of the last days was found in Windows's event log.",
  "finding.recent-failure.found": "Windows recorded a failure of this VPN {when}: error {code}.",
  "finding.recent-failure.clear": "No failure of this VPN within the last 24 hours is on record.",
  "finding.recent-failure.unknown": "What Windows recorded of failed VPN connections was not read.",
  "finding.unsteady.found":
    "A fragmented message ({ipBytes} bytes as one IP packet) was answered only at try {tries}: fragments get lost now and then.",
  "finding.unsteady.clear": "Fragmented messages were answered at once.",
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
  "link.1480.ipv6": "A path MTU of 1480 bytes is typical of IPv6 in an IPv4 tunnel (6in4).",
  "link.1476": "A path MTU of 1476 bytes is typical of GRE tunnels.",
  "link.1464": "A path MTU of 1464 bytes is typical of IPv4 fragments carried over IPv6 on a PPPoE line.",
  "link.1460": "A path MTU of 1460 bytes is typical of DS-Lite and MAP-E (IPv4 in IPv6).",
  "link.1454": "A path MTU of 1454 bytes is typical of NTT Flet's PPPoE lines.",
  "link.1440": "A path MTU of 1440 bytes is typical of WireGuard tunnels over IPv4.",
  "link.1420": "A path MTU of 1420 bytes is typical of WireGuard tunnels.",
  "link.1280": "A path MTU of 1280 bytes is the smallest that IPv6 allows, and common in tunnels.",
  "finding.login-answered-sometimes.found":
    "In the same capture another login was answered that left as IP fragments just as large (up to {ipBytes} bytes). So the path carries them, at least at times, and a smaller MTU is hardly the remedy.",
  "finding.login-answered-sometimes.clear":
    "No login was answered while another like it, in the same capture, was not.",
  "finding.login-answered-sometimes.unknown": "The captures hold fewer than two logins.",
  "finding.gateway-clients.one":
    "{name} shows {clients} clients (since {since}): {cameUp} come up, and {client} does not. That points to the path or the device of this client, not to the gateway. By their latest attempts, the login of {incomplete} never arrived whole, {repeated} repeat a request that the gateway has answered, {refused} were refused ({reasons}), {silent} got no answer, and of {open} nothing more is known.",
  "finding.gateway-clients.all":
    "{name} shows {clients} clients (since {since}), and none of them comes up. That points to the gateway's side, such as a firewall in front of it that drops fragments, or to its settings. By their latest attempts, the login of {incomplete} never arrived whole, {repeated} repeat a request that the gateway has answered, {refused} were refused ({reasons}), {silent} got no answer, and of {open} nothing more is known.",
  "finding.gateway-clients.some":
    "{name} shows {clients} clients (since {since}): {cameUp} come up, and {failed} do not. By their latest attempts, the login of {incomplete} never arrived whole, {repeated} repeat a request that the gateway has answered, {refused} were refused ({reasons}), {silent} got no answer, and of {open} nothing more is known.",
  "finding.gateway-clients.clear": "{name} shows {clients} clients, and no attempt of them that fails.",
  "finding.gateway-clients.unknown":
    "How other clients of the gateway fare: needs its log, or a capture taken there.",
  "finding.server-events.refused":
    "The Windows VPN server refused a login from {client} (event {event}, {at}). A login that it refuses has reached it, so packet sizes did not stop this one. The event does not name the kind of VPN: it may have been IKEv2, SSTP, L2TP or PPTP.",
  "finding.server-events.refused-with":
    "The Windows VPN server refused a login from {client} with error {code} (event {event}, {at}). A login that it refuses has reached it, so packet sizes did not stop this one. The event does not name the kind of VPN: it may have been IKEv2, SSTP, L2TP or PPTP.",
  "finding.server-events.not-able":
    "The Windows VPN server lacks what it needs for IKEv2 (event {event}, {at}): a certificate, a shared key, or a policy that it can use.",
  "finding.server-events.ike-failed":
    "The Windows VPN server recorded that a negotiation of {protocol} with {client} failed (event {event}, {at}, SPI {spi}). The other computer began it, so messages from there do reach the server. The event does not show which of them did.",
  "finding.server-events.ike-failed-either":
    "The Windows VPN server recorded that a negotiation of {protocol} with {client} failed (event {event}, {at}, SPI {spi}). As text the event does not tell reliably which side began it: the same event as XML does.",
  "finding.server-events.not-finished":
    "The Windows VPN server recorded a login that it did not finish (event {event}, {at}). The event names neither the client's address nor the kind of VPN.",
  "finding.server-events.clear":
    "{count} events of the Windows VPN server were read, and none of them is of a login that failed.",
  "finding.server-events.unknown":
    "No events of a Windows VPN server (RRAS) were given. Where the gateway is one, they show whether it refused a login.",
  "finding.answered-elsewhere.found":
    "The same gateway answered IKE_AUTH in {good} and not in {bad}: the network between them makes the difference, not the gateway's settings or the credentials.",
  "finding.answered-elsewhere.clear": "The captures do not differ in whether IKE_AUTH is answered.",
  "finding.answered-elsewhere.unknown":
    "A second capture, from a network where it works, would show what differs.",
} as const;
