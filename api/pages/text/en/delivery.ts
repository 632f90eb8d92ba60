/** The ways in which the agent comes to a user, on a code's page and in the message. English. */
export const delivery = {
  "wayTitle.file": "A line that compares the program with its published hash first",
  "wayTitle.quick": "A shorter line, run as it comes",
  "wayTitle.installed": "ikefrag is in your Start menu?",
  "wayTitle.by-hand": "Nothing may be run here? Plain commands instead",
  wayFileWhat:
    "The line fetches one file into your home folder, compares its SHA-256 with the published one, and runs it only where they agree. You then see who asks and what will be sent, and a question: nothing is measured before your yes.",
  wayFileCheck: "Check the file yourself",
  wayFileHash: "SHA-256 of {file}, version {version}",
  wayFileOrigins:
    "The program's repository has the same hash in docs/releases.json. Compare the two: whoever changed this page could not have changed that one.",
  wayFileCompare: "The hash of the file that was fetched",
  wayFileOpen: "For a PowerShell that is open already, and not for cmd",
  wayFileOpenWhy: "It does the same, and no process has an address in its command line.",
  wayQuickWhat:
    "It runs what the service sends, without comparing it first. Security programs often stop lines of this kind; if yours does, take another way.",
  wayInstalledCode: "The code to type",
  wayInstalledWhat:
    "For PCs on which your IT department installed ikefrag. Small letters are fine, and hyphens can be left out.",
  wayInstalledOpen: "Press Start, type `ikefrag`, and press Enter.",
  wayInstalledType: "Type the code above, and press Enter.",
  wayInstalledPrompt: "Case code",
  wayByHandTitle: "Plain commands, and no program of ours",
  wayByHandWhat:
    "You run a few commands of your own system and paste what they print. Nothing of ours runs on this computer, and the result is less certain.",
  wayByHandGo: "Show the commands",
  wayPhoneTitle: "No PC at hand?",
  wayPhoneWhat:
    "What the phone can tell is asked for there, without a program of ours. The result is less certain than on the PC.",
  wayPhoneGo: "Go on without a PC",
  wayNone: "This check is for Windows PCs on which ikefrag is installed. Ask {operator} for another way.",
  wayBlocked: "Was it blocked?",
  waySecurity: "For your security team",
  messageBegin:
    "Hello,\n\nto find out why your VPN connection ({gateway}) does not work, please run a short check on the PC that has the problem. It takes about two minutes. It looks at the network only, not at your files, and asks you before it sends anything.",
  messagePage: "Open this page on that PC. It shows the steps:\n{page}",
  messageLine:
    "On Windows: press Start, type powershell, press Enter, paste this line there and press Enter:\n{line}",
  messageInstalled: "On Windows: press Start, type ikefrag, press Enter, and type this code:\n{code}",
  messageOneOf: "One of these is enough; the first is the easiest.",
  messageAtEnd: "At the end it shows a report ID that begins with IKF-. Please send it to us.",
} as const;
