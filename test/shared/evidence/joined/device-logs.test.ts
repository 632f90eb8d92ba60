/** A client's capture with the log of a gateway that is a device, written here from the gateway's capture. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadEvidence } from "../../../../cli/load-evidence.ts";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import type { Initiation } from "../../../../shared/evidence/observations.ts";
import { observe } from "../../../../shared/evidence/observe.ts";

const folder = fileURLToPath(new URL("../../../cases/both-ends/", import.meta.url));

const NAMES: Readonly<Record<number, string>> = { 34: "SA_INIT", 35: "AUTH", 37: "INFORMATIONAL" };

interface Event {
  clock: string;
  time: string;
  sent: boolean;
  from: string;
  to: string;
  port: number;
  name: string;
  spi: string;
  responderSpi: string;
  messageId: number;
  isResponse: boolean;
  bytes: number;
  /** The header, and of an IKE fragment its numbers, in hex digits. */
  dump: string;
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0").toUpperCase();

/** What a gateway's daemon gets and sends: datagrams that are complete, in order. */
function eventsIn({ datagrams = [], client, gateway, initiatorSpi }: Initiation): Event[] {
  return datagrams.flatMap((d): Event[] => {
    if (d.ike === null || (d.fromClient && !d.complete)) return [];
    const { exchangeType, messageId, isResponse, responderSpi, ikeLength, ikeFragment } = d.ike;
    const [from, to] = d.fromClient ? [client, gateway] : [gateway, client];
    const iso = new Date(d.timeMs).toISOString();
    const flags = (d.fromClient ? 0x08 : 0) | (isResponse ? 0x20 : 0);
    const body = ikeFragment
      ? `00000000${hex(ikeFragment.number, 4)}${hex(ikeFragment.total, 4)}`
      : "00".repeat(8);
    const dump = [
      `${initiatorSpi}${responderSpi}`.toUpperCase(),
      hex(ikeFragment ? 53 : 46, 2),
      `20${hex(exchangeType, 2)}${hex(flags, 2)}${hex(messageId, 8)}${hex(ikeLength, 8)}`,
      ikeFragment ? `000000${hex(ikeLength - 28, 2).slice(-2)}` : "",
      ikeFragment ? `${body.slice(8)}${"AB".repeat(40)}` : body,
    ].join("");
    return [
      {
        clock: iso.slice(11, 23),
        time: iso.slice(0, 23).replace("T", " "),
        sent: !d.fromClient,
        from,
        to,
        port: d.gatewayPort ?? 500,
        name: NAMES[exchangeType] ?? "INFORMATIONAL",
        spi: initiatorSpi,
        responderSpi,
        messageId,
        isResponse,
        bytes: ikeLength,
        dump,
      },
    ];
  });
}

const longName = (name: string): string => (name === "INFORMATIONAL" ? name : `IKE_${name}`);

const WRITERS: Readonly<Record<string, (events: readonly Event[]) => string[]>> = {
  FortiOS: (events) => [...events.flatMap((e) => forti(e, e.dump)), last(events, "ike 0: end")],
  "FortiOS, its dumps left out": (events) => [
    ...events.flatMap((e) => forti(e, "xxxx")),
    last(events, "ike 0: end"),
  ],
  "Cisco IOS XE": (events) => [
    ...events.flatMap((e) => {
      const [verb, one, two] = e.sent ? ["Sending", "To", "From"] : ["Received", "From", "To"];
      const [there, here] = e.sent ? [e.to, e.from] : [e.from, e.to];
      const at = `*Nov 20 ${e.clock}: IKEv2:(SESSION ID = 7,SA ID = 1):`;
      return [
        `${at}${verb} Packet [${one} ${there}:${e.port}/${two} ${here}:${e.port}/VRF i0:f0] `,
        `Initiator SPI : ${e.spi.toUpperCase()} - Responder SPI : ${e.responderSpi.toUpperCase()} Message id: ${e.messageId}`,
        `IKEv2 ${longName(e.name)} Exchange ${e.isResponse ? "RESPONSE" : "REQUEST"} `,
      ];
    }),
    `*Nov 20 ${events.at(-1)?.clock.slice(0, 3)}59:59.000: IKEv2:(SESSION ID = 9,SA ID = 2):Insert SA `,
  ],
  RouterOS: (events) => [
    ...events.flatMap((e) => {
      const [verb, arrow] = e.sent ? ["sending", "<-"] : ["received", "->"];
      const bytes = `${e.time} ipsec,debug ===== ${verb} ${e.bytes} bytes from ${e.from}[${e.port}] to ${e.to}[${e.port}]`;
      const spis = `${e.spi}:${e.responderSpi}`;
      const message = `${e.time} ipsec ${arrow} ike2 ${e.isResponse ? "reply" : "request"}, exchange: ${e.name}:${e.messageId} ${e.sent ? e.to : e.from}[${e.port}] ${spis}`;
      return e.sent ? [message, bytes] : [bytes, message];
    }),
    last(events, "ipsec payload seen: SA"),
  ],
};

