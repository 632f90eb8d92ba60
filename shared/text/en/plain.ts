/**
 * The first screen of a fix card: each verdict for somebody who knows nothing of networks. `title` and `what`
 * say what is wrong, `do` what to do where this page has no command. The numbers are for others. English.
 */
export const plain = {
  "plain.likely": "Most likely: {title}",
  "plain.outbound-fragments-too-large.title": "Your network loses large messages",
  "plain.outbound-fragments-too-large.what":
    "To log in, the VPN sends one large message, and this network loses it on the way. A smaller packet size on this PC gets round that.",
  "plain.outbound-fragments-dropped.title": "Your network loses large messages",
  "plain.outbound-fragments-dropped.what":
    "To log in, the VPN sends a large message in several pieces, and something on the way throws the pieces away, however small they are. No setting on this PC changes that.",
  "plain.inbound-fragments-lost.title": "The VPN server's answers do not reach you",
  "plain.inbound-fragments-lost.what":
    "Your PC's messages arrive. The server's answers are large, and they get lost on the way back. No setting on this PC changes that.",
  "plain.ike-auth-unanswered.title": "The VPN server does not answer the login",
  "plain.ike-auth-unanswered.what":
    "The connection begins well, and then the large login message gets no answer. Where it gets lost is not known yet.",
  "plain.path-mtu-black-hole.title": "Large packets vanish on the way",
  "plain.path-mtu-black-hole.what":
    "Part of the way to the VPN server carries only smaller packets than your PC sends, and nothing tells your PC so.",
  "plain.path-mtu-reduced.title": "The way to the VPN server is narrower than usual",
  "plain.path-mtu-reduced.what":
    "It carries smaller packets than your PC's network card, and says so as it should. That alone rarely stops a VPN.",
  "plain.ike-fragments-too-large.title": "The VPN's messages are too large for the way",
  "plain.ike-fragments-too-large.what":
    "The VPN cuts its login message into pieces, and the pieces are still larger than the way to the server can carry.",
  "plain.ike-fragments-lost.title": "Pieces of the VPN's login get lost",
  "plain.ike-fragments-lost.what":
    "The VPN cuts its login message into small pieces, as it should, and some of them get lost on the way.",
  "plain.udp-500-blocked.title": "This network blocks the VPN",
  "plain.udp-500-blocked.what":
    "Something here does not let the VPN's first messages through. On another network it would probably connect.",
  "plain.udp-4500-blocked.title": "This network blocks the VPN",
  "plain.udp-4500-blocked.what":
    "The first messages get through, and those that follow are blocked. On another network it would probably connect.",
  "plain.gateway-unreachable.title": "The VPN server cannot be reached",
  "plain.gateway-unreachable.what":
    "Nothing that was sent to it was answered. It may be switched off, its name may be wrong, or this network may block it.",
  "plain.gateway-rejects.title": "The VPN server refuses the connection",
  "plain.gateway-rejects.what":
    "Your network is in order: messages arrive, and the server says no. That is decided by the server and by the settings of your VPN.",
  "plain.slow-gateway.title": "The VPN server answers slowly",
  "plain.slow-gateway.what": "It does answer, but so late that your PC may give up before.",
  "plain.not-ikev2.title": "Your VPN is of another kind",
  "plain.not-ikev2.what":
    "This check is for VPNs of the kind IKEv2. What was found belongs to another kind, so its cause has to be looked for elsewhere.",
  "plain.esp-mtu.title": "The VPN connects, but large things get stuck in it",
  "plain.esp-mtu.what":
    "Small requests work, large ones hang. The packets inside the VPN have to be a little smaller.",
  "plain.insufficient-evidence.title": "Not enough is known yet",
  "plain.insufficient-evidence.what":
    "What was measured or sent in does not prove any cause. One more look will probably tell.",
  "plain.profile.title": "A setting of your VPN keeps it from connecting here",
  "plain.profile.what":
    "To log in, the VPN sends large messages, and this network loses them when they are cut up. The VPN server can do it another way, and so can your PC; but your VPN's settings switch that off.",
  "plain.do.profile":
    "Send this page to {operator}: one setting of the VPN on this PC ends this. Until then, another network may work, such as your phone's.",
  "plain.do.server":
    "Send this page to {operator}: the VPN server has a setting that ends this. Until then, another network may work, such as your phone's.",
  "plain.do.network":
    "Try another network, such as your phone's. And send this page to {operator}, who can speak to whoever runs this network.",
  "plain.do.operator": "Send this page to {operator}. What is needed next is under “Details”.",
  "plain.do.refused":
    "Send this page to {operator}: the server's log says why it refuses. Nothing on this PC's network has to be changed.",
  "plain.do.healthy":
    "On this network nothing has to be changed. If the VPN still does not connect, tell {operator} which error it shows, and when.",
  "plain.do.measure":
    "Ask {operator} for a line to run on this PC. It measures what is missing, and then this page can say what to set.",
} as const;
