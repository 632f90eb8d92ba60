const EXIT_CODES = `Exit codes:
  0 healthy or done    1 a problem was found    2 usage, or input that cannot be read
  3 no network         4 refused or expired     5 upload failed
`;

export const OVERVIEW = `ikefrag finds out why an IKEv2 VPN does not come up when the reason is fragmentation or
path MTU, and says what to do about it.

Usage: ikefrag COMMAND …

  analyze FILE…            captures, run JSON and pasted netsh or ping output, in any mix:
                           the verdict, why, and what to do
  compare --before FILE… --after FILE…
                           what differs between two: networks, or before and after a change
  decode FILE…             one line for each IKE message of a capture
  minimize IN OUT          what of a capture is needed to judge it, to give to others
  probe --gateway HOST     tests the way to a VPN gateway from here, and judges it
  probe --server URL --code CODE
                           does the same as the agent of a helpdesk's case
  serve                    the service: cases, agent, reports and console

  COMMAND --help           says more about one of them
  --version

Try it on the story that comes with it:
  cd test/cases/seed
  ikefrag analyze wired-fail.pcapng netsh-ja.txt ping-1472-ja.txt ping-1473-ja.txt

${EXIT_CODES}`;

const COMMANDS = {
  analyze: `Usage: ikefrag analyze FILE… [--json] [--html OUT] [--lang ja|en]

Judges evidence of a VPN that does not come up. Each FILE is one of
  - a capture of the failing connection: pcap or pcapng, also gzipped
  - the JSON that "ikefrag probe --save FILE" wrote, or a report of the service
  - text: the output of "netsh interface ipv4 show interfaces" or "ping -f -l SIZE HOST",
    in any language of Windows
What belongs to one user's trouble goes into one call: a capture, the netsh table and the
pings together say more than each alone.

  --json         the diagnosis as JSON instead of a report
  --html OUT     writes the report to OUT as well, with the IKE messages and the sizes that get
                 through drawn: one file that needs nothing else, for a browser or for paper
  --lang ja|en   the report's language; otherwise the system's

${EXIT_CODES}`,
  compare: `Usage: ikefrag compare --before FILE [--before FILE]… --after FILE [--after FILE]…
                       [--json] [--lang ja|en]

Sets two bodies of evidence of one user side by side: the cable and Wi-Fi, or before and after a
change. It says what differs, whether the recommended change took effect, and whether it helped.
Files are those of "ikefrag analyze".

Exit codes: 0 the second is healthy, 1 it is not, 2 usage or input that cannot be read
`,
  decode: `Usage: ikefrag decode FILE… [--json]

One line for each IKE message (UDP 500 and 4500) of captures, in their order; IP fragments are
put together first.

  --json   one JSON object a line: file, frame (the one that completes the message), time, src,
           dst, sport, dport, natt, ispi, rspi, version, exchange, exchangeName, messageId,
           initiator, response, length, payloads, notifies, notifyNames, fragments (frame
           numbers), ikeFragment

A damaged file gives what stands before the damage, and a warning with its offset on standard
error.
`,
  minimize: `Usage: ikefrag minimize IN OUT [--pseudonymize]

Writes what ikefrag judges of the capture IN to OUT, as pcapng: IKE, ICMP, IP fragments and the
headers of ESP. All else is left out, and sizes and times stay. OUT must not exist yet.

  --pseudonymize   puts other addresses in the place of all IP addresses, the same for the same one
                   throughout the file: networks stay networks, private ranges private. MAC
                   addresses, IP options, later IP fragments, and what IKE says in the clear of
                   who is who (identities, certificates, NAT detection) are left out or become
                   zeros; a message in the clear that came in IP fragments can then be read as far
                   as its first fragment. What is encrypted stays as it is, with its times and
                   sizes: the file hides who was there, it is not anonymous.

Exit codes: 0 done, 2 usage, or input that cannot be read
`,
  probe: `Usage: ikefrag probe --gateway HOST [--yes] [--capture] [--json] [--save FILE] [--lang ja|en]
       ikefrag probe --server URL --code CODE [--yes] [--capture] [--dry-run] [--save FILE]
                     [--lang ja|en]

Sends small and large IKE messages and pings to a VPN gateway, and nothing anywhere else: at
most 64 datagrams and 128 KiB. It says so and asks before it begins. It needs no administrator
rights, changes nothing and logs in nowhere.

  --gateway HOST   judge the way to this gateway from here, with no service
  --server URL     be the agent of a case: send the measurements to this service
  --code CODE      the case's code, such as XXXX-XXXX-XXXXX
  --yes, -y        do not ask (for scripts)
  --capture        with --gateway: ask to record packets while you connect the VPN, 60 s and 5 MB
                   at most, and judge them too (tcpdump, and root or its rights; Linux and macOS).
                   With --yes: do not ask for that either
  --dry-run        show what would be read of this computer, and send nothing
  --save FILE      keep the measurements as JSON, for "ikefrag analyze"; and what was recorded
                   as FILE.pcap
  --json           the diagnosis as JSON

${EXIT_CODES}`,
  serve: `Usage: ikefrag serve [--port 8787] [--host 127.0.0.1] [--data DIR] [--public-url URL]
                     [--reflector HOST:PORT]

Runs the service on its embedded store (SQLite and files in DIR, otherwise .ikefrag). The first
start prints a link that signs an administrator in, once, and an API token.

  --port N           8787 unless told otherwise; 0 takes a free one
  --host ADDRESS     127.0.0.1 unless told otherwise: only this computer reaches it
  --sign-in-link     print a new one-time sign-in link for the console
  --public-url URL   how users reach it, for the command lines that it hands out
  --reflector HOST:PORT
                     a reflector (infra/deploy.md), for tests of the way back to the user; the
                     environment has the key that it shares, IKEFRAG_REFLECTOR_KEY
`,
} as const;

export type Command = keyof typeof COMMANDS;
export const isCommand = (word: string): word is Command => Object.hasOwn(COMMANDS, word);
export const helpOf = (command: Command): string => COMMANDS[command];
