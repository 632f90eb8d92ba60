/** What a gateway's administrator can set, by product, and the message to forward. English. */
export const servers = {
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
  "forward.lost-outbound":
    "The packet in question, as recorded at both ends: it left the client at {at} (by the clock of the recording there): {which} of the message {exchange}, {ipBytes} bytes as an IP packet, IP identification {nearId} there and {farId} at the other end (– where nothing of it was seen, or a log has none). It never arrived at the gateway's side. Packets of this kind and size were lost {times} times, and arrived {passed} times; the largest packet that arrived had {most} bytes. Please look for what drops it on the way from the client to the gateway.",
  "forward.lost-inbound":
    "The packet in question, as recorded at both ends: it left the gateway at {at} (by the clock of the recording there): {which} of the answer to {exchange}, {ipBytes} bytes as an IP packet, IP identification {nearId} there and {farId} at the other end (– where nothing of it was seen, or a log has none). It never arrived at the client's side. Packets of this kind and size were lost {times} times, and arrived {passed} times; the largest packet that arrived had {most} bytes. Please look for what drops it on the way from the gateway to the client.",
  "forward.log-outbound":
    "The message in question: {exchange} left the client at {at} (by the clock of the recording there), was sent {sendings} times in all, and was never complete at the gateway by its log. The largest packet that arrived had {most} bytes. Please look for what drops it on the way from the client to the gateway.",
  "forward.log-inbound":
    "The message in question: the answer to {exchange} left the gateway at {at} (by the clock of its log), was sent {sendings} times in all, and never arrived whole at the client. The largest packet that arrived had {most} bytes. Please look for what drops it on the way from the gateway to the client.",
} as const;
