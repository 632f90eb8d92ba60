/**
 * What the agents say to a person, in English. The agent for Node.js and Deno and the one for PowerShell have
 * the same sentences wherever they do the same thing; what PowerShell alone needs is in windows-en.ts.
 * `{name}` stands for a parameter.
 */

/** The agent's sentences. */
export const en = {
  // Before the service is reached.
  askCode: "Case code:",
  maybeBlocked: "If a proxy or a security program is in the way, this page says what helps: {page}",
  opening: "ikefrag {version}: looking up case {code} at {server} ...",
  misused: "Cannot start: {what}",
  noService:
    "Cannot reach {server}: {reason}. Check that this computer is online, then run the same command again.",
  refused: "The service refused: {reason}",
  titleAndDetail: "{title}. {detail}",
  strangeAnswer: "the service's answer cannot be read: {what}",

  // What will be done, before anything is: on the first screen, and when more is asked for.
  consentWho: "{operator} ({server}) wants to find out why the VPN to {gateway} does not connect.",
  consentReadsInterfaces: "Reads:  network interfaces (name, addresses, MTU) and the route to the gateway",
  consentSends:
    "Sends:  to {hosts} at most {packets} test packets ({kibibytes} KiB), within about a minute; to {server} what was read and measured",
  consentLogins:
    "        VPN logins are begun and not finished, without a name or password: the gateway may log refused logins",
  questionOrMore: "Start? [y/N, m: more]",
  moreAnswers: "m/more",
  whoAsks: "Who asks:         {operator} ({server})",
  whichGateway: "VPN gateway:      {gateway}",
  validUntil: "Code valid until: {time}",
  readHeading: "What is read from this computer:",
  readInterfaces: "its network interfaces (name, addresses, MTU) and its route to the VPN gateway",
  readVpnProfiles:
    "its VPN profiles (name, server, type) and the error codes of failed VPN connections; no password",
  sendHeading: "What is sent:",
  sendGateway:
    "to {hosts} and no other host: test packets (ping, and the VPN's first messages on UDP ports 500 and 4500), at most {packets} packets and {kibibytes} KiB in all, within about a minute",
  beginsLogin:
    "VPN logins are begun there and not finished, without a name or password: the gateway may log refused logins",
  reflectorAnswers: "{reflector} sends some test packets back",
  sendService: "to {server}: what was read and measured, as listed here, and nothing else",
  changeHeading: "What is changed, for the test alone:",
  boundRoute:
    "a route to {gateway} alone with a smaller MTU, for the moment in which a test packet leaves; it is removed at once",
  askHeading: "What you will be asked for separately, during the run:",
  askedTcpdump: "to record packets to and from {gateway} while you connect the VPN (takes tcpdump, and root)",
  notDone: "Nothing on this computer is changed, and nothing is installed.",
  nothingElse: "Nothing else on this computer is changed, and nothing is installed.",
  unasked: "If you did not ask anyone for help with a VPN, answer no.",
  dryRun: "Dry run: only this computer is read. Nothing is sent to the VPN gateway or to the service.",
  question: "Start? [y/N]",
  startedByYes: "Started without a question, because --yes was given.",
  // What counts as a yes.
  yesAnswers: "y/yes",
  declined: "Not started. Nothing was measured and nothing was sent.",
  noTerminal:
    "Cannot ask whether to start: there is no terminal here. If you agree to the above, run it again with --yes.",

  // While it measures.
  round: "Round {number}: {steps} measurements ...",
  roundOfOne: "Round {number}: 1 measurement ...",
  roundDone: "Round {number}: done.",
  progress: "  {done} of {steps} done, {seconds} s",
  uploading: "Sending the measurements ...",
  retrying: "Sending again: {reason}",
  uploadFailed: "Cannot send the measurements: {reason}",
  otherGateway:
    "Stopped: you agreed to test {asked}, but the service now names {offered}. Tell whoever gave you the code.",
  stopped: "Stopped.",
  // Of the agent in POSIX sh alone.
  noUdp: "There is neither perl nor bash here: UDP test packets are left out.",

  // Recording packets with tcpdump.
  recordHeading:
    "Packets to and from {address} can be recorded while you connect the VPN: the VPN's login messages (IKE), IP fragments and the headers of ICMP messages, for at most {seconds} seconds and {megabytes} MB. Nothing that goes through the VPN is kept.",
  recordKeptHere: "The recording is analyzed here and sent nowhere.",
  recordSent: "The recording is sent to {server}.",
  recordQuestion: "Record them? [y/N]",
  recordingUntilKey:
    "Recording. Connect the VPN now, and press Enter when it is connected or has failed (recording ends by itself after {seconds} s). ",
  recording: "Recording for {seconds} s. Connect the VPN now.",
  recorded: "Recorded: {bytes} bytes.",
  nothingRecorded:
    "Nothing recorded: there was no packet to or from {address}. Did the VPN connect to another address?",
  recordDeclined: "Nothing is recorded, as you answered.",
  recordNotAllowed: "Nothing is recorded: only --yes --capture allows it without a question.",
  notRecorded: "Nothing recorded: {reason}",
  noTcpdump: "Nothing recorded: there is no tcpdump on this computer.",
  recordNeedsRoot: "Nothing recorded: tcpdump may not record here. Run the command as root (sudo).",
  sendingCapture: "Sending the recording ...",
  captureNotSent: "Cannot send the recording: {reason}. The report is complete without it.",
  captureSavedTo: "The recording is in {file}.",

  // Afterwards.
  reportBelow: "Give this report ID to whoever helps you. The page under it says what to do:",
  savedTo: "The measurements are in {file}.",
  cannotSave: "Cannot write {file}: {reason}",
  sendLater: "To send it later, hand the file {file} to whoever helps you; it can be analyzed as it is.",
  runAgain: "Or run the same command again.",

  usage: `Usage: ikefrag-agent [options]
  --yes          start without asking
  --capture      with --yes: also record packets while the VPN connects, if the case asks for it
  --dry-run      read this computer only, show the result, send nothing
  --save FILE    keep the measurements in FILE as well
  --lang {languages}   language
  --server URL   the service, and
  --code CODE    the case code, when they are not built in`,
} as const;
