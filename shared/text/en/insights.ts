/** What is said of many reports together. English. Numbers stand apart, so that one needs no other words. */
export const insights = {
  gateway: "Reports on {name} since {since}: {reports}.",
  adapter: "Reports over the interface {name} since {since}: {reports}.",
  network: "Reports over this kind of network ({name}) since {since}: {reports}.",
  unnamed: "no name known",
  problem: "Most frequent problem, in {count} of them: {title}.",
  verdict: "No problem was proven. Most frequent, in {count} of them: {title}.",
  networks: "Networks of these {count}: {list}.",
  share: "{network} {count}",
  remedy:
    "IKE fragmentation (RFC 7383), switched on at this gateway, would help in {count} of all: it needs no IP fragments.",
  networkNames: {
    cellular: "mobile network",
    wifi: "Wi-Fi",
    ethernet: "Ethernet",
    vpn: "another VPN",
    unknown: "not known",
  },
} as const;
