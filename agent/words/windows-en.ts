/**
 * What the PowerShell agent alone says, in English. It is kept apart so that the other agent, which is one
 * file that people read before they run it, does not carry it.
 */
export const windowsEn = {
  noCase:
    "Cannot start: no service or no case code is given. Run the line that you were given, or add -Server URL -Code CODE.",
  askCode: "Case code",
  seeBlocked: "If a proxy or a security program is in the way: {server}/blocked says what helps.",
  consentReads:
    "Reads:  network interfaces, VPN connections, their settings and last errors, kinds and sizes of login certificates; no password and no document",
  question: "Start? [y/N, m: more]",
  yesByPolicy: "Nobody is asked: the yes was given beforehand (-Yes or IKEFRAG_YES). Runs as: {user}",
  unexpected: "Cannot go on: {reason}",
  readSettings:
    "what decides how large a VPN login is: IKE settings of its VPN connections, sizes and key types of login certificates (no names), and how many root certificates it trusts",
  askHeadingElevated: "Only after another yes, and only in a PowerShell that runs as administrator:",
  askedCapture:
    "record the packets to and from {gateway} while the VPN connects, and send them to {server}, with what the VPN itself carries blanked out",
  askedApply:
    "change the MTU of one network interface, connect the VPN, and change it back unless you want to keep it",
  constrained:
    "A policy here forbids .NET to scripts (Constrained Language Mode): UDP test packets are left out. What helps: {server}/blocked",
  noTerminalInPowershell:
    "Cannot ask: nobody can answer here. If you agree to the above, set $env:IKEFRAG_YES = 1 and run it again.",
  askCapture:
    "Record packets to and from {gateway} while the VPN connects (about {seconds} seconds), and send them? pktmon filters are removed. [y/N]",
  dialling: "Connecting {profile}, for at most {seconds} seconds ...",
  dialEnded: "Not connected after {seconds} seconds: the attempt is ended.",
  dialYourself: "Connect the VPN now. Recording for {seconds} seconds ...",
  captureKept:
    "Cannot send the recording: {reason}. It is in {file}: give that file to whoever helps you, or delete it.",
  askApply:
    "Change the MTU of interface {index} from {before} to {mtu}, connect {profile}, and change it back unless you keep it? [y/N]",
  restoreLine: "If this window closes too early, this command puts the old MTU back: {command}",
  askKeep: "The VPN connects with {mtu}. Keep it? [y/N]",
  kept: "Kept: {mtu}, also after a restart. To undo it: {command}",
  restored: "The MTU is {before} again.",
  notRestored: "CANNOT PUT THE MTU BACK. Run this as administrator: {command}",
  onClipboard: "The report ID is on the clipboard.",
  pressEnter: "Press Enter to close this window",
} as const;
