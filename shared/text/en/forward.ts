/**
 * What is sent to whoever can change something on the way of a VPN's messages: the gateway's administrator,
 * or those who run a firewall or a network. English.
 */
export const forward = {
  to: {
    gateway: "To the administrator of the VPN gateway",
    carrier: "To the team that runs the firewall or the network between the client and the VPN gateway",
  },
  subject: "IKEv2 VPN: {about} ({gateway})",
  subjectOpen: "IKEv2 VPN, to be confirmed: {about} ({gateway})",
  about: {
    "outbound-fragments-too-large": "large IP fragments to the gateway are lost",
    "outbound-fragments-dropped": "IP fragments to the gateway are lost",
    "inbound-fragments-lost": "IP fragments from the gateway are lost",
    "ike-auth-unanswered": "a large message to the gateway is not answered",
    "path-mtu-black-hole": "large packets are lost without a Packet Too Big",
    "ike-fragments-too-large": "IKE fragments are too large for the path",
    "ike-fragments-lost": "IKE fragments are lost",
    "udp-500-blocked": "UDP port 500 gets no answer",
    "udp-4500-blocked": "UDP port 4500 gets no answer",
    "gateway-unreachable": "the gateway does not answer",
    "gateway-rejects": "the gateway refuses the connection",
    "slow-gateway": "the gateway answers late",
    "esp-mtu": "large packets inside the tunnel are lost",
    healthy: "connecting failed, and the network is not the cause",
    "insufficient-evidence": "connecting fails, and the cause is not proven",
  },
  what: {
    "outbound-fragments-too-large":
      "IP fragments that the client sends to the gateway are lost above some size. Smaller ones arrive, and so do small messages.",
    "outbound-fragments-dropped":
      "IP fragments that the client sends to the gateway are lost, however small they are made. Small messages in one packet arrive.",
    "inbound-fragments-lost":
      "Large answers of the gateway, which come as IP fragments, do not reach the client whole. Small answers arrive.",
    "ike-auth-unanswered":
      "The gateway answers the client's first, small message, but not the large one that follows. Whether that message or its answer is lost cannot be seen from the client's side alone.",
    "path-mtu-black-hole":
      "Packets above some size are lost between the client and the gateway, and no Packet Too Big message comes back. Smaller packets arrive.",
    "ike-fragments-too-large":
      "IKE fragmentation (RFC 7383) is in use, but packets of the size of its fragments are lost. Smaller packets arrive.",
    "ike-fragments-lost":
      "IKE fragmentation (RFC 7383) is in use, but some of its packets, sent shortly one after another, do not arrive.",
    "udp-500-blocked": "The gateway answers on UDP port 4500, but not on UDP port 500.",
    "udp-4500-blocked":
      "The gateway answers on UDP port 500, but even small messages to UDP port 4500 get no answer.",
    "gateway-unreachable": "Not even the smallest message to the gateway is answered.",
    "gateway-rejects":
      "Messages arrive in both directions, and the gateway refuses what the client offers, or who asks.",
    "slow-gateway":
      "Messages arrive in both directions, but answers of the gateway come late, or only after repetition.",
    "esp-mtu": "The VPN connects, but large packets inside the tunnel are lost. Small ones arrive.",
    healthy:
      "Messages of every size that was tried arrive in both directions. Connecting failed all the same, so the cause is not the size of packets.",
    "insufficient-evidence": "Connecting fails, and the cause is not proven yet. Below is what was seen.",
  },
  likely: "Not proven, but the likeliest explanation: {what}",
  both: "IP fragments are lost in both directions.",
  confidence: "Confidence: {level}",
  headings: {
    when: "When",
    between: "Between",
    measured: "What was measured",
    reproduce: "To reproduce it",
    asked: "What we ask you for",
    reference: "Reference",
  },
  colon: ": ",
  inZone: "{utc} (local time: {local})",
  byLog: "{at} (by the clock of the log)",
  client: "Client: {names} (its own address; behind a NAT, others see a different one)",
  gateway: "Gateway: {names}",
  ports: "IKEv2 over UDP, gateway port {ports}",
  and: "{first} and {last}",
  lostOn: {
    outbound: "Lost on the way from the client to the gateway",
    inbound: "Lost on the way from the gateway to the client",
    both: "Lost in both directions",
    undetermined: "Not known yet: the client's message or the gateway's answer is lost",
  },
  sizes: "Sizes are bytes of a whole IP packet, with its headers, unless another kind is named.",
  answered: "{answered} of {sent} answered",
  unanswered: "{sent} of {sent} not answered",
  tooBig: "a router said that it is too big",
  unreachable: "reported as unreachable",
  tried: {
    control: "Control: a small IKE message in one packet of {ipBytes} bytes, UDP port {port}",
    whole: "An IKE message in one packet of {ipBytes} bytes, UDP port {port}",
    wholeDf: "An IKE message in one packet of {ipBytes} bytes with DF, UDP port {port}",
    split:
      "An IKE message that would be {ipBytes} bytes in one packet, sent as IP fragments of {pieces} bytes, UDP port {port}",
    trial:
      "An IKE message that would be {ipBytes} bytes in one packet, cut at an MTU of {mtu} into IP fragments of {pieces} bytes, UDP port {port}",
    ping: "A ping with a payload of {payload} bytes ({ipBytes} bytes as an IP packet)",
    pingDf: "A ping with DF and a payload of {payload} bytes ({ipBytes} bytes as an IP packet)",
    reflected: "A packet of {ipBytes} bytes from a test host on the internet to the client",
  },
  around: {
    both: ", before and after the large ones",
    before: ", before the large ones",
    after: ", after the large ones",
    none: "",
  },
  message: {
    whole: "{name} from the client, an IKE message of {ikeLength} bytes in one packet of {pieces} bytes",
    ipFragments:
      "{name} from the client, an IKE message of {ikeLength} bytes as IP fragments of {pieces} bytes",
    ikeFragments:
      "{name} from the client, an IKE message of {ikeLength} bytes as IKE fragments in packets of {pieces} bytes",
    sized: "{name} from the client, an IKE message of {ikeLength} bytes",
    bare: "{name} from the client",
  },
  sentAt: "first sent at {at}",
  watched: "no answer in the {seconds} s after the last one",
  incomplete: {
    inbound:
      "From the gateway only part of a message came, as IP fragments of {pieces} bytes: {count} times, never the rest",
    outbound:
      "From the client only part of a message came, as IP fragments of {pieces} bytes: {count} times, never the rest",
  },
  begun: {
    ipFragments: {
      out: "A login that the test began, {bytes} bytes of IKE message as IP fragments, to the gateway",
      back: "A login that the test began, {bytes} bytes of IKE message as IP fragments, to the client",
    },
    ikeFragments: {
      out: "A login that the test began, {bytes} bytes of IKE message as IKE fragments, to the gateway",
      back: "A login that the test began, {bytes} bytes of IKE message as IKE fragments, to the client",
    },
    passed: "arrived",
    lost: "{tries} of {tries} lost",
  },
  inPart:
    "From the gateway only some IKE fragments of an answer came: {count} times, IKE fragment {missing} of {total} missing",
  espIncomplete: "IP fragments of the gateway's ESP packets that never became whole: {count}",
  esp: {
    outbound: "ESP from the client: {packets} packets, the largest of {bytes} bytes",
    inbound: "ESP from the gateway: {packets} packets, the largest of {bytes} bytes",
  },
  packetTooBig: "{router} said that a packet is too big: its next link carries {mtu} bytes",
  ras: "Windows recorded error {code} for the connection",
  rasAt: "Windows recorded error {code} for the connection at {at}",
  notify: "The gateway answered {name}",
  offers: {
    neither: "The gateway did not announce IKE fragmentation (RFC 7383), though the client did",
    gateway: "The gateway announced IKE fragmentation (RFC 7383)",
  },
  more: "{count} more sizes were tried; the full report lists them all",
  reproduce: {
    probe: "Send the same messages again (no account at the gateway needed)",
    whole: "Windows, {ipBytes} bytes in one packet",
    split: "Windows, {ipBytes} bytes sent as IP fragments",
    wholeUnix: "Linux, {ipBytes} bytes in one packet",
    splitUnix: "Linux, {ipBytes} bytes sent as IP fragments",
    watch: "Watch what arrives, including IP fragments, which carry no port",
    pings:
      "Networks may treat pings differently from UDP: a lost ping shows the fault, but one that passes proves nothing.",
  },
  ask: {
    enable:
      "Please switch on IKE fragmentation (RFC 7383) at the gateway. Large IKE messages are then sent as small packets of their own instead of IP fragments, which many networks lose. Clients that do not support it are not affected.",
    tested: "It was tested with this gateway on this path: IKE fragments got through.",
    testedSize:
      "It was tested with this gateway on this path: IKE fragments in packets of up to {bytes} bytes got through.",
    setting: "{product}: {text}",
    arriving:
      "Please check whether the client's IP fragments arrived at the gateway's outside interface at the times below, and whether a firewall in front of it drops them.",
    leaving:
      "Please check whether the gateway's answers left its outside interface as IP fragments at the times below, and whether a firewall in front of it drops them.",
    logged: "Please check the gateway's log at the times below: did the large message arrive at all?",
    findOut:
      "Please find out what drops IP fragments of UDP on the way from the client to the gateway, and let them pass. IP fragments after the first one carry no ports, so a rule on ports alone does not match them.",
    findBack:
      "Please find out what drops IP fragments of UDP on the way from the gateway to the client, and let them pass. IP fragments after the first one carry no ports, so a rule on ports alone does not match them.",
    above:
      "IP fragments of {passed} bytes arrive, those of {lost} bytes do not: please look for a limit in between.",
    blackHole:
      "Please look for the link or tunnel that carries less than {lost} bytes, and for what keeps its Packet Too Big messages from the sender (ICMP type 3 code 4, ICMPv6 type 2).",
    blackHoleOpen:
      "Please look for the link or tunnel with the smaller MTU, and for what keeps its Packet Too Big messages from the sender (ICMP type 3 code 4, ICMPv6 type 2).",
    smaller: "Please make the gateway's IKE fragments smaller: packets of {lost} bytes are lost.",
    smallerOpen: "Please make IKE fragments smaller, where the gateway has a setting for it.",
    bursts:
      "Please look for what drops single UDP packets of a burst: a limit of packets per second, a flood guard, or an inspection of IKE.",
    port: "Please let UDP port {port} pass between the client and the gateway, in both directions.",
    ports:
      "Please let UDP ports 500 and 4500 pass between the client and the gateway, in both directions, and check that the gateway is running.",
    refused:
      "Please check in the gateway's log, at the times below, why it refused: proposals, certificate or credentials.",
    slow: "Please check what the gateway was waiting for at the times below: its own load, RADIUS, or certificate checks.",
    esp: "Please lower the tunnel's MTU, or its MSS limit, at the gateway.",
    espCarrier:
      "Please look for what drops large packets of UDP port 4500 or of ESP between the client and the gateway.",
    healthy: "Please check in the gateway's log, at the times below, what became of the login.",
  },
  madeBy: "Measured and judged by ikefrag, verdict {verdict}",
  report: "Report {id}",
  attached: "Attached: {names}",
  fullText: "The full text, with what was measured, is in the attachment or follows separately.",
} as const;
