/** What the analyzer says: verdict, findings with their evidence, and a recommendation. */
import * as z from "zod";
import { EvidenceRef } from "./evidence-ref.ts";
import { BothEnds } from "./joined.ts";
import { InterfaceMtu } from "./plan.ts";
import { FragmentsWay, RehearsalStop } from "./rehearsal.ts";

export { EvidenceRef, SizeKind } from "./evidence-ref.ts";

/** The one verdict of a diagnosis. Stored in reports and linked from outside: never renamed. */
export const Verdict = z.enum([
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
  "ike-auth-unanswered",
  "path-mtu-black-hole",
  "path-mtu-reduced",
  "ike-fragments-too-large",
  "ike-fragments-lost",
  "udp-500-blocked",
  "udp-4500-blocked",
  "gateway-unreachable",
  "gateway-rejects",
  "slow-gateway",
  "not-ikev2",
  "esp-mtu",
  "healthy",
  "insufficient-evidence",
]);
export type Verdict = z.infer<typeof Verdict>;

/** How sure the analyzer is of its verdict. */
export const Confidence = z.enum(["high", "medium", "low"]);
export type Confidence = z.infer<typeof Confidence>;

/** In which direction packets were lost, seen from the client. */
export const Direction = z.enum(["outbound", "inbound", "both", "undetermined"]);
export type Direction = z.infer<typeof Direction>;

/** A sentence by its key in `shared/text`, and what fills it: a diagnosis itself speaks no language. */
export const Phrase = z.object({
  key: z.string().max(96),
  params: z.record(
    z.string().max(32),
    z.union([z.string().max(512), z.number(), z.array(z.number()).max(64)]),
  ),
});
export type Phrase = z.infer<typeof Phrase>;

/** What one rule said of the evidence. */
export const Finding = z.object({
  code: z.string().max(64),
  status: z.enum(["found", "clear", "unknown"]),
  severity: z.enum(["high", "medium", "low", "info"]),
  /** `observed`: it stands in the evidence. `inferred`: it follows from the evidence. */
  nature: z.enum(["observed", "inferred"]),
  phrase: Phrase,
  evidence: z.array(EvidenceRef).max(256),
});
export type Finding = z.infer<typeof Finding>;

/** What speaks for or against a candidate, and where it stands in the evidence. */
export const CandidateReason = z.object({ phrase: Phrase, evidence: z.array(EvidenceRef).max(32) });
export type CandidateReason = z.infer<typeof CandidateReason>;

/** A verdict that the evidence leaves open beside the one that is given. It never carries a command. */
export const Candidate = z.object({
  verdict: Verdict,
  direction: Direction.nullable(),
  for: z.array(CandidateReason).max(8),
  against: z.array(CandidateReason).max(8),
  /** The cheapest probe, capture or file that would tell it from the next one. */
  decider: Phrase,
});
export type Candidate = z.infer<typeof Candidate>;

/** A verdict that the evidence rules out, and by what. */
export const Excluded = CandidateReason.extend({ verdict: Verdict });
export type Excluded = z.infer<typeof Excluded>;

/** What an output in a pasted text was taken for: said back, so that a misreading is seen at once. */
export const Reading = z.object({
  source: z.string().max(128),
  /** The line of the text where the output begins. */
  line: z.int().min(1),
  phrase: Phrase,
});
export type Reading = z.infer<typeof Reading>;

/**
 * `verified`: packets passed under this very MTU. `measured`: the measured path MTU. `trial`: reasoned,
 * untested.
 */
export const Basis = z.enum(["verified", "measured", "trial"]);
export type Basis = z.infer<typeof Basis>;

/** A UDP payload of the largest size, with the marker in front of IKE and the headers of IPv6 and UDP. */
const MOST_IP_BYTES = 65_535 + 4 + 8 + 40;

/**
 * What it rests on that IKE fragmentation helps. `verified`: large messages of a login that was begun with
 * this gateway went through on this path in IKE fragments. `reasoned`: it follows, and was not tried.
 */
export const RemedyBasis = z.enum(["verified", "reasoned"]);
export type RemedyBasis = z.infer<typeof RemedyBasis>;

const CommandSet = z.object({ apply: z.string(), verify: z.string(), undo: z.string() });
/** What changes something, shows it, and puts it back. */
export type CommandSet = z.infer<typeof CommandSet>;

/**
 * Windows commands. Interface names come from strangers, so that they hold integers only. But where a table
 * has no index, as that of `netsh … show subinterfaces`, the name stands in them, between quotes, and only if
 * it is made of letters, digits, single spaces and `-_.()*#`: nothing that a shell could take for more.
 */
export const Commands = CommandSet.extend({ powershell: CommandSet, needsElevation: z.literal(true) });
export type Commands = z.infer<typeof Commands>;

/**
 * PowerShell lines, for Windows PowerShell 5.1 and PowerShell 7, that switch IKE fragmentation on in one
 * connection of a phone book, show the switch, and put it back. They name nothing where it is the only one in
 * the book. Else the connection's name, a stranger's text, stands in them, but only if it is of letters,
 * digits, single spaces, `-` and `_` of ASCII; or its server does.
 */
