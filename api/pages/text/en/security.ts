/** The pages for who has to allow a run, and for whom one was stopped. English. */
export const security = {
  securityTitle: "For your security team",
  securityLead:
    "What a run of ikefrag does on a computer, exactly: processes, lines, hosts, ports, amounts, files, hashes, and the detection rules that see it. Nothing is installed, and nothing starts again by itself.",
  securityBlockedLink: "Was a run stopped? {page} says what the message means.",
  securityProcesses: "Processes",
  securityProcessesText:
    "The person's own window (cmd, PowerShell, a terminal) or your deployment starts the run. On Windows no other program than these is started, each by its full path in System32.",
  securityStar:
    "* Only where the case asks for a recording or a trial of another MTU, only elevated, and only after a yes of its own.",
  securityLines: "Exact lines",
  securityLinesText:
    "CODE stands for the case's code, ten to twenty letters, digits and hyphens. These are the ways that this service offers.",
  securityInstalled: "Installed by your organisation",
  securityNetwork: "What goes over the network",
  securityHost: "Host",
  securityPorts: "Protocol and port",
  securityWhat: "What",
  securityToService: "HTTP requests: the case, the measurements, and where agreed on the recording",
  securityGateway: "the VPN gateway that the case names",
  securityIkePorts: "UDP 500 and 4500; ICMP echo",
  securityToGateway:
    "IKEv2 requests and pings: at most {datagrams} packets and {kibibytes} KiB in a whole run",
  securityToReflector: "two kinds of request of 69 and 91 bytes; it sends packets of chosen sizes back",
  securityLimits:
    "At most {datagrams} packets and {kibibytes} KiB of payload in a run, with {gapMs} ms between two to the same port. The agents hold themselves to that, whatever the service asks for.",
  securityShape:
    "To the gateway go only IKEv2 requests (header version 2.0, initiator, exchanges 34, 35, 37 and 43, a length that is right). A service that asks for anything else is refused, and nothing of that round is sent.",
  securityTime:
    "A run takes one to two minutes. After {measuringSeconds} s of measuring or {rounds} rounds no further one is begun.",
  securityNoOther:
    "No other host is reached, redirects are not followed, and no connection stays open. Logins are begun with the gateway and not finished, without a name or password: it may log refused logins.",
  securityData: "What is read, written and sent",
  securityReads: "Read",
  securityReads1:
    "network interfaces (name, addresses, MTU), the route to the gateway, system version and language, and whether the run is elevated",
  securityReads2:
    "on Windows: VPN connections (name, server, type, state), and of the event log the newest 20 errors of failed VPN connections (RasClient, 20227)",
  securityReads3:
    "on Windows: seven settings of each connection in `rasphone.pbk`, the MTU of VPN interfaces, of certificates that can log in the kind of key and sizes, and how many roots are trusted. No name, no thumbprint and no key of a certificate leaves the computer",
  securityReads4:
    "no password, no document, no browser data, and no traffic but a recording that was agreed to",
  securityWrites: "Written",
  securityWrites1: "the program itself, in the home folder, where the line fetches a file",
  securityWrites2:
    "a file with the measurements in the current or the temporary folder, only where they could not be sent or somebody asked for it",
  securityWrites3:
    "a recording on Windows, in the temporary folder, which is deleted at the end. No registry key, no service, no scheduled task and no start entry",
  securitySends: "Sent",
  securitySends1: "what was read and measured, to this service alone, after the person's yes or with `-Yes`",
  securitySends2: "a recording only after a second yes: at most 60 s and 5 MB, without what the VPN carried",
  securityHashes: "SHA-256 of what runs",
  securityHashesText:
    "The bytes are the same for every case of a version. docs/releases.json in the program's repository has the hashes of all releases: compare the two.",
  securityRules: "Which public detection rules see it",
  securityRulesText:
    "Rules of SigmaHQ, as of August 2026. The published file and its line match none of level high.",
  securityRule: "Rule",
  securityLevel: "Level",
  securitySees: "What it sees",
  "securitySees.quick": "only the short line, which fetches a script and runs it at once",
  "securitySees.script":
    "script block logging (event 4104): the script talks to this service by a web request",
  "securitySees.capture": "only runs of a case that asks for a recording",
  securityRulesRun:
    "Nobody should paste anything into Win+R: two rules of level high look there. The steps for users say to open PowerShell.",
  securityRulesAsr:
    "Do not send the script by mail: the rule “Block executable content from email client and webmail” stops script files. Send the link to the case's page.",
  securityAllow: "How to allow it",
  securityAllow1:
    "by hash, not by path: an AppLocker hash rule, an App Control hash or a Defender indicator for the hash above. It holds for every case of this version",
  securityAllow2:
    "better by your own signature: sign the published file, deploy it where users cannot write, and allow your publisher. Users then type only a code",
  securityAllow3:
    "in an exception of a detection rule: the rule's title and the script's hash, and not this service's address alone",
  securityAllowCompare: "To compare a file with this version",
  securityForbid: "How to forbid it",
  securityForbid1:
    "on the network: block this service's host name. Without it a run ends before it measures anything",
  securityForbid2: "by application control: deny the hashes above with AppLocker or App Control",
  securityForbid3:
    "one case: whoever opened it withdraws it in the console, and its code stops working at once. A run that is under way gets no further round",
  securityForbid4: "for one computer: press Ctrl+C in the window. A changed route or MTU is put back",

  blockedTitle: "What stopped the run, and what helps",
  blockedLead:
    "Look for the words of the message. Do not switch off a protection for this: there is always a way without that.",
  blockedFind: "Messages",
  blockedShown: "What is shown",
  blockedMeans: "What it means",
  blockedHelps: "Which way helps",
  blockedSecurityLink: "If somebody has to allow it: {page} has everything for that.",
  "blocked.amsi": "Antivirus took the script for malicious",
  "blockedShown.amsi":
    "`ScriptContainedMaliciousContent`, This script contains malicious content and has been blocked by your antivirus software",
  "blockedMeans.amsi":
    "The antivirus program looks at a script before PowerShell runs it, and lines that fetch and run one at once are what it suspects most.",
  "blockedHelps.amsi":
    "Take the line that compares the hash first, or the plain commands. Your security team can allow the published hash, and report a false alarm to the maker.",
  "blocked.policy": "Group Policy allows no script file",
  "blockedShown.policy": "`PSSecurityException`, `UnauthorizedAccess`, AuthorizationManager check failed",
  "blockedMeans.policy":
    "The execution policy of this computer is Restricted or AllSigned, and Group Policy's word counts more than the line's.",
  "blockedHelps.policy":
    "The plain commands, today. For the next time: the file signed and installed by your organisation.",
  "blocked.disabled": "Running scripts is disabled on this system",
  "blockedShown.disabled": "running scripts is disabled on this system, `about_Execution_Policies`",
  "blockedMeans.disabled":
    "A script file was started without the line's `-ExecutionPolicy RemoteSigned`, where Windows's own setting (Restricted) holds.",
  "blockedHelps.disabled":
    "Paste the line as it stands on the case's page. If the same comes again, Group Policy says so: take the plain commands.",
  "blocked.signed": "The file is not digitally signed",
  "blockedShown.signed": "is not digitally signed. You cannot run this script on the current system",
  "blockedMeans.signed":
    "Either the policy is AllSigned, or the file was saved by a browser or from a mail, and RemoteSigned refuses such files.",
  "blockedHelps.signed":
    "Let the line fetch the file, instead of a browser. Under AllSigned: the plain commands, or the file signed by your organisation.",
  "blocked.constrained": "PowerShell runs in Constrained Language Mode",
  "blockedShown.constrained":
    "Constrained Language Mode, `ConstrainedLanguage`, MethodInvocationNotSupportedInConstrainedLanguage",
  "blockedMeans.constrained":
    "AppLocker or App Control allows unknown scripts only a part of PowerShell. The run works, and sends pings but no VPN messages, so it can tell less.",
  "blockedHelps.constrained":
    "The file allowed by hash or by your organisation's signature runs in full. What a line runs at once can never be allowed.",
  "blocked.mark": "The file carries the mark of the web",
  "blockedShown.mark": "Security warning, Do you want to run, This file came from another computer",
  "blockedMeans.mark": "A browser or a mail program saved the file and noted that it came from the Internet.",
  "blockedHelps.mark":
    "Delete it, and take the line: a file that PowerShell fetches is compared with its hash instead.",
  "blocked.smartscreen": "SmartScreen or Smart App Control stopped a file",
  "blockedShown.smartscreen": "Windows protected your PC, Smart App Control blocked",
  "blockedMeans.smartscreen":
    "Windows does not know the file that was opened from the Explorer. ikefrag has no program to double-click.",
  "blockedHelps.smartscreen":
    "Close the message, open PowerShell and paste the line. If that is refused too, take the plain commands.",
  "blocked.asr": "An attack surface reduction rule stopped it",
  "blockedShown.asr":
    "Action blocked, Your IT administrator caused Windows Security to block this action, event 1121",
  "blockedMeans.asr":
    "Your organisation's Defender has a rule against scripts that come by mail or look obfuscated. The script is readable; a mailed one is stopped all the same.",
  "blockedHelps.asr":
    "Open the case's link instead of a mailed file. If the line is stopped, the plain commands; your security team finds the rule in event 1121.",
  "blocked.applocker": "AppLocker or App Control stopped a program",
  "blockedShown.applocker":
    "This program is blocked by group policy, Your organization used App Control to block this app, event 8004 or 8007",
  "blockedMeans.applocker": "PowerShell itself, or script files in the home folder, are not allowed here.",
  "blockedHelps.applocker":
    "The plain commands, today. For the next time: the file installed by your organisation in a folder that is allowed.",
  "blocked.proxy": "The service cannot be reached, or its certificate is not trusted",
  "blockedShown.proxy":
    "Could not establish trust relationship for the SSL/TLS secure channel, self-signed certificate in certificate chain, 407 Proxy Authentication Required",
  "blockedMeans.proxy":
    "A proxy stands between, asks for a login, or opens TLS with a certificate of its own that this program does not know. Windows PowerShell uses the system's proxy and certificates; Node.js and Deno have their own.",
  "blockedHelps.proxy":
    "Open this page's address in a browser: if that works, the plain commands work. For Node.js set `NODE_EXTRA_CA_CERTS` to your organisation's root. Your network team can leave this host out of inspection.",
  "blocked.hash": "The file is not the one that was published",
  "blockedShown.hash": "Not run: the file that came is not the one that was published",
  "blockedMeans.hash":
    "What came has another SHA-256. A proxy changed it or sent a page of its own, or the service was updated after the line was made.",
  "blockedHelps.hash":
    "Open the case's page again and take its line anew. If that does not help, tell your security team, and take the plain commands.",
  "blocked.firewall": "A firewall asks or stops test packets",
  "blockedShown.firewall": "Windows Defender Firewall has blocked some features, EACCES, permission denied",
  "blockedMeans.firewall":
    "A firewall on this computer lets the program send nothing on UDP ports 500 and 4500. The run goes on, and says what it could not send.",
  "blockedHelps.firewall":
    "Nothing has to be allowed for a first result. For a whole one: outgoing UDP 500 and 4500 to the gateway, for the time of the run.",
} as const;
