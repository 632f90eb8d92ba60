/** The page for whom no program may run: plain commands, pasted answers. English. */
export const byHand = {
  handTitle: "Find out by hand, without a program",
  handLead:
    "{operator} asks for a few measurements from the computer where the VPN fails. You type ordinary commands and paste here what they show. Nothing is downloaded and nothing is changed.",
  handWarning: "You did not ask anyone for help? Then close this page.",
  handFirst: "The commands",
  handPhone: "What can be done with this device",
  handPage: "The page without a program",
  handRound: "Next sizes: round {round} of at most {most}",
  handLines: "Paste all lines at once",
  "handPaste.windows":
    "Copy these lines, right-click in the window to paste them, and press Enter. If Windows asks whether to paste several lines, say yes. They work in the Command Prompt and in PowerShell.",
  "handPaste.mac": "Copy these lines, press ⌘V in the window, and press Return.",
  "handPaste.linux": "Copy these lines, press Ctrl+Shift+V in the window, and press Enter.",
  handPasteNext: "Copy these lines, paste them into the same window, and press Enter.",
  handWait:
    "Wait until nothing more is printed: a minute or two. Lines that say that nothing came back are results too.",
  "handCopy.windows": "Press Ctrl+A and Ctrl+C in the window: that copies all of it.",
  "handCopy.mac": "Press ⌘A and ⌘C in the window: that copies all of it.",
  "handCopy.linux":
    "Select everything from the first command on, and press Ctrl+Shift+C. All of the window is fine too.",
  handPasteTitle: "Paste what it shows",
  handText: "All that is shown, in any language",
  handFile: "Or files: a capture of the failing connection, or saved output",
  handFileHint:
    "Drop them here or choose them: .pcapng, .pcap, .txt. With a capture the report is made at once, because it tells more than pings. An .etl of Windows has to be converted first: `pktmon etl2pcap FILE.etl`.",
  handNext: "Go on",
  handSend: "Send it to {operator}",
  handMore: "Paste more, or add a capture",
  handNothing: "Nothing came: paste what the window shows, or choose a file.",
  handStillThere: "What you pasted before is still here.",
  handSoFar: "What you pasted so far, which is what will be sent: {pastes}",
  handSoFarHint: "The service reads it to choose the next sizes, and keeps nothing of it before you send it.",
  handKnown: "What is known so far",
  handPassed: "Largest packet that came through in one piece",
  handTooLarge: "Smallest that did not",
  handSplit: "Packets in two IP fragments",
  handSize: "{ipBytes} bytes (ping payload {payload})",
  handNone: "none so far",
  "handSplit.answered": "come through, there and back",
  "handSplit.lost": "get lost, on the way there or back",
  "handSplit.open": "not known yet",
  handOtherHost:
    "These pings went to {host}, which is not known to be the gateway. Please use the lines as they are, with {gateway} at the end.",
  handEnough: "That is enough: nothing more to type",
  handOpen: "Enough typed: some of it stays open",
  "handMeans.narrow":
    "Packets of more than {passed} bytes get lost or are refused. Large messages of a VPN login can be lost for the same reason.",
  "handMeans.split":
    "Packets in one piece come through, and those in IP fragments do not. Large messages of a VPN login travel as IP fragments.",
  "handMeans.passes":
    "What was tried with pings comes through. That does not show that the VPN works: its own messages were not tried.",
  handWeaker:
    "This is weaker than the check with the program: only pings were sent, and no IKE message, which a network may treat differently. A run of the check or a capture of the failing connection would make it sure.",
  handNoPing: "The gateway answers no pings",
  handNoPingText:
    "Many gateways are set up so. Pings can then tell nothing about the way to it, neither good nor bad, and more of them would not help.",
  handInstead:
    "Ask {operator} whether you may run the check as a file, or for a capture of the failing connection. You can add a capture below.",
  handToAgent: "To the check with the program",
  handIpv6:
    "This gateway is named by an IPv6 address. For it there are no plain commands that keep packets in one piece on every system. Ask {operator} for the check with the program, or send a capture.",
  handSizesSmall: "A small one",
  handSizesWhole: "With “do not fragment”",
  handSizesSplit: "Without “do not fragment”",
  "handTether.android":
    "Best: if the VPN fails on a computer, connect it to this phone's hotspot and open this page there. It then measures this phone's network.",
  "handTether.ios":
    "Best: if the VPN fails on a computer, connect it to the personal hotspot of this iPhone or iPad and open this page there. It then measures the same mobile network.",
  handApp:
    "If it fails on this device itself: this web page cannot send pings. An app for network tests can, where it lets you choose the size (“packet size” or “payload”). Send three pings of each size to this gateway, and paste what the app shows. Not every app shows enough to be read here.",
  handPhoneTell:
    "Tell {operator} in any case: the VPN's error message word for word, your mobile operator, and whether the VPN connects over Wi-Fi.",
  handOthers: "Another system?",
  "handFor.windows": "This page for Windows",
  "handFor.mac": "This page for a Mac",
  "handFor.linux": "This page for Linux",
  "handFor.android": "This page for Android",
  "handFor.ios": "This page for an iPhone or iPad",
  handDoesTitle: "What the commands do, and what is sent",
  handDoesHeading: "What they do",
  handDoes1:
    "They list the network interfaces with their MTU, and send pings of several sizes, three of each, to the gateway named above.",
  handDoes2: "They need no administrator rights and change no setting.",
  handDoes3:
    "Sent is what you paste, as it is, once you press “Send it to {operator}”. Take out what you do not want to send.",
} as const;
