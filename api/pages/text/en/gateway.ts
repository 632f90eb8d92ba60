/** The page of a gateway's administrator who sends captures and logs. English. */
export const gateway = {
  gatewayTitle: "Send what the gateway recorded",
  gatewayLead:
    "{operator} asks you for a capture or a log of the VPN gateway below. It is to show which packets of a failing login reach the gateway, and which of its answers leave it.",
  gatewayWarning: "Nobody asked you? Then close this page and send nothing.",
  gatewayEnds: "The link works until",
  gatewayKeptTitle: "What is kept, and for how long",
  gatewayKept1:
    "Of a capture: the messages by which a VPN logs in, IP fragments, and errors about them. Everything else is left out while it arrives. Kept for {days} days.",
  gatewayKept2:
    "Of a log: the text as it is, for {days} days. Send the time of the failing login alone, and remove what must not be kept.",
  gatewayKept3: "Only the helpdesk of {operator} reads it, together with what the client measured.",
  gatewayKept4: "With this link you can send files. You cannot read anything with it.",
  gatewayRecordTitle: "How to record it",
  gatewayRecord1:
    "Start this on the gateway, let the user try to connect once, and stop it with Ctrl+C. It records 20,000 packets or 10 minutes at most.",
  gatewayRecordTcpdump: "On Linux, as root",
  gatewayRecordOthers: "On other gateways",
  gatewayRecordClient:
    "CLIENT stands for the user's address as the gateway sees it, INTERFACE for the one towards the internet. These commands are from the makers' documentation and were not tried here. On pfSense, OPNsense and OpenBSD, use the command above with the name of the interface in place of any. Never filter by ports alone: later IP fragments have none.",
  gatewayRecord2:
    "Or send the log of the IKE daemon from the same minutes. Useful lines name the messages with their sizes: for strongSwan, log level 1 of net, ike and enc.",
  gatewaySendTitle: "Send it",
  gatewayFiles: "Captures and logs of the gateway",
  gatewayFilesHint:
    "Captures (pcap, pcapng, also gzipped) of {capture} MB at most, logs of {text} MB, {all} MB at once, {files} files in all.",
  gatewayBetween: "Captures from a router or firewall between client and gateway",
  gatewayLog: "Or paste the log",
  gatewaySend: "Send",
  gatewayCommandTitle: "Without a browser",
  gatewayNothing: "Nothing came: choose a file, or paste a log.",
  gatewayReceived: "Received, and given to the helpdesk:",
  gatewayTook:
    "{bytes} bytes received. Recognised in them: packets: {packets}, IKE messages: {messages}, attempts to log in: {logins}.",
  gatewayTookLog:
    "{bytes} bytes received. Recognised in them: lines about IKE messages: {lines}, attempts to log in: {logins}.",
  gatewayRefused: "Not usable, and not kept:",
} as const;
