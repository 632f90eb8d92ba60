/** What the comparison of two diagnoses says. English. */
export const compare = {
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
  "compare.connects": "The VPN connects",
  "compare.fixed-login": "Fixed: with an MTU of {mtu} the login is answered.",
  "compare.fixed": "Fixed: with an MTU of {mtu} the problem of the first is gone.",
  "compare.new-problem": "The first shows no problem, and the second shows one.",
  "compare.both-well": "Neither shows a problem.",
  "compare.unproven": "One of the two proves nothing by itself. This is what differs:",
  "compare.took-effect": "The change that is recommended for the first is in effect in the second.",
  "compare.no-effect":
    "The change that is recommended for the first is not in effect in the second: what is sent has the old size.",
  "compare.cured": "The problem of the first is solved in the second.",
  "compare.not-cured": "The problem of the first is not solved in the second.",
  "compare.switch": "IKE fragmentation left on in the VPN profile: {from} → {to}",
  "compare.switch.same": "IKE fragmentation left on in the VPN profile: {value}",
  "compare.offer": "IKE fragmentation offered in the captured login: {from} → {to}",
  "compare.offer.same": "IKE fragmentation offered in the captured login: {value}",
  "compare.login": "login by: {from} → {to}",
  "compare.login.same": "login by: {value}",
  "compare.certificates": "certificates to log in with, and those above: {from} → {to} bytes",
  "compare.certificates.same": "certificates to log in with, and those above: {value} bytes",
  "compare.roots": "trusted roots, which a login may list: {from} → {to}",
  "compare.roots.same": "trusted roots, which a login may list: {value}",
  "compare.predicted": "IP packets that the login needs by these settings: {from} → {to}",
  "compare.predicted.same": "IP packets that the login needs by these settings: {value}",
  "compare.build": "build of Windows: {from} → {to}",
  "compare.build.same": "build of Windows: {value}",
  "compare.vpn-mtu": "MTU of the VPN's own interface: {from} → {to} bytes",
  "compare.vpn-mtu.same": "MTU of the VPN's own interface: {value} bytes",
  "compare.fragments-first":
    "Towards the same gateway the first sends its login in {from} IP fragments, and the second in none.",
  "compare.fragments-second":
    "Towards the same gateway the first sends its login in no IP fragments, and the second in {to}.",
  "compare.fragments-both":
    "Towards the same gateway the first sends its login in {from} IP fragments, and the second in {to}.",
  "compare.switch-first":
    "The first one's VPN profile switches IKE fragmentation off, and the second one's does not.",
  "compare.switch-second":
    "The second one's VPN profile switches IKE fragmentation off, and the first one's does not.",
  "compare.fixed-profile":
    "Fixed: with IKE fragmentation switched on in the VPN profile the login is answered, whatever the path does to IP fragments.",
  "compare.profile-no-cure":
    "IKE fragmentation is switched on in the VPN profile now, and the login still gets no answer.",
  "compare.profile-untried":
    "IKE fragmentation is switched on in the VPN profile now. Whether the VPN connects with it, a recorded login shows.",
} as const;
