/** What the client's own settings do to its logins, and the switch in its VPN profile. English. */
export const profile = {
  "finding.profile-switch.off":
    "This PC's VPN profile for the gateway has IKE fragmentation (RFC 7383) switched off: `Disable_IKEv2_Fragmentation=1` in its phone book.",
  "finding.profile-switch.agrees":
    "This PC's VPN profile for the gateway has IKE fragmentation (RFC 7383) switched off, `Disable_IKEv2_Fragmentation=1` in its phone book, and a captured login does not offer it.",
  "finding.profile-switch.clear":
    "This PC's VPN profile for the gateway does not switch IKE fragmentation off.",
  "finding.profile-switch.mixed":
    "Of this PC's VPN profiles for the gateway some switch IKE fragmentation off and others do not: which one is dialled is not known.",
  "finding.profile-switch.unknown": "This PC's VPN profile for the gateway was not read.",
  "finding.profile-contradicted.found":
    "A captured login to the gateway offers IKE fragmentation, although this PC's VPN profile has it switched off: the login is of another profile or another PC, or the profile was changed in between. So the profile is not taken for the cause.",
  "finding.profile-contradicted.clear": "A captured login agrees with what this PC's VPN profile says.",
  "finding.profile-contradicted.unknown":
    "There is no captured login beside a VPN profile that switches IKE fragmentation off.",
  "finding.profile-cause.found":
    "The gateway offers IKE fragmentation (RFC 7383), and this PC's VPN profile alone keeps it from being used: large login messages leave as IP fragments, which other PCs on this network may not need.",
  "finding.profile-cause.clear":
    "It is not this PC's VPN profile that keeps IKE fragmentation from being used.",
  "finding.profile-cause.with-gateway":
    "The gateway does not offer IKE fragmentation either: it has to be switched on at both ends, in the profile and at the gateway.",
  "finding.profile-cause.unknown":
    "Whether this PC's VPN profile keeps IKE fragmentation from being used is not known.",
  "finding.profile-cause.unknown-gateway":
    "This PC's VPN profile switches IKE fragmentation off; whether the gateway offers it is not known.",
  "finding.client-too-old.found":
    "This Windows (build {build}) is older than version 1803 (build 17134), the first whose VPN client uses IKE fragmentation (RFC 7383): its large login messages always leave as IP fragments.",
  "finding.client-too-old.clear":
    "This Windows (build {build}) is new enough for IKE fragmentation (RFC 7383).",
  "finding.client-too-old.unknown": "Which build of Windows logs in is not known.",
  "finding.profiles-differ.switch":
    "{count} VPN profiles of this PC lead to the gateway, and {off} of them switch IKE fragmentation off: it depends on which one is dialled.",
  "finding.profiles-differ.login":
    "{count} VPN profiles of this PC lead to the gateway, and they differ in the type of VPN or in their cipher suites: it depends on which one is dialled.",
  "finding.profiles-differ.clear":
    "This PC's VPN profiles for the gateway do not differ in what matters here.",
  "finding.profiles-differ.unknown": "This PC's VPN profiles for the gateway were not read.",
  "finding.vpn-mtu.zero":
    "The VPN's own interface has an MTU of 0. That does not keep the login from succeeding, but nothing passes through the tunnel then: look for what set it, as a tool that rolls out VPN profiles.",
  "finding.vpn-mtu.small":
    "The VPN's own interface has an MTU of {mtu} bytes, less than the {least} that every host has to take. That does not keep the login from succeeding, but traffic inside the tunnel suffers.",
  "finding.vpn-mtu.no-ipv6":
    "The VPN's own interface has an MTU of {mtu} bytes for IPv6, which needs {least}. That does not keep the login from succeeding, but IPv6 does not work inside the tunnel.",
  "finding.vpn-mtu.large":
    "The VPN's own interface has an MTU of {mtu} bytes, and the interface under it, with {outer}, carries at most {most} inside the tunnel in one packet. That does not keep the login from succeeding, but larger packets inside the tunnel leave as IP fragments.",
  "finding.vpn-mtu.clear": "The MTU of the VPN's own interface is in order.",
  "finding.vpn-mtu.unknown": "The MTU of the VPN's own interface was not read.",
  "verdict.outbound-fragments-too-large.title.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and its IP fragments get lost",
  "verdict.outbound-fragments-dropped.title.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and the path drops IP fragments",
  "verdict.inbound-fragments-lost.title.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and the gateway's IP fragments get lost",
  "verdict.ike-auth-unanswered.title.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and the login message gets no answer",
  "verdict.outbound-fragments-too-large.title.low.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and its IP fragments seem to get lost",
  "verdict.inbound-fragments-lost.title.low.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and the gateway's IP fragments may be getting lost",
  "verdict.ike-auth-unanswered.title.low.profile-keeps-ip-fragments":
    "The VPN profile switches IKE fragmentation off, and no answer to the login message was seen",
  "explanation.profile-switch":
    "The gateway offers IKE fragmentation (RFC 7383), which needs no IP fragments, and Windows can use it; but this PC's VPN profile has it switched off (Disable_IKEv2_Fragmentation=1). One line of the profile is to be changed: the gateway and the MTU can stay as they are.",
  "explanation.profile-and-gateway":
    "IKE fragmentation (RFC 7383) would need no IP fragments, but it takes both ends: this PC's VPN profile has it switched off (Disable_IKEv2_Fragmentation=1), and the gateway does not offer it.",
  "explanation.profile-perhaps":
    "This PC's VPN profile has IKE fragmentation (RFC 7383) switched off (Disable_IKEv2_Fragmentation=1). If the gateway offers it, switching it on in the profile is all that is needed.",
  "action.profile-on":
    "Switch IKE fragmentation on in this PC's VPN profile with the line below, and connect again. If the VPN then connects, nothing else is needed.",
  "action.profile-on.by-hand":
    "Switch IKE fragmentation on in this PC's VPN profile: keep a copy of the phone book (rasphone.pbk), set `Disable_IKEv2_Fragmentation` to 0 in the profile's section, and connect again. If the VPN then connects, nothing else is needed.",
  "action.profile-on.both":
    "Switch IKE fragmentation on in this PC's VPN profile with the line below. The gateway does not offer it yet: it takes both ends.",
  "action.profile-on.both-by-hand":
    "Switch IKE fragmentation on in this PC's VPN profile: keep a copy of the phone book (rasphone.pbk), and set `Disable_IKEv2_Fragmentation` to 0 in the profile's section. The gateway does not offer it yet: it takes both ends.",
  "action.profile-on.perhaps":
    "Switch IKE fragmentation on in this PC's VPN profile with the line below, and connect again. If the gateway offers it too, that is all.",
  "action.profile-on.perhaps-by-hand":
    "Switch IKE fragmentation on in this PC's VPN profile: keep a copy of the phone book (rasphone.pbk), set `Disable_IKEv2_Fragmentation` to 0 in the profile's section, and connect again. If the gateway offers it too, that is all.",
  "action.update-windows":
    "Update this Windows: version 1803 (build 17134) is the first whose VPN client can use IKE fragmentation (RFC 7383).",
  "note.profile-managed":
    "If the VPN profile was rolled out by Intune, a script or ProfileXML, have `DisableIKEv2Fragmentation` set to false there too: else the profile returns as it was.",
} as const;
