/** What a user sent, analyzed in the console. English. */
export const analyze = {
  analyzeTitle: "Analyze what a user sent",
  analyzeLead:
    "Paste it as it came in the ticket: quoted, wrapped, several outputs in one. Captures and other files go with it.",
  analyzeText: "Pasted text",
  analyzeTextHint:
    "What ping, netsh, ipconfig, rasdial, tracepath, tcpdump or a VPN client's log printed, with the command line above it. What is not understood is shown again, and nothing is guessed of it.",
  analyzeGatewayHint:
    "Name or address, if you know it: the pings went to this gateway. Without it, a ping proves nothing about the way to the VPN.",
  analyzeFiles: "Files",
  analyzeFilesHint:
    "Captures (pcap, pcapng, also gzipped) of {capture} MB at most, {all} MB in all; texts and JSON of {text} MB, {texts} MB in all; {files} files.",
  analyzeWhereHint:
    "Where both ends of a login were recorded, ikefrag tells which packet was lost in which direction.",
  analyzeAtClient: "Recorded at the client, such as the user's computer",
  analyzeAtGateway: "Recorded at the VPN gateway: a capture, or its log",
  analyzeBetween: "Recorded between them, such as at a router or a firewall",
  analyzeAnywhere: "Other files, or where it is not known",
  analyzeCase: "Attach to a case",
  analyzeNoCase: "no case",
  analyzeCaseHint: "Then it is kept as a report of that case, about its gateway.",
  dropTitle: "Analyze this",
  dropHere: "Drop captures, logs and text here",
  dropWhere: "Where the files were recorded",
  dropUnknown: "not known, or several places",
  dropOfCase:
    "This becomes a report of the case. What was recorded at the gateway is held against all its reports.",
  dropFiles: "Files",
  dropCancel: "Cancel",
  analyzeKeep: "Keep it as a report",
  analyzeKeepHint:
    "The texts as they are, captures minimised. Without this, nothing is kept once the answer is shown.",
  analyzeButton: "Analyze",
  analyzeNothing: "There is nothing to analyze yet: paste a text, or choose a file.",
  analyzeNoneUsable:
    "Nothing of this can be used. The text is still in the form; choose files again, because a browser does not keep them:",
  analyzeSomeUnusable: "Not used, while the rest was analyzed:",
  analyzeRest: "The files after it",
  analyzeNotKept: "not kept",
  analyzeKept: "Kept as a report",
  analyzeAgain: "Analyze again, with more or other text",
} as const;