export const ProfileCommands = CommandSet.extend({
  /** The phone book is the machine's, which only an administrator changes. */
  needsElevation: z.boolean(),
  /** They have the connection's name in them, or its server's. */
  isNamed: z.boolean(),
});
export type ProfileCommands = z.infer<typeof ProfileCommands>;

/** What to do: an MTU with its commands, actions, settings of the gateway, the next question, and notes. */
export const Recommendation = z.object({
  /** Bytes of a whole IP packet; `null`: leave it as it is. */
  interfaceMtu: InterfaceMtu.nullable(),
  basis: Basis.nullable(),
  /** Which interface, and its present MTU: for the commands, and for undoing them. */
  interfaceIndex: z.int().min(1).nullable(),
  previousMtu: z.int().min(68).max(65_535).nullable(),
  /** The calculation of `interfaceMtu`, term by term. */
  arithmetic: z.array(z.object({ bytes: z.int(), term: Phrase })).max(16),
  /** Whole IP packets, in bytes, that the next capture should show if the change took effect. */
  expectedFragments: z.array(z.int()).max(64),
  /** The largest packet inside the tunnel for the outer MTU, by cipher suite (RFC 4303 §2). */
  tunnelMtu: z
    .object({
      outerMtu: z.int(),
      byCipher: z.array(z.object({ cipher: z.string().max(64), tunnelMtu: z.int() })).max(16),
    })
    .nullable(),
  commands: Commands.nullable(),
  /**
   * Lines that switch IKE fragmentation on in the client's profile; `null`: it is not switched off there, or
   * no line can say which connection it is.
   */
  profileCommands: ProfileCommands.nullable().default(null),
  /** What to do first, second, third. */
  actions: z.array(Phrase).max(16),
  /** What the gateway's administrator can set; text to forward. */
  serverActions: z
    .array(
      z.object({
        product: z.string().max(64),
        phrase: Phrase,
        commands: z.array(z.string().max(512)).max(8),
        /** `null`: the report is of an analyzer that did not say. */
        basis: RemedyBasis.nullable().default(null),
      }),
    )
    .max(16),
  /** IKE fragmentation as the remedy, at the gateway or in the client's profile; `null`: not advised. */
  ikeFragmentation: z
    .object({
      basis: RemedyBasis,
      /** Bytes of the largest IP packet in which IKE fragments went through; `null`: not tried. */
      passedIpBytes: z.int().min(0).max(MOST_IP_BYTES).nullable(),
    })
    .nullable()
    .default(null),
  alternatives: z.array(z.object({ interfaceMtu: InterfaceMtu, phrase: Phrase })).max(16),
  /** The one probe or file that would settle what is open; `null` if nothing is open. */
  nextProbe: z.object({ phrase: Phrase, command: z.string().max(512).nullable() }).nullable(),
  notes: z.array(Phrase).max(32),
});
export type Recommendation = z.infer<typeof Recommendation>;

/** One of the four ways: what is known of it, why it was not tested, and where that stands. */
export const FourWay = FragmentsWay.extend({
  /** A sentence where the state alone does not say it: above all why it was not tested. */
  phrase: Phrase.nullable(),
  /** Bytes of the largest IP packet of what passed, and of what was lost; `null`: not known. */
  passedIpBytes: z.int().min(0).max(MOST_IP_BYTES).nullable().default(null),
  lostIpBytes: z.int().min(0).max(MOST_IP_BYTES).nullable().default(null),
  evidence: z.array(EvidenceRef).max(64),
});
export type FourWay = z.infer<typeof FourWay>;

/** How a large login message travels, by who cuts it and by the way: tested with the gateway itself. */
export const FourWays = z.object({
  ipFragments: z.object({ out: FourWay, back: FourWay }),
  ikeFragments: z.object({ out: FourWay, back: FourWay }),
  /** Why no login was rehearsed, or no further one. */
  stopped: RehearsalStop.nullable(),
});
export type FourWays = z.infer<typeof FourWays>;

/** What the analyzer says. The same evidence gives the same diagnosis on every runtime. */
export const Diagnosis = z.object({
  schema: z.literal("ikefrag/diagnosis/1"),
  analyzer: z.string().max(64),
  verdict: Verdict,
  confidence: Confidence,
  direction: Direction.nullable(),
  findings: z.array(Finding).max(256),
  /** What else it may be, likeliest first, where the verdict is not of high confidence. Never the verdict. */
  candidates: z.array(Candidate).max(8).default([]),
  /** What it cannot be, where the verdict is not of high confidence: said before the candidates. */
  excluded: z.array(Excluded).max(16).default([]),
  readings: z.array(Reading).max(64).default([]),
  /** What left at one end and arrived at the other, where the evidence shows both ends of a login. */
  bothEnds: BothEnds.nullable().default(null),
  /** `null` where no login was rehearsed. */
  fourWays: FourWays.nullable().default(null),
  /** What in the evidence could not be used, and where it broke. */
  warnings: z.array(z.object({ source: z.string().max(128), phrase: Phrase })).max(64),
  recommendation: Recommendation,
});
export type Diagnosis = z.infer<typeof Diagnosis>;
