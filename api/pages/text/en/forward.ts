/** What is forwarded of a report to those who can change something. English. */
export const forward = {
  forwardTitle: "Forward the proof",
  jumpForward: "Forward",
  forwardLink: "Text, e-mail and files for others",
  forwardLead: "For those who can change something on the way: what was measured, and what you ask for.",
  forwardReader: "For whom",
  "forwardTo.gateway": "Gateway's administrator",
  "forwardTo.carrier": "Firewall or network team",
  forwardAddresses: "Addresses and names",
  "forwardAddresses.1": "With them",
  "forwardAddresses.0": "Without them",
  forwardWithoutHint:
    "CLIENT and GATEWAY stand for both ends, in the text and in the report. In captures every address is replaced, always by the same one.",
  forwardSubject: "Subject",
  forwardText: "Text",
  forwardCopy: "Copy the text",
  forwardMail: "Open as e-mail",
  forwardMailHint:
    "Opens your mail program with the subject and a short text: links cannot hold more. The draft below has all of it.",
  forwardFiles: "With everything attached",
  forwardDraft: "E-mail draft (.eml)",
  forwardZip: "All files (.zip)",
  forwardHtml: "Report (.html)",
  forwardCapture: "Capture {number} (.pcapng, {bytes} bytes)",
  forwardCaptureAdmin:
    "Only administrators get captures with addresses. The version without them has them too.",
  forwardTooLarge: "Too large to attach: {names}. Send it another way.",
  forwardNobody: "There is nothing to ask of this reader about this verdict.",
  forwardNobodyAtAll: "This verdict asks nothing of others: what helps is set on the user's computer.",
  forwardReviewed: "The text follows the verdict of your review, not the analyzer's.",
} as const;
