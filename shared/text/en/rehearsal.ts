/** What logins that were begun with the gateway and not finished tell, and what was not tested. English. */
export const rehearsal = {
  "finding.rehearsed-back.lost":
    "A login was begun, and its request sent {tries} times. The gateway took it up, for it answered the next, small message; but its large answer never arrived.",
  "finding.rehearsed-back.lost-sized":
    "A login was begun, and its request sent {tries} times. The gateway took it up, for it answered the next, small message; but its large answer (an IKE message of about {ikeBytes} bytes) never arrived.",
  "finding.rehearsed-back.bounded":
    "A login was begun, and its request sent {tries} times. The gateway took it up, for it answered the next, small message; but its large answer (an IKE message of about {ikeBytes} bytes) never arrived as IP fragments. In IKE fragments it did, as packets of up to {passed} bytes: so on the way back either IP fragments are lost as such, or packets larger than {passed} bytes are.",
  "finding.rehearsed-back.whole":
    "A login was begun, and its request sent {tries} times. The gateway's answer, one packet of about {lost} bytes, never arrived, while packets of {passed} bytes did: on the way back larger packets vanish, or are cut into IP fragments, which are lost.",
  "finding.rehearsed-back.only-last":
    "A login was begun, and the gateway's answer asked for {tries} times. It left in IKE fragments, of which only the last and smallest one ever arrived: on the way back larger packets vanish, or are cut into IP fragments, which are lost.",
  "finding.rehearsed-back.clear":
    "The gateway's large answer to a login that was begun (an IKE message of {ikeBytes} bytes) arrived as IP fragments.",
  "finding.rehearsed-back.unknown":
    "Whether the gateway's large answer arrives: no login was begun to find out.",
  "finding.rehearsed-ike.both":
    "In IKE fragments (RFC 7383) large messages of a login that was begun got through both ways, in packets of up to {ipBytes} bytes.",
  "finding.rehearsed-ike.out":
    "In IKE fragments (RFC 7383) a large message of a login that was begun reached the gateway, in packets of up to {ipBytes} bytes. Whether IKE fragments get through on the way back was not tested.",
  "finding.rehearsed-ike.back":
    "In IKE fragments (RFC 7383) the gateway's large answer to a login that was begun arrived, in packets of up to {ipBytes} bytes. Whether IKE fragments get through on the way out was not tested.",
  "finding.rehearsed-ike.back-lost":
    "Both sides offer IKE fragmentation (RFC 7383). A login was begun, and its request sent {tries} times; the gateway's large answer never arrived.",
  "finding.rehearsed-ike.back-some":
    "A login was begun, and the gateway's answer asked for {tries} times. It came in IKE fragments (RFC 7383), and some of them were missing each time.",
  "finding.rehearsed-ike.back-only-last":
    "A login was begun, and the gateway's answer asked for {tries} times. It came in IKE fragments (RFC 7383), of which only the last and smallest one ever arrived.",
  "finding.rehearsed-ike.out-lost":
    "A large message of a login that was begun was sent {tries} times in IKE fragments (RFC 7383), as packets of up to {lost} bytes, and never reached the gateway, which answered a small one in its place.",
  "finding.rehearsed-ike.out-large":
    "A large message of a login that was begun was sent {tries} times in IKE fragments (RFC 7383) as packets of up to {lost} bytes, and never reached the gateway. In packets of up to {passed} bytes it did.",
  "finding.rehearsed-ike.unknown": "Whether IKE fragments (RFC 7383) get through was not tried on this path.",
  "finding.large-echo.login-passes":
    "A ping that travels as IP fragments ({payload} bytes of payload) got no reply, but the gateway's large answer to a login arrived as IP fragments: something drops only large pings, which does the VPN no harm.",
  "finding.large-echo.login-fits":
    "A ping that travels as IP fragments ({payload} bytes of payload) got no reply. But the gateway's real answer to a login fits into one packet, and arrived: this gateway's logins need no IP fragments on the way back.",
  "four-ways.stopped.left-out":
    "No login was begun: the case, the run or the service is set to leave that out.",
  "four-ways.stopped.cookie":
    "No login was begun: the gateway asked for a COOKIE, so it guards itself, and nothing more was sent to it.",
  "four-ways.stopped.no-answer": "No login could be begun: the gateway does not answer the first message.",
  "four-ways.stopped.no-common-suite":
    "No login could be begun: the gateway and this test have no encryption in common.",
  "four-ways.stopped.unreadable":
    "No login could be begun: what came back does not hold together, so it proves nothing.",
  "four-ways.stopped.limits": "No login was begun: this run may send nothing more to the gateway.",
  "four-ways.no-16430": "The gateway does not offer IKE fragmentation.",
  "four-ways.takes-no-eap":
    "The way back was not tested: this gateway takes certificates only (or a shared key), or expects another name than the test's, and so gives no large answer.",
  "four-ways.cuts-unasked":
    "This gateway sends its large answers as IKE fragments, also to a client that does not offer them.",
  "four-ways.fits-one-packet":
    "The gateway's real answer arrived. It fits into one packet, so that nothing has to be cut.",
  "four-ways.doubtful": "Some tries were lost, but too few to be sure.",
  "four-ways.not-asked": "This was not tried in this run.",
  "four-ways.some-sizes": "Some sizes arrive, and others do not.",
  "four-ways.by-ping": "Seen by a ping whose reply came back as IP fragments.",
  "four-ways.smaller-pass":
    "In packets of up to {passed} bytes it arrives; in packets of {lost} bytes it was lost.",
  "four-ways.some": "Some of the IKE fragments arrived, but never all of them.",
  "four-ways.only-last": "Only the last and smallest IKE fragment ever arrived.",
  "four-ways.or-uncut":
    "Nothing of the answer arrived. Perhaps the gateway offers IKE fragmentation and yet left it to IP to cut this answer.",
  "four-ways.may-be-chance": "Lost {tries} times. On this path it may also have been chance.",
  "explanation.ike-fragments-lost":
    "IKE fragmentation (RFC 7383), which usually helps, was tried on this path with this gateway, and its packets were lost as well. It takes smaller IKE fragments, or another network.",
  "action.profile-switch":
    "In the VPN profile of Windows, check that IKE fragmentation is not switched off: `Disable_IKEv2_Fragmentation` in rasphone.pbk has to be 0, and `DisableIKEv2Fragmentation` in ProfileXML false.",
  "note.ike-fragments-verified":
    "That IKE fragments help was tested on this path, with this gateway: messages of a login got through in packets of up to {ipBytes} bytes. So no MTU has to be changed for the login.",
} as const;
