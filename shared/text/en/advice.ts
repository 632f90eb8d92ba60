/** Advice: where an MTU comes from, what to do, what to ask next, and what to know besides. English. */
export const advice = {
  "term.ipv6-link": "an IPv6 link's MTU",
  "term.ipv6-header": "IPv6 header",
  "term.ipv4-header": "IPv4 header, which it replaces",
  "term.ipv6-fragment-header": "IPv6 Fragment Header",
  "term.verified-cap": "tested with just this MTU, and answered",
  "term.measured-path-mtu": "the largest whole packet that was answered",
  "term.told-path-mtu": "the path MTU that a router named",
  "term.told-elsewhere": "the path MTU that a router named on the way to another host",
  "term.pinned-path-mtu": "the path MTU: a packet of this size passes, and a slightly larger one is refused",
  "term.arrived-at-gateway":
    "the largest such packet that left the client and is seen to arrive at the gateway",
  "term.recut": "the size to which a router on the way cut a larger packet, as it is seen to arrive",
  "term.sure-to-pass":
    "nearly every path carries so much; a larger one may pass as well, which a run of the test on the client's PC finds",
  "action.client-fragment-size":
    "Or have the VPN client send smaller IKE fragments, if it has a setting for their size.",
  "action.gateway-packet-size":
    "For the gateway's administrator: packets of up to {ipBytes} bytes from the gateway are seen to arrive at the client, so let its IKE fragments be no larger.",
  "action.gateway-firewall":
    "Have the gateway's administrator look for what drops the gateway's answers on their way out: a firewall at the gateway or at its operator.",
  "trial.1472":
    "1472: the largest IPv4 packet whose fragments still fit a 1500-byte IPv6 link after translation",
  "trial.1452": "1452: the same for a link of 1480 bytes; also fits PPPoE lines",
  "trial.1400": "1400: fits most mobile networks and tunnels",
  "trial.1280": "1280: the smallest that every IPv6 path carries; the last one to try",
  "action.apply-mtu":
    "Set the interface's MTU with the command below, and connect again. If it does not help, undo it.",
  "action.apply-mtu-later":
    "An MTU of the value below may help. What is still needed to give the commands that set it and undo it is said below: supply that first.",
  "action.ask-for-commands":
    "Ask your helpdesk for the commands that set this MTU: they name your network interface, and this page names nothing of yours.",
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
  "action.fit-the-path":
    "It seldom needs a change, as systems learn this size by themselves. If the VPN does not come up, set the interface's MTU to the path's with the command below, and connect again. If it does not help, undo it.",
  "action.fit-the-path-later":
    "It seldom needs a change, as systems learn this size by themselves. If the VPN does not come up, an MTU of the value below on the interface may help.",
  "action.name-gateway":
    "If {host} is the VPN gateway, say so and have it judged again: `ikefrag analyze … --gateway {host}`, or the field for the gateway on the page.",
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
  "action.dial-while-recording":
    "Let the failing attempt be recorded: whoever helps you can send you a line that records while you try to connect.",
  "action.gateway-log-at":
    "Ask the gateway's administrator for its log at {at}: it shows whether the attempt arrived, and why it came to nothing.",
  "action.gateway-log-of-failure":
    "Ask the gateway's administrator for its log of the time at which the connection failed: it shows whether the attempt arrived, and why it came to nothing.",
  "next.probe":
    "A probe run from the affected network: it sends IKE messages as IP fragments, which shows whether packets are lost going out or coming back.",
  "next.probe-size":
    "A probe run from the affected network: it finds the largest packet that arrives at the gateway.",
  "next.probe-ports": "A probe run from the affected network: it tries both ports, 500 and 4500.",
  "next.capture":
    "A capture of the failing connection, taken on this PC (filtered by the gateway's address, not by port).",
  "next.what-if":
    "The same test with a smaller MTU for the test alone: it shows whether smaller IP fragments pass.",
  "next.tunnel-ping":
    "Pings of growing size through the connected VPN (`ping -f -l SIZE` to a host behind the gateway): they show how large a packet inside it may be.",
  "next.server-capture":
    "A capture at the gateway at the same time: it shows whether the request arrived and an answer left. Start it at the gateway, connect once from this PC, and give the file together with this evidence. A filter by port alone would hide IP fragments.",
  "next.server-capture-of-client":
    "A capture at the gateway at the same time: it shows whether the request arrived and an answer left. Start it at the gateway, connect once from this PC, stop it, and give the file together with this evidence. CLIENT stands for the address under which the gateway sees this PC, INTERFACE for the gateway's interface to the internet. A filter by port alone would hide IP fragments.",
  "next.later": "The same test again after some minutes, when the gateway has forgotten these attempts.",
  "next.capture-if-failing":
    "If the VPN fails all the same: a capture of that, taken on this PC (filtered by the gateway's address, not by port).",
  "next.interface-mtu":
    "This PC's interfaces with their MTU (`netsh interface ipv4 show interfaces`): they show whether the packets that got lost had left in one piece.",
  "next.name-gateway":
    "Which host is the VPN gateway (`ikefrag analyze … --gateway HOST`, or the field for it on the page): it shows whether what was measured is the way to it.",
  "next.probe.short": "a run of this test on the affected network",
  "next.probe-size.short": "a run of this test on the affected network",
  "next.probe-ports.short": "a run of this test on the affected network",
  "next.capture.short": "a capture of the failing connection, taken on this PC",
  "next.what-if.short": "the same test with a smaller MTU for the test alone",
  "next.tunnel-ping.short": "pings of growing size through the connected VPN",
  "next.server-capture.short": "a capture at the gateway at the same time",
  "next.server-capture-of-client.short": "a capture at the gateway at the same time",
  "next.later.short": "the same test again after some minutes",
  "next.capture-if-failing.short": "a capture of the VPN failing, if it does",
  "next.interface-mtu.short": "a list of this PC's interfaces with their MTU",
  "next.name-gateway.short": "the name or address of the VPN gateway",
  "note.ping-measured":
    "{payload} is a ping payload, not an MTU: with its headers the packet has {ipBytes} bytes, so the path to that host carries at least {ipBytes}.",
  "note.pings-alone":
    "No IKE message was sent: these are pings alone, which a network may treat differently, so the verdict is weaker. A run of the test or a capture of the failing connection would make it sure.",
  "note.1472-is-no-cure":
    "1472 as an MTU has a reason of its own (the sum above), and is no universal cure: on some links another value is needed.",
  "note.durable-fix": "The MTU is a workaround. The lasting remedy is IKE fragmentation (RFC 7383).",
  "note.replug":
    "Plugging the phone in again may give the interface another number: check it before using a command again.",
  "note.persistent": "The setting survives a restart. Undo it when this network is no longer used.",
  "note.no-windows":
    "The commands that ikefrag gives are Windows's, and this evidence is of another system: set the MTU there by that system's own means, and note the old value first.",
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
  "action.raise-client-mtu":
    "Look at the MTU of the client's interface (`netsh interface ipv4 show interfaces`): if it is far below 1500, set it back to 1500, so that the login needs fewer IKE fragments.",
  "action.update-gateway":
    "If the gateway is libreswan older than 3.31: have it updated, as newer ones take more IKE fragments.",
  "action.gateway-log":
    "Look at the gateway: its log says what becomes of the request; check that its VPN service is running, and its own firewall.",
  "action.other-client":
    "Update the VPN client, or connect with another one; on that PC look for security software that keeps answers on UDP port 500 from it.",
  "action.client-firewall":
    "On the client's PC: switch off other VPN clients, check its firewall and security software for UDP ports 500 and 4500, and connect again.",
  "next.other-client":
    "The same connection with another VPN client on the same PC and network: if it comes up, the first client is at fault.",
  "next.other-client.short": "the same connection with another VPN client",
  "next.gateway-log":
    "The gateway's own log of the moment at which the request arrives: it says why there is no answer.",
  "next.gateway-log.short": "the gateway's own log of that moment",
  "note.both-ends":
    "Recordings from this PC's side and from the VPN gateway's were compared: what left one end with what arrived at the other.",
  "note.view-gateway":
    'This is what was seen at the gateway, or on the way to it. Outbound means from the client to the gateway all the same, and "this PC" means the client\'s computer: a change of the MTU belongs there, never on the gateway.',
  "note.commands-need-client":
    "No command is given beside a gateway's capture, because an interface table may be the gateway's own: run the test on the client's PC, or add a capture taken there.",
  "note.mtu-will-not-help": "Changing this PC's MTU will not help.",
} as const;
