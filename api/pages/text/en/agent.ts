/** The page of a case's code, which users read before they run anything. English. */
export const agent = {
  agentTitle: "Before you run it",
  agentLead: "{operator} asks you to run a small diagnosis program on the computer where the VPN fails.",
  agentWarning: "Nobody asked you to? You did not contact a helpdesk? Then close this page and run nothing.",
  agentWho: "Who asks",
  agentGateway: "VPN gateway that is tested",
  agentCode: "Case code",
  agentEnds: "The code works until",
  agentRunsTitle: "1. Run one of these lines",
  agentRunsText: "The program first shows what it will do and asks you. It sends nothing before you say yes.",
  agentPlainHttp:
    "These lines use plain http: whoever is on the network between can change what they run. Use them only on a network that is yours alone.",
  agentWindows: "Windows, with nothing to install",
  agentOthers: "Other systems, with Node.js or Deno",
  agentReadHere: "Read the whole script here",
  agentMacLinux: "macOS and Linux, with Node.js or Deno",
  agentDeno: "Any system, with Deno 2",
  agentNode: "Any system, with Node.js 20 or later",
  agentReportTitle: "2. Give the report ID to your helpdesk",
  agentReportText:
    "It ends with an ID such as IKF-XXXXX-XXXXX-X. The ID opens a page that says what to do, and nothing about you.",
  agentDoesTitle: "What it does",
  agentDoes1:
    "Reads the network interfaces and their MTU, the route to the gateway, and on Windows the VPN profiles and failed connections.",
  agentDoes2:
    "Sends at most 64 test messages, 128 KB in all, to the gateway named above and to nothing else.",
  agentDoes2Reflector:
    "Sends at most 64 test messages, 128 KB in all, to the gateway and the test server named above and to nothing else. The test server sends some of them back larger.",
  agentDoes2Rehearsal:
    "Begins VPN logins with the gateway and finishes none, without a name or password: so the gateway shows the answer that often gets lost. The gateway may log refused logins, and one that bans addresses after such logins may ban yours for a while.",
  agentReflector: "Test server",
  agentDoes3:
    "Installs nothing, keeps no change and needs no administrator rights. Where it has them anyway, on Linux, it sets a smaller MTU on the route to the gateway alone while a test message leaves, and takes it back at once.",
  agentAsksTitle: "What it will ask you for separately",
  "agentAsks.capture":
    "To record packets to and from the gateway while you connect the VPN, and to send the recording to this service: the messages by which a VPN logs in, IP fragments, and errors about them, for a minute and 5 MB at most. What goes through the VPN cannot be read from it. On Linux and macOS this takes root, on Windows an administrator.",
  "agentAsks.apply":
    "To try the recommended MTU: on Windows, as administrator, it is set, the VPN is connected, and the old value is put back unless you keep the new one.",
  agentAsksNo: "Each has a question of its own. With a no to it you get a report all the same.",
  agentSendsTitle: "What it sends to this service",
  agentSends1: "Which sizes were answered and which were not, with the gateway's answers.",
  agentSends2:
    "Names, MTU and addresses of the network interfaces; names and server addresses of VPN profiles on Windows.",
  agentSends3:
    "System and runtime version. No passwords, none of your certificates, no files, no web traffic.",
  agentReadTitle: "Read it first",
  agentReadText: "Each program is one readable file. These are the bytes that this case's lines run:",
  agentReadLink: "Open the program's source",
  agentSha: "SHA-256 of the file",
  agentKept: "Reports are deleted after {days} days.",
} as const;
