/** The page of a case's code, which users read before they run anything. English. */
export const agent = {
  agentTitle: "Find out why the VPN does not connect",
  agentLead:
    "{operator} asks you to run a small check on the PC where the VPN fails. It takes about two minutes and installs nothing.",
  agentWarning: "You did not ask anyone for help? Then close this page and run nothing.",
  agentWho: "Who asks",
  agentGateway: "VPN gateway that is tested",
  agentCode: "Case code",
  agentEnds: "The code works until",
  "agentLine.windows": "The line for this Windows PC",
  "agentLine.mac": "The line for this Mac",
  "agentLine.linux": "The line for this Linux computer",
  "agentOpen.windows": "Press Start, type `powershell`, and press Enter.",
  "agentOpen.elevated":
    "Press Start, type `powershell`, right-click it, choose “Run as administrator”, and answer Yes. Not allowed to? Press Enter instead.",
  agentAsAdministrator: "Run as administrator",
  "agentOpen.mac": "Press ⌘ and Space, type `terminal`, and press Return.",
  "agentOpen.linux": "Open a terminal: on many desktops Ctrl+Alt+T.",
  "agentPaste.windows": "Copy the line above, right-click in the window to paste it, and press Enter.",
  "agentPaste.mac": "Copy the line above, press ⌘V in the window, and press Return.",
  "agentPaste.linux": "Copy the line above, press Ctrl+Shift+V in the window, and press Enter.",
  agentAnswer: "Read what it says, type `y`, and press Enter. At the end it shows an ID: tell {operator}.",
  agentPhoneTitle: "Open this page on the PC",
  agentPhoneText:
    "The check runs on the computer where the VPN fails, not on a phone. Type this address into its browser:",
  agentPhoneMail: "Send it to yourself by mail",
  agentPhoneQr: "Show it as a QR code",
  agentPhoneQrName: "QR code of {address}",
  agentRunTitle: "How far it is",
  agentWaiting: "Waiting for you to start it.",
  agentRunning: "It is running: round {round}. You can leave it alone now.",
  agentStopped: "It began and was not heard of for some minutes. Run the line again.",
  agentDone: "Finished. Tell {operator} this ID:",
  agentToCard: "See what to do",
  agentLookAgain: "Look again",
  agentClosed: "This code takes no more runs. To run it again, ask {operator} for a new link.",
  agentOthersTitle: "Another computer?",
  "agentFor.windows": "This page for Windows",
  "agentFor.mac": "This page for a Mac",
  "agentFor.linux": "This page for Linux",
  "agentFor.phone": "This page for a phone or tablet",
  agentDoesTitle: "What it reads and sends",
  agentDoesHeading: "What it does",
  agentReadTitle: "Read the program first",
  agentPlainHttp:
    "These lines use plain http: whoever is on the network between can change what they run. Use them only on a network that is yours alone.",
  agentWindows: "Windows, with nothing to install",
  agentOthers: "macOS and Linux",
  agentReadHere: "Read the whole script here",
  agentMacLinux: "macOS and Linux",
  agentDeno: "macOS and Linux, with Deno 2",
  agentNode: "macOS and Linux, with Node.js 20 or later",
  agentDoes1:
    "Reads the network interfaces and their MTU, the route to the gateway, and on Windows the VPN profiles, failed connections, and what decides how large a VPN login is: IKE settings of the profiles, sizes and key types of login certificates, and how many root certificates are trusted.",
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
    "Names, MTU and addresses of the network interfaces; on Windows names, server addresses and IKE settings of VPN profiles, and sizes and key types of certificates without their names.",
  agentSends3:
    "System and runtime version. No passwords, none of your certificates, no files, no web traffic.",
  agentReadText: "Each program is one readable file. These are the bytes that this case's lines run:",
  agentReadLink: "Open the program's source",
  agentSha: "SHA-256 of the file",
  agentKept: "Reports are deleted after {days} days.",
} as const;
