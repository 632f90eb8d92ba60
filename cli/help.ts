/** What `ikefrag --help` and `ikefrag COMMAND --help` print, and which commands there are. */
import { closestWord } from "../shared/closest-word.ts";

const EXIT_CODES = `Exit codes:
  0 healthy or done    1 a problem was found    2 usage, or input that cannot be read
  3 no network         4 refused or expired     5 upload failed
`;

/** What `ikefrag --help` prints. */
export const OVERVIEW = `ikefrag finds out why an IKEv2 VPN does not come up when the reason is fragmentation or
path MTU, and says what to do about it.

Usage: ikefrag COMMAND …

  analyze FILE…            captures, run JSON and pasted netsh or ping output, in any mix:
                           the verdict, why, and what to do
  compare --before FILE… --after FILE…
                           what differs between two networks, or before and after a change
  decode FILE…             one line for each IKE message of a capture
  minimize IN OUT          a smaller capture with only what ikefrag needs, to give to others
  probe --gateway HOST     tests the network path from here to a VPN gateway, and judges it
  probe --server URL --code CODE
                           does the same as the agent of a helpdesk's case
  serve                    the service: cases, agent, reports and console
  backup OUT               a copy of what the service holds, made while it runs
  doctor                   whether what the service holds is whole, and mends what it can
  token create|list|revoke API tokens of the service
  audit                    whether the service's audit log is as it was written
  sweep                    what the service holds back from deletion, and why
  kit --server URL         what an organisation signs and deploys: the Windows agent, with rules

  COMMAND --help           says more about one of them
  --version

Try it on the example that comes with it:
  cd test/cases/seed
  ikefrag analyze wired-fail.pcapng netsh-ja.txt ping-1472-ja.txt ping-1473-ja.txt

${EXIT_CODES}`;

