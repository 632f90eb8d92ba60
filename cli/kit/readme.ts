/** The kit's own README: what to do in which order, and what was not tried. */
import type { KitFacts } from "./scripts.ts";

/** The text, in Markdown. */
export const readme = ({
  server,
  version,
  sha256,
  code,
}: KitFacts): string => `# ikefrag ${version} for ${server}

\`ikefrag.ps1\` finds out why an IKEv2 VPN does not come up. It is the published file, the same for every case:

    SHA-256  ${sha256}

The same hash stands at ${server}/agent/${version}/SHA256SUMS and in docs/releases.json of ikefrag's repository.
What it reads and sends, and how to forbid it: ${server}/security. What to do where it is blocked:
${server}/blocked.

## What is here

| file | for |
| --- | --- |
| \`ikefrag.ps1\` | the agent; read it from top to bottom |
| \`check.ps1\` | says whether a copy, signed or not, is the published script |
| \`sign.ps1\` | signs it with your certificate |
| \`applocker.ps1\`, \`app-control.ps1\` | write rules that allow it, by hash and by publisher |
| \`install.ps1\` | puts it into %ProgramFiles%\\ikefrag, and "ikefrag" into the Start menu |
| \`ikefrag.cmd\` | that entry of the Start menu, where you deploy files by other means |
| \`detect.ps1\` | runs it unattended, prints one line, ends with 1 where a problem was found |

## In this order

1. Read \`ikefrag.ps1\`, and run \`check.ps1\`.
2. If your policy is AllSigned, or for application control: \`.\\sign.ps1 -Thumbprint … -TimestampServer …\` with
   your own certificate for code signing. Clients have to trust it (Trusted Publishers), or PowerShell asks.
   Sign \`install.ps1\` and \`detect.ps1\` too where they run under that policy.
3. Where AppLocker or App Control decides: run \`applocker.ps1\` or \`app-control.ps1\`, look at the rules, and
   bring them into your policy. A script that the policy allows runs in Full Language Mode; any other runs in
   Constrained Language Mode, where test messages cannot be sent, and the report says so.
4. Deploy \`install.ps1\` with the signed \`ikefrag.ps1\` beside it. Alone it fetches the published file from
   ${server}, and installs it only if the hash is right.
5. Offer the way to users: \`IKEFRAG_DELIVERY=installed,file,by-hand\` at the service.

Tell users: "Open the Start menu, type **ikefrag**, press Enter, and type this code." In Japanese:
「スタートメニューで**ikefrag**と入力してEnterキーを押し、表示された画面にこのコードを入力してください。」
Small letters and missing hyphens do no harm, so that the code can be said over the telephone.

## With your tool

- **Intune, platform script**: \`install.ps1\`, in system context, in the 64-bit PowerShell. It carries no
  byte order mark, which a signature check would refuse.
- **Intune, remediation**: \`detect.ps1\` as the detection script, no remediation script, 64-bit, in the user's
  context (or in system context, where profiles of users are not all seen). Its output is one line of at most
  2,000 characters; exit code 1 is "with issues". Tick "enforce script signature check" if you signed it.
- **Group Policy**: \`install.ps1\` as a startup script of the computer, from a share that users only read.
- **Configuration Manager**: \`detect.ps1\` under Run Scripts; the line is the script's output.
- **NinjaOne, ConnectWise**: \`detect.ps1\` as a PowerShell script, as SYSTEM or as the logged-on user; read the
  line from the output.
- **Datto RMM**: the same, with \`$dattoField\` set to the number of the field that takes the line.

\`detect.ps1\` takes the code of a case for many computers: in the console, open a case, "More", and allow as many
runs as there are computers. ${code === "" ? "Fill it in at `$code`." : `It has ${code}.`} It waits up to five minutes first, so that not all computers come at once
(\`$spreadSeconds\`). As SYSTEM it sees the VPN profiles of all users and of the machine, and sends nothing that a
user's run does not send. Your policy says yes in the user's place: tell users, and ask whom you have to ask.

## To remove it

Delete %ProgramFiles%\\ikefrag and ikefrag.cmd in the Start menu's folder for all users
(%ProgramData%\\Microsoft\\Windows\\Start Menu\\Programs). Nothing else was changed.

## What was tried, and what was not

The scripts are tested in a PowerShell engine that takes on the ways of 5.1 and of 7, in Full and in
Constrained Language Mode, with a signature made for the test. The names of Intune's, ConfigMgr's and the RMM
tools' settings come from their documentation, and were not tried in them: try them with one computer first.
`;