function forti(e: Event, dump: string): string[] {
  const id = `${e.spi}/${e.responderSpi}${e.name === "SA_INIT" ? "" : `:${hex(e.messageId, 8).toLowerCase()}`}`;
  const name = `${e.name}${e.isResponse ? "_RESPONSE" : ""}`;
  const way = `${e.from}:${e.port}->${e.to}:${e.port}`;
  return e.sent
    ? [
        `${e.time} ike 0:dialup:94: out ${dump}`,
        `${e.time} ike 0:dialup:94: sent IKE msg (${name}): ${way}, len=${e.bytes}, id=${id}`,
      ]
    : [
        `${e.time} ike 0: comes ${way},ifindex=4....`,
        `${e.time} ike 0: IKEv2 exchange=${name} id=${id} len=${e.bytes}`,
        `${e.time} ike 0: in ${dump}`,
      ];
}

/** The log goes on, so that what is not in it did not come. */
const last = (events: readonly Event[], line: string): string =>
  `${events.at(-1)?.time.slice(0, 14)}59:59.000 ${line}`;

async function judge(name: string, write: (events: readonly Event[]) => string[], isFirst: boolean) {
  const atGateway = await loadEvidence([join(folder, `${name}-gateway.pcapng`)]);
  const [login] = observe(atGateway.evidence, atGateway.transcripts).initiations;
  const log = write(login ? eventsIn(login) : []).join("\n");
  const { evidence, transcripts } = await loadEvidence([join(folder, `${name}-client.pcapng`)]);
  const texts = [{ name: "gateway.log", text: log }];
  const given = {
    ...evidence,
    texts: isFirst ? [...texts, ...evidence.texts] : [...evidence.texts, ...texts],
  };
  const observations = observe(given, transcripts);
  const { verdict, direction, confidence, recommendation } = diagnoseObservations(observations);
  const fates = observations.joined.flatMap(({ datagrams }) =>
    datagrams
      .filter(({ exchangeType }) => exchangeType === 35)
      .map((d) => `${d.fromClient ? "out" : "back"} ${d.ikeFragment?.number ?? ""} ${d.fate}`),
  );
  return { joined: observations.joined.length, fates, verdict, direction, confidence, recommendation };
}

describe.each(Object.entries(WRITERS))("%s", (who, write) => {
  const tellsParts = who === "FortiOS";
  test("the way out loses: never said to be the way back, nor to have arrived", async () => {
    for (const name of [
      "outbound-fragments-non-first-ipv6",
      "link-1400-silent-rfc7383",
      "udp-4500-blocked",
    ]) {
      const judged = await judge(name, write, false);
      expect(judged.joined, name).toBe(1);
      expect(
        judged.fates.filter((fate) => /^out .*arrived/.test(fate) && !/^out 2 arrived/.test(fate)),
      ).toEqual([]);
      expect(judged.direction, name).toBe(
        tellsParts || !name.includes("rfc7383") ? "outbound" : "undetermined",
      );
    }
  });

  test("the way back loses: the request arrived, its answer did not, and no MTU is given", async () => {
    const judged = await judge("inbound-fragments-first", write, true);
    expect(judged.joined).toBe(1);
    expect(judged.fates.filter((fate) => fate.startsWith("out") && fate.endsWith("lost"))).toEqual([]);
    expect(judged.direction).toBe("inbound");
    expect(judged.recommendation).toMatchObject({ interfaceMtu: null, commands: null });
  });
});

test("FortiOS's dumps name the IKE fragment that did not come, and it is outbound with high confidence", async () => {
  const judged = await judge("link-1400-silent-rfc7383", WRITERS.FortiOS ?? (() => []), false);
  expect(new Set(judged.fates)).toEqual(new Set(["out 1 lost", "out 2 arrived"]));
  expect(judged).toMatchObject({ direction: "outbound", confidence: "high" });
});