const COMMANDS = {
  analyze: `Usage: ikefrag analyze FILE… [--client FILE]… [--gateway FILE]… [--between FILE]…
                       [--gateway HOST] [--json] [--html OUT] [--lang ja|en]
                       [--server NAME] [--forward gateway|carrier [--without-addresses]]

Judges evidence of a VPN that does not come up. Each FILE is one of these:
  - a capture of the failing connection: pcap or pcapng, also gzipped
  - the JSON that "ikefrag probe --save FILE" wrote, or a report of the service
  - text: the output of "netsh interface ipv4 show interfaces" or "ping -f -l SIZE HOST",
    in any language of Windows, of "tracepath", "traceroute --mtu" and others
    (docs/evidence.md)
Give all files that belong to one user's problem in one call: a capture, the netsh table and
the pings together say more than each alone. A file that cannot be used is named in a warning,
and the others are judged.

Give captures of both ends of a login, or a log of the gateway beside a capture of the client,
and the report says which packet was lost on which way.

  --client FILE  a file that was made at the client
  --gateway FILE a file that was made at the gateway
  --between FILE a file that was made at a router or firewall on the way. All three may be given
                 several times; without them, the packets themselves tell which end a capture is
                 of, as far as they can. What packets prove counts for more than these words
  --gateway HOST the VPN gateway, as a name or an address, where the files do not tell: then pings
                 to it count for the way to the gateway
  --json         the diagnosis as JSON instead of a report
  --html OUT     writes the report to OUT, with drawings of the IKE messages and of the sizes that
                 get through: one file that needs nothing else, for a browser or for paper. What is
                 printed is one line, or with --json the diagnosis
  --server NAME  the gateway's product, such as strongswan or cisco: prints where its setting is
  --forward gateway|carrier
                 writes a text to send on in place of the report: to the gateway's administrator,
                 or to who runs a firewall or network on the way. It has times, sizes, counts,
                 controls, and how to see it oneself
  --without-addresses
                 with CLIENT and GATEWAY in it in place of addresses and names
  --lang ja|en   the language of the report; without it, the system's language

${EXIT_CODES}`,
  compare: `Usage: ikefrag compare --before FILE [--before FILE]… --after FILE [--after FILE]…
                       [--json] [--lang ja|en]

Compares two sets of evidence of one user: cable and Wi-Fi, or before and after a change. It
says what differs, whether the recommended change took effect, and whether it helped. The files
are of the same kinds as for "ikefrag analyze".

Exit codes: 0 the second is healthy, 1 it is not, 2 usage or input that cannot be read
`,
  decode: `Usage: ikefrag decode FILE… [--json]

Prints one line for each IKE message (UDP 500 and 4500) of the captures, in their order. IP
fragments are put together first.

  --json   one JSON object per line: file, frame (the one that completes the message), time, src,
           dst, sport, dport, natt, ispi, rspi, version, exchange, exchangeName, messageId,
           initiator, response, length, payloads, notifies, notifyNames, fragments (frame
           numbers), ikeFragment

Of a damaged file it prints what comes before the damage. A warning on standard error says at
which byte the damage begins.
`,
  minimize: `Usage: ikefrag minimize IN OUT [--pseudonymize]

Writes what ikefrag needs of the capture IN to OUT, as pcapng: IKE, ICMP, IP fragments and the
headers of ESP. Everything else is left out, MAC addresses too. Sizes and times stay. OUT must not
exist yet.

  --pseudonymize   replaces all IP addresses by others, always the same one for the same address.
                   Networks stay networks, and private ranges stay private. IP options, later
                   IP fragments, and what unencrypted IKE tells about persons and hosts
                   (identities, certificates, NAT detection) are left out or become zeros.
                   An unencrypted message that came in IP fragments can then be read only as far
                   as its first fragment. Encrypted bytes stay as they are, with their times and
                   sizes: the file hides who was there, but it is not anonymous.

Exit codes: 0 done, 2 usage, or input that cannot be read
`,
  probe: `Usage: ikefrag probe --gateway HOST [--yes] [--capture] [--no-rehearsal] [--json]
                     [--save FILE] [--lang ja|en]
       ikefrag probe --server URL --code CODE [--yes] [--capture] [--dry-run] [--save FILE]
                     [--lang ja|en]

Sends small and large IKE messages and pings to a VPN gateway, and nothing anywhere else: at
most 64 datagrams and 128 KiB. It says so and asks before it begins. It needs no administrator
rights and changes nothing. It begins VPN logins with the gateway, without a name or password, and
finishes none: the gateway may log refused logins, and one that bans addresses after such logins
may ban this computer's for a while.

  --gateway HOST   judge the path from here to this gateway, with no service
  --server URL     run as the agent of a case: send the measurements to this service
  --code CODE      the case's code, such as XXXX-XXXX-XXXXX
  --yes, -y        do not ask (for scripts)
  --capture        with --gateway: ask for permission to record packets while you connect the VPN,
                   for at most 60 s and 5 MB, and judge them too (on Linux and macOS; needs tcpdump
                   and the right to use it, such as root's). With --yes: record without asking
  --no-rehearsal   with --gateway: begin no login. Then less is known of the way back from there
  --dry-run        show what would be read from this computer, and send nothing
  --save FILE      keep the measurements as JSON, for "ikefrag analyze"; what was recorded is kept
                   in FILE.pcap
  --json           the diagnosis as JSON

${EXIT_CODES}`,
  serve: `Usage: ikefrag serve --demo [--port 8787] [--lang ja|en]
       ikefrag serve [--port 8787] [--host 127.0.0.1] [--data DIR] [--public-url URL]
                     [--reflector HOST:PORT]

Runs the service on its embedded store: SQLite and files in DIR, which is .ikefrag if --data is
not given. The first start prints an API token, and a link that signs an administrator in once.

  --port N           the port, 8787 if not given; 0 takes any free one
  --host ADDRESS     the address, 127.0.0.1 if not given: then only this computer reaches it. Any
                     other one needs --public-url
  --demo             a demonstration: invented cases of twelve weeks, to try everything with. It
                     reads no settings and keeps nothing
  --sign-in-link     print a new one-time sign-in link for the console
  --print-config     print all settings, with secrets masked, and do not start. Those that nobody
                     decided are comments
  --new-index        begin a new index though DIR or the bucket has objects of another one
  --public-url URL   where users reach it, for the command lines that it hands out
  --reflector HOST:PORT
                     a reflector (infra/README.md), for tests of the path back to the user. The key
                     that both share is in the environment, as IKEFRAG_REFLECTOR_KEY
`,
  token: `Usage: ikefrag token create NAME [--role staff|admin] [--days N] [--data DIR]
       ikefrag token list [--json] [--data DIR]
       ikefrag token revoke ID [--data DIR]

Makes, lists and revokes API tokens of the service on DIR, which is .ikefrag if --data is not given.
The service may go on meanwhile. A new token is printed once, and only its hash is kept.

  --role ROLE   staff opens cases and reads reports; admin may do everything. staff if not given
  --days N      after so many days the token ends; without it, when it is revoked

Exit codes: 0 done, 2 it could not be done
`,
  audit: `Usage: ikefrag audit [--head HASH] [--data DIR]

Follows the chain of the audit log of the service on DIR, which is .ikefrag if --data is not given:
whether any entry was changed or left out since it was written. It prints the last entry's hash. Note
it elsewhere: that the newest entries were cut off only shows to who knows one of them.

  --head HASH   a hash that was printed earlier, which has to be there still

Exit codes: 0 every entry is as it was written, 1 one is not or is missing, 2 it cannot be said
`,
  sweep: `Usage: ikefrag sweep [--data DIR] [--anyway]

The service deletes once an hour what is old and what a crash left behind. It holds back where that
is not plausible: the clock is far from where it was, most would go, or the index does not fit the
objects. This says what the service on DIR (.ikefrag if --data is not given) holds back, and why.

  --anyway   let it go with the service's next sweep. What is deleted is gone

Exit codes: 0 nothing is held back or it was let go, 1 something is held back, 2 it cannot be said
`,
  kit: `Usage: ikefrag kit --server URL [--code CODE] [--out DIR]

Writes what an organisation needs to deploy the Windows agent itself, so that users type only the
code of their case: the published script, a Start menu entry, scripts that sign it, check it,
allow it by AppLocker and App Control, install it, and run it unattended on many computers
(Intune, ConfigMgr, RMM), and a README that says what to do in which order.

  --server URL   the service, such as https://ikefrag.example.com
  --code CODE    the code of a case for many computers, for the unattended script
  --out DIR      the folder to write, which is ikefrag-kit if this is not given; nothing is
                 overwritten

Exit codes: 0 done, 2 usage, or a folder that cannot be written
`,
  doctor: `Usage: ikefrag doctor [--data DIR] [--mend] [--json]

Examines DIR, which is .ikefrag if --data is not given: whether SQLite finds the index whole, each row can
be read, counts and search index say what the reports say, the audit log's chain holds, and each object
is there with its size and its SHA-256. All objects are read. The service may go on meanwhile.

  --mend   make counts and search index anew from the reports, and delete the objects that wait for it.
           No service may run on DIR then. Nothing else is changed
  --json   what was found as JSON: problems, looked, and findings with check, isProblem, what, count,
           examples and isMended

Exit codes: 0 all is well or was mended, 1 a problem is left, 2 it cannot be examined
`,
  backup: `Usage: ikefrag backup OUT [--data DIR]

Copies the index, the objects and the pepper of DIR, which is .ikefrag if --data is not given, into the
new folder OUT. The service may go on meanwhile. To restore, start it on the copy: "ikefrag serve
--data OUT". Where objects are in an S3 bucket (IKEFRAG_S3_BUCKET), the bucket has to be backed up too,
and after the index.

Exit codes: 0 done, 1 done, but objects were lost before, 2 it could not be done
`,
} as const;

/** A command of `ikefrag`. */
export type Command = keyof typeof COMMANDS;

/** Whether a word is a command. */
export const isCommand = (word: string): word is Command => Object.hasOwn(COMMANDS, word);

/** What `ikefrag COMMAND --help` prints. */
export const helpOf = (command: Command): string => COMMANDS[command];

/** The command that a mistyped word probably meant; `null`: none. */
export const closestCommand = (word: string): Command | null =>
  closestWord(word.toLowerCase(), Object.keys(COMMANDS).filter(isCommand));
