/** Warnings about the evidence itself, such as a damaged file. English. */
export const warnings = {
  "warning.damage": "damaged at byte {offset}: {what}. What was before it has been read.",
  "warning.no-ike": "{frames} packets, and no IKE message among them.",
  "warning.snaplen": "{frames} packets were cut short by the capture (snap length): capture whole packets.",
  "warning.duplicates": "{frames} packets were captured more than once and counted once.",
  "warning.drops": "the capture itself lost {packets} packets.",
  "warning.port-filter":
    "no later fragments in it: probably captured with a port filter. Filter by the gateway's address instead.",
  "warning.clock": "the clock goes backwards at {frames} packets.",
  "warning.link-type": "{frames} packets of link type {linkType} were not read.",
  "warning.unusable-file": "this file could not be used, and the rest was judged without it. {why}",
  "warning.not-understood": 'line {line} was not understood: "{text}"',
  "warning.not-understood-more": "more lines that were not understood: {count}",
} as const;
