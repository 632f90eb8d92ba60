/** Warnings about the evidence itself, such as a damaged file. English. */
export const warnings = {
  "warning.damage": "damaged at byte {offset}: {what}. What was before it has been read.",
  "warning.no-ike": "{frames} packets, and no IKE message among them.",
  "warning.snaplen": "{frames} packets were cut short by the capture (snap length): capture whole packets.",
  "warning.duplicates": "{frames} packets were captured more than once and counted once.",
  "warning.drops": "the capture itself lost {packets} packets.",
  "warning.port-filter":
    "no later fragments in it: probably captured with a port filter. Filter by the gateway's address instead.",
  "warning.port-500-alone":
    "nothing of UDP port 4500 is in it. If it was recorded with a filter for port 500 alone, what was sent to port 4500 may have arrived all the same: record again, without a filter by port.",
  "warning.end.client.gateway":
    "it was given as recorded at the client, but what is in it shows that it was recorded at the gateway. It was read so.",
  "warning.end.client.between":
    "it was given as recorded at the client, but its packets show a place between the client and the gateway. It was read so.",
  "warning.end.client.doubtful":
    "it was given as recorded at the client, but only the gateway's address in it is a private one, as at the gateway. Please check which end it is from.",
  "warning.end.gateway.client":
    "it was given as recorded at the gateway, but what is in it shows that it was recorded at the client. It was read so.",
  "warning.end.gateway.between":
    "it was given as recorded at the gateway, but its packets show a place between the client and the gateway. It was read so.",
  "warning.end.gateway.doubtful":
    "it was given as recorded at the gateway, but only the client's address in it is a private one, as at the client. Please check which end it is from.",
  "warning.end.between.client":
    "it was given as recorded between the client and the gateway, but what is in it shows that it is the client's own log. It was read so.",
  "warning.end.between.gateway":
    "it was given as recorded between the client and the gateway, but what is in it shows that it is the gateway's own log. It was read so.",
  "warning.clock": "the clock goes backwards at {frames} packets.",
  "warning.link-type": "{frames} packets of link type {linkType} were not read.",
  "warning.unusable-file": "this file could not be used, and the rest was judged without it. {why}",
  "warning.only-own-probes":
    "in this file only ikefrag's own probes were found, and no login: it says nothing of a client that logs in.",
  "warning.not-understood": 'line {line} was not understood: "{text}"',
  "warning.not-understood-more": "more lines that were not understood: {count}",
} as const;
