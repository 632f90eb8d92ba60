/** Runs of the PowerShell agent by an administrator, with what was told to netsh, rasdial and pktmon. */
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PostRound } from "../../shared/schema/api.ts";
import type { Step } from "../../shared/schema/plan.ts";
import { type Answer, CODE, ordinaryAnswers, startAgentService } from "./agent-service.ts";
import { agentText, runEngine, temporaryDirectory } from "./windows-engine.ts";
import { ORDINARY_MACHINE, standIns, type WindowsMachine } from "./windows-stand-ins.ts";

export const PROFILE = {
  name: "Büro VPN",
  serverAddress: "127.0.0.1",
  tunnelType: "Ikev2",
  authenticationMethods: ["MachineCertificate"],
  allUsers: false,
  connected: false,
};
export const ADMINISTRATOR: WindowsMachine = { ...ORDINARY_MACHINE, elevated: true, vpnProfiles: [PROFILE] };

/** A pipeline of its own, that can be stopped from within. */
const IN_A_PIPELINE = `
  $global:Pipeline = [powershell]::Create([Management.Automation.RunspaceMode]::CurrentRunspace)
  [void]$global:Pipeline.AddScript([IO.File]::ReadAllText($env:AGENT_FILE))
  try { $global:Pipeline.Invoke() } catch { "stopped: $($_.Exception.InnerException.GetType().Name)" }
`;

const REVISED: Answer = {
  status: 200,
  json: { status: "done", diagnosis: { verdict: "healthy", text: { sentence: "Now with the capture." } } },
};

/** `typed`: the yes to begin with, then what each further question is answered. */
export async function runSteps(
  steps: Step[],
  {
    typed = ["y"],
    machine = ADMINISTRATOR,
    more = "",
    env = {},
    interruptible = false,
    ask = ["capture", "apply"],
    change = (text) => text,
    upload = REVISED,
    as = "5.1",
    constrained = false,
  }: {
    typed?: string[];
    machine?: WindowsMachine;
    more?: string;
    env?: Record<string, string>;
    interruptible?: boolean;
    ask?: string[];
    change?: (script: string) => string;
    /** What the service answers to the capture. */
    upload?: Answer;
    as?: "5.1" | "7";
    constrained?: boolean;
  },
) {
  const answers = ordinaryAnswers();
  const started = answers["POST /v1/runs"]?.[0];
  const last = answers["POST /v1/runs/run-1/rounds"]?.[1];
  const facts = answers[`GET /a/${CODE}.json`]?.[0];
  if (typeof started !== "object" || typeof facts !== "object" || last === undefined)
    throw new Error("Cannot build the answers");
  Object.assign(started.json as object, { round: { number: 1, steps } });
  Object.assign(facts.json as object, { ask });
  const service = await startAgentService({
    ...answers,
    "POST /v1/runs/run-1/rounds": [last],
    "PUT /v1/runs/run-1/capture": [upload],
  });
  const directory = await temporaryDirectory();
  const agentFile = join(directory, "agent.ps1");
  const text = change(await agentText(CODE, service.origin));
  await writeFile(agentFile, text);
  const { stdout, stderr, calls } = await runEngine({
    command: interruptible ? IN_A_PIPELINE : text,
    standIns: `${standIns(machine)}\n${more}`,
    input: `${["y", ...typed].join("\n")}\n`,
    env: { IKEFRAG_LANG: "en", AGENT_FILE: agentFile, ...env },
    directory,
    as,
    constrained,
  });
  const programs = calls
    .filter(({ command }) => ["netsh", "rasdial", "pktmon", "Stop-Process"].includes(command))
    .map(({ command, arguments: words }) =>
      [command, ...(Array.isArray(words) ? (words as string[]) : [])].join(" ").replaceAll(directory, "TEMP"),
    );
  const posted = service.asked.findLast(({ path }) => path.endsWith("/rounds"));
  const outcomes = posted ? PostRound.parse(posted.body).measurements.map(({ outcome }) => outcome) : [];
  const uploaded = service.asked.find(({ method }) => method === "PUT")?.body;
  const files = (await readdir(directory)).filter((name) => name.startsWith("ikefrag-"));
  return { stdout, stderr, programs, outcomes, service, uploaded: uploaded as Buffer | undefined, files };
}

/** What it ends with; `null`: it does not end. */
export const rasdial = (code: number | null): string =>
  `Register-StandIn rasdial { param($Arguments)
    $global:LASTEXITCODE = ${code === null ? "$(if ($Arguments -contains '/disconnect') { 0 })" : code} }`;
/** As Ctrl+C does: the pipeline is stopped, which no catch sees, and every finally does. */
export const INTERRUPT = "[void]$global:Pipeline.BeginStop($null, $null); Start-Sleep -Seconds 20";
/** What is asked of the programs around a dial. */
export const DIAL = ["rasdial Büro VPN", "rasdial Büro VPN /disconnect"];
