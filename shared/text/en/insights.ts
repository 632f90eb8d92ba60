/** What is said of many reports together. English. Numbers stand apart, so that one needs no other words. */
export const insights = {
  gateway: "{count} of {reports} reports for {name}: {title}.",
  adapter: "{count} of {reports} reports over the interface {name}: {title}.",
  network: "{count} of {reports} reports over this network ({name}): {title}.",
  unproven: "{count} of {reports} reports for {name}: {title}. No problem was proven.",
  unnamed: "no name known",
  networks: "Networks of these {count}: {list}.",
  share: "{network} {count}",
  remedy: "Turn on IKE fragmentation (RFC 7383) at this gateway: it would help in {count} of all.",
  remedyElsewhere:
    "With gateways that have IKE fragmentation (RFC 7383) switched on, {count} of all would connect here.",
  advice: {
    "ike-fragments-too-large": "Make this gateway's IKE fragments smaller.",
    "path-mtu-black-hole":
      "Look for a link or tunnel before this gateway that carries less, and for what drops Packet Too Big messages.",
    "udp-500-blocked": "Have UDP port 500 opened on the way to this gateway.",
    "udp-4500-blocked": "Have UDP port 4500 opened on the way to this gateway.",
    "gateway-unreachable": "See whether this gateway runs, and whether UDP ports 500 and 4500 lead to it.",
    "gateway-rejects": "Look in this gateway's log for why it refuses.",
    "slow-gateway": "Look at this gateway's load, and at the servers that it asks.",
    "ike-fragments-lost": "Look for what drops single packets of a burst before this gateway.",
    "esp-mtu": "Lower the tunnel's MTU at this gateway.",
  },
  networkNames: {
    cellular: "mobile network",
    wifi: "Wi-Fi",
    ethernet: "Ethernet",
    vpn: "another VPN",
    unknown: "not known",
  },
} as const;
