/**
 * What a capture alone says: the same stories over both IP families, with and without NAT traversal, in other
 * sizes, and seen from the client's side and from the gateway's.
 */
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { NotifyType } from "../../../shared/ike/registry.ts";
import type { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { toText } from "../../../shared/text/speak.ts";
import { CaptureReader } from "../../../shared/transcript/read-capture.ts";
import { Dialogue } from "../../support/dialogue.ts";

interface World {
  family: 4 | 6;
  port: 500 | 4500;
}
const WORLDS: World[] = [
  { family: 4, port: 4500 },
  { family: 4, port: 500 },
  { family: 6, port: 4500 },
  { family: 6, port: 500 },
];
const HOP_LIMITS = { client: { client: 128, gateway: 51 }, gateway: { client: 115, gateway: 64 } };

/** An empty capture at one of the two ends. */
function at(end: "client" | "gateway", { family, port }: World): Dialogue {
  const behindNat = end === "client" ? "192.168.1.20" : "198.51.100.77";
  const addresses =
    family === 4
      ? { client: port === 4500 ? behindNat : "198.51.100.4", gateway: "203.0.113.5" }
      : { client: "2001:db8::4", gateway: "2001:db8:1::1" };
  return new Dialogue(addresses, { hopLimits: HOP_LIMITS[end], port });
}
const opened = (d: Dialogue, fragmentation = false): Dialogue =>
  d.saInit(0, 624, { fragmentation }).saInit(50, 329, { from: "gateway", fragmentation });

function diagnosed(...dialogues: Dialogue[]): Diagnosis {
  const transcripts = dialogues.map((d, index) => {
    const reader = new CaptureReader(`${index}.pcapng`);
    reader.push(d.bytes());
    return reader.end();
  });
  return diagnose({ evidence: Evidence.parse({ schema: "ikefrag/evidence/1" }), transcripts });
}
const saying = (diagnosis: Diagnosis): string => {
  const { title, sentence, explanation, observed, inferred, notes } = toText(diagnosis, "en");
  return [title, sentence, explanation, ...observed, ...inferred, ...notes].join("\n");
};

const inEachWorld = test.each(
  WORLDS.map((world) => ({ world, name: `IPv${world.family}, port ${world.port}` })),
);

for (const [request, answer, gatewayMtu] of [
  [400, 2_908, 1_500],
  [300, 1_800, 1_400],
  [900, 4_100, 1_480],
] as const) {
  const repeated = (d: Dialogue, times = 4): Dialogue => {
    for (let turn = 0; turn < times; turn++) {
      d.encrypted(200 + turn * 2_000, request);
      d.encrypted(400 + turn * 2_000, answer, { from: "gateway", mtu: gatewayMtu });
    }
    return d;
  };

  inEachWorld(`an answer of ${answer} bytes that the client does not take, over $name`, ({ world }) => {
    const diagnosis = diagnosed(repeated(opened(at("client", world))));
    expect(diagnosis).toMatchObject({ verdict: "insufficient-evidence", direction: null });
    expect(saying(diagnosis)).toMatch(/reaches this computer and is not taken/);
  });

  inEachWorld(`an answer of ${answer} bytes that leaves the gateway and is lost, over $name`, ({ world }) => {
    const diagnosis = diagnosed(repeated(opened(at("gateway", world))));
    expect(diagnosis).toMatchObject({
      verdict: "inbound-fragments-lost",
      confidence: "medium",
      direction: "inbound",
    });
    expect(diagnosis.recommendation).toMatchObject({ commands: null, interfaceMtu: null });
  });

  inEachWorld(`an answer of ${answer} bytes, lost once and repeated, is health, over $name`, ({ world }) => {
    const d = repeated(opened(at("client", world)), 1).encrypted(5_000, 110, { messageId: 2 });
    const diagnosis = diagnosed(d.encrypted(5_100, 130, { from: "gateway", messageId: 2 }));
    expect(diagnosis.verdict).toBe("healthy");
  });
}

inEachWorld("six prompt answers in one packet, all ignored, over $name", ({ world }) => {
  const d = opened(at("client", world));
  for (let turn = 0; turn < 6; turn++)
    d.encrypted(200 + turn * 1_000, 400).encrypted(230 + turn * 1_000, 260, { from: "gateway" });
  const diagnosis = diagnosed(d);
  expect(diagnosis.verdict).toBe("insufficient-evidence");
  expect(saying(diagnosis)).toMatch(/is not taken/);
});

inEachWorld("COOKIEs that are never brought back, over $name", ({ world }) => {
  const d = at("client", world);
  for (const ms of [0, 2_000, 5_000])
    d.saInit(ms, 624).refusal(ms + 40, NotifyType.COOKIE, new Uint8Array(20));
  const said = saying(diagnosed(d));
  expect(said).toMatch(/COOKIE 3 times/);
  expect(said).toMatch(/the fault is the client's/);
  expect(said).not.toMatch(/after a minute/);
});

for (const { name, next, says } of [
  { name: "not answered", next: "silence", says: /no answer to that/ },
  { name: "demanded again", next: "demand", says: /asked again/ },
  { name: "taken", next: "answer", says: /went on with the client/ },
] as const) {
  inEachWorld(`a COOKIE that is brought back and ${name}, over $name`, ({ world }) => {
    const d = at("client", world).saInit(0, 624).refusal(40, NotifyType.COOKIE, new Uint8Array(20));
    for (const ms of [80, 1_080, 3_080, 7_080]) {
      d.saInit(ms, 652);
      if (next === "demand") d.refusal(ms + 40, NotifyType.COOKIE, new Uint8Array(20));
      if (next === "answer") d.saInit(ms + 40, 329, { from: "gateway" });
    }
    const diagnosis = diagnosed(d.other(30_000));
    expect(diagnosis.verdict).toBe("insufficient-evidence");
    expect(diagnosis.candidates.map((c) => c.verdict)).not.toContain("gateway-unreachable");
    expect(saying(diagnosis)).toMatch(says);
  });
}

for (const total of [5, 16]) {
  inEachWorld(`${total} tiny IKE fragments, which every gateway takes, over $name`, ({ world }) => {
    const d = opened(at("client", world), true);
    for (const ms of [200, 1_200, 3_200]) d.ikeFragments(ms, total, 540, 200);
    const diagnosis = diagnosed(d.other(40_000));
    const large = diagnosis.candidates.find((c) => c.verdict === "ike-fragments-too-large");
    expect(large?.for.map((f) => f.phrase.key)).not.toContain("finding.ike-fragments-lost.no-answer");
    const said = saying(diagnosis);
    expect(said).toMatch(/far smaller than a usual path needs/);
    expect(said).not.toMatch(/so many|too many|takes fewer/);
  });
}

for (const failsFirst of [true, false]) {
  inEachWorld(
    `two logins, of which the ${failsFirst ? "first" : "second"} fails, over $name`,
    ({ world }) => {
      const login = (isAnswered: boolean, requestBytes: number) => {
        const d = at("client", world);
        const twice = [isAnswered, !isAnswered].entries();
        for (const [attempt, answered] of twice) {
          const ms = attempt * 60_000;
          if (attempt > 0) d.anew(attempt);
          d.saInit(ms, 624).saInit(ms + 50, 329, { from: "gateway" });
          const turns = answered ? [200] : [200, 1_200, 3_200, 7_200];
          for (const turn of turns) d.encrypted(ms + turn, answered ? requestBytes : 2_500, { mtu: 1_500 });
          if (answered) d.encrypted(ms + 300, 1_900, { from: "gateway", mtu: 1_500 });
        }
        return diagnosed(d.other(120_000));
      };
      const alike = login(!failsFirst, 2_500);
      expect(alike).toMatchObject({ verdict: "ike-auth-unanswered", confidence: "low" });
      expect(alike.recommendation.interfaceMtu).toBeNull();
      expect(saying(alike)).toMatch(/at one time and not at another/);
      // A smaller login that was answered says nothing of the large one's IP fragments.
      const smaller = login(!failsFirst, 900);
      expect(smaller).toMatchObject({ verdict: "ike-auth-unanswered", confidence: "medium" });
      expect(smaller.recommendation.interfaceMtu).not.toBeNull();
    },
  );
}

inEachWorld(
  "a capture that begins with IKE_AUTH: the gateway had answered before, over $name",
  ({ world }) => {
    const d = at("client", world);
    for (const ms of [200, 1_200, 3_200, 7_200]) d.encrypted(ms, 2_500, { mtu: 1_500 });
    const verdicts = diagnosed(d.other(40_000)).candidates.map((c) => c.verdict);
    expect(verdicts).toContain("outbound-fragments-too-large");
    expect(verdicts).not.toContain("gateway-unreachable");
  },
);

inEachWorld("each cause that a large whole login leaves is a candidate, over $name", ({ world }) => {
  const d = opened(at("client", world));
  for (const ms of [200, 1_200, 3_200, 7_200]) d.encrypted(ms, 1_392, { dontFragment: true });
  const verdicts = diagnosed(d.other(40_000)).candidates.map((c) => c.verdict);
  expect(verdicts).toEqual(
    expect.arrayContaining(["path-mtu-black-hole", "inbound-fragments-lost", "udp-4500-blocked"]),
  );
});

inEachWorld("a login of one packet, answered late, needs no IP fragments, over $name", ({ world }) => {
  const d = opened(at("client", world));
  for (const ms of [200, 1_200, 3_200]) d.encrypted(ms, 600);
  d.encrypted(3_400, 1_400, { from: "gateway" }).encrypted(3_500, 110, { messageId: 2 });
  const diagnosis = diagnosed(d.encrypted(3_560, 100, { from: "gateway", messageId: 2 }));
  expect(diagnosis.verdict).toBe("slow-gateway");
  expect(diagnosis.candidates.map((c) => c.verdict).join()).not.toMatch(/outbound-fragments/);
});

inEachWorld("an opening whose answer is lost, seen at both ends in any order, over $name", ({ world }) => {
  const [near, far] = [at("client", world), at("gateway", world)];
  for (const ms of [0, 1_000, 3_000]) {
    near.saInit(ms, 624);
    far.saInit(ms + 20, 624).saInit(ms + 21, 329, { from: "gateway" });
  }
  near.other(40_000);
  far.other(40_000);
  for (const ends of [
    [near, far],
    [far, near],
  ]) {
    const diagnosis = diagnosed(...ends);
    expect(diagnosis).toMatchObject({ verdict: "insufficient-evidence", direction: "inbound" });
    expect(saying(diagnosis)).toMatch(/its answer is lost on the way back, or the client does not take it/);
    expect(saying(diagnosis)).not.toMatch(/What the client sent next/);
  }
});

inEachWorld("what is seen at the gateway's end leaves no list of causes, over $name", ({ world }) => {
  const [near, far] = [opened(at("client", world), true), opened(at("gateway", world), true)];
  for (const ms of [200, 1_200, 3_200]) {
    near.ikeFragments(ms, 3, 1_364, 200);
    far.ikeFragments(ms + 20, 3, 1_364, 200, { lost: [0, 1] });
  }
  near.other(40_000);
  far.other(40_000);
  for (const ends of [
    [near, far],
    [far, near],
  ]) {
    const diagnosis = diagnosed(...ends);
    expect(diagnosis).toMatchObject({ verdict: "ike-fragments-too-large", direction: "outbound" });
    expect(saying(diagnosis)).not.toMatch(/four causes/);
  }
});

test("a router names the MTU that a whole login exceeds: that is the path MTU, and no silence", () => {
  const d = opened(at("client", { family: 4, port: 4500 }));
  for (const ms of [200, 1_200, 3_200])
    d.encrypted(ms, 1_440, { dontFragment: true }).tooBig(ms + 10, 1_400, 1_472);
  const diagnosis = diagnosed(d.other(40_000));
  expect(diagnosis).toMatchObject({ verdict: "path-mtu-reduced", direction: "outbound" });
  expect(diagnosis.recommendation.interfaceMtu).toBe(1_400);
  expect(saying(diagnosis)).toMatch(/only 1400 bytes pass, and the client did not make it smaller/);
  expect(saying(diagnosis)).not.toMatch(/nothing says so/);
});

for (const end of ["client", "gateway"] as const) {
  inEachWorld(
    `a port filter at the ${end} that hides later IP fragments both ways, over $name`,
    ({ world }) => {
      const d = opened(at(end, world));
      for (const ms of [200, 1_200, 3_200]) {
        d.encrypted(ms, 2_500, { mtu: 1_500, lost: [1] });
        d.encrypted(ms + 40, 1_900, { from: "gateway", mtu: 1_500, lost: [1] });
      }
      const diagnosis = diagnosed(d.other(40_000));
      // The gateway's answers show that the requests arrived.
      expect(diagnosis.verdict).toBe("insufficient-evidence");
      const left = diagnosis.candidates.map((c) => c.verdict);
      expect(left).toContain("inbound-fragments-lost");
      expect(left.join()).not.toMatch(/outbound-fragments|unreachable|blocked/);
    },
  );
}

inEachWorld("what arrives at the gateway whole is not lost for its size, over $name", ({ world }) => {
  for (const inIkeFragments of [true, false]) {
    const d = opened(at("gateway", world), true);
    for (const ms of [200, 1_200, 3_200])
      inIkeFragments ? d.ikeFragments(ms, 3, 1_364, 200) : d.encrypted(ms, 600);
    const said = saying(diagnosed(d.other(40_000)));
    expect(said).toMatch(/arrives whole/);
    expect(said).not.toMatch(/four causes|may be blocked/);
  }
});

for (const [ikeLength, mtu] of [
  [2_100, 1_500],
  [2_528, 1_400],
  [4_000, 1_500],
] as const) {
  const split = (d: Dialogue, lost: number[], mtuOf: number = mtu): Dialogue => {
    for (const ms of [200, 1_200, 2_200]) d.encrypted(ms, ikeLength, { lost, mtu: mtuOf });
    return d.other(40_000);
  };
  const later = ikeLength > 3_000 ? [1, 2] : [1];

  inEachWorld(`only first fragments of ${ikeLength} bytes at the gateway, over $name`, ({ world }) => {
    const diagnosis = diagnosed(split(opened(at("gateway", world)), later));
    expect(diagnosis).toMatchObject({
      verdict: "outbound-fragments-dropped",
      confidence: "medium",
      direction: "outbound",
    });
    expect(diagnosis.recommendation).toMatchObject({ commands: null, interfaceMtu: null });
  });

  inEachWorld(`only later fragments of ${ikeLength} bytes at the gateway, over $name`, ({ world }) => {
    const diagnosis = diagnosed(split(opened(at("gateway", world)), [0]));
    expect(diagnosis).toMatchObject({
      verdict: "outbound-fragments-too-large",
      confidence: "low",
      direction: "outbound",
    });
    expect(diagnosis.candidates.map((c) => c.verdict)).toContain("udp-4500-blocked");
    expect(diagnosis.recommendation.commands).toBeNull();
  });

  inEachWorld(`${ikeLength} bytes at the gateway, whole, without an answer, over $name`, ({ world }) => {
    const diagnosis = diagnosed(split(opened(at("gateway", world)), []));
    expect(diagnosis.verdict).toBe("insufficient-evidence");
    expect(diagnosis.recommendation.interfaceMtu).toBeNull();
    expect(saying(diagnosis)).toMatch(/arrives whole 3 times/);
  });

  inEachWorld(`both ends of a login of ${ikeLength} bytes, in both orders, over $name`, ({ world }) => {
    const near = split(opened(at("client", world)), []);
    const far = split(opened(at("gateway", world)), later);
    for (const pair of [
      [near, far],
      [far, near],
    ]) {
      expect(diagnosed(...pair)).toMatchObject({
        verdict: "outbound-fragments-dropped",
        confidence: "high",
        direction: "outbound",
      });
    }
  });

  inEachWorld(`a client's own capture by port, of ${ikeLength} bytes, over $name`, ({ world }) => {
    const diagnosis = diagnosed(split(opened(at("client", world)), later));
    expect(diagnosis.verdict).toBe("insufficient-evidence");
    expect(diagnosis.warnings.map((w) => w.phrase.key)).toContain("warning.port-filter");
  });

  inEachWorld(`fragments of ${ikeLength} bytes that leave last first, over $name`, ({ world }) => {
    const d = opened(at("client", world));
    for (const ms of [200, 1_200, 2_200]) d.encrypted(ms, ikeLength, { lastFirst: true, mtu });
    const diagnosis = diagnosed(d.other(40_000));
    expect(diagnosis.verdict).toBe("ike-auth-unanswered");
    expect(saying(diagnosis)).toMatch(/last IP fragment first, 3 times/);
    expect(saying(diagnosis)).toMatch(/Azure/);
  });
}

inEachWorld("openings that are answered and never followed, at the gateway, over $name", ({ world }) => {
  const d = at("gateway", world);
  for (const attempt of [1, 2, 3]) {
    const ms = attempt * 40_000;
    d.anew(attempt).saInit(ms, 624, { fragmentation: false });
    d.saInit(ms + 20, 301, { from: "gateway", fragmentation: false });
  }
  const diagnosis = diagnosed(d);
  expect(diagnosis).toMatchObject({ confidence: "low", direction: "outbound" });
  expect(diagnosis.verdict).toBe("outbound-fragments-too-large");
  expect(saying(diagnosis)).toMatch(/never on the gateway/);
});

inEachWorld("the same in the client's own capture says nothing of the way, over $name", ({ world }) => {
  const d = at("client", world);
  for (const attempt of [1, 2, 3]) {
    const ms = attempt * 40_000;
    d.anew(attempt)
      .saInit(ms, 624)
      .saInit(ms + 90, 301, { from: "gateway" });
  }
  expect(diagnosed(d)).toMatchObject({ verdict: "insufficient-evidence", direction: null });
});

for (const [total, ikeLength] of [
  [20, 540],
  [29, 580],
  [17, 1_200],
] as const) {
  inEachWorld(`${total} IKE fragments of ${ikeLength} bytes without an answer, over $name`, ({ world }) => {
    const d = opened(at("client", world), true);
    for (const ms of [200, 1_200, 2_200]) d.ikeFragments(ms, total, ikeLength, 300);
    const diagnosis = diagnosed(d.other(40_000));
    expect(diagnosis.verdict).toBe("ike-fragments-lost");
    expect(saying(diagnosis)).toMatch(/libreswan before 3\.31 takes at most 16/);
    expect(saying(diagnosis)).not.toMatch(/nothing to do with it/);
  });
}

for (const [total, ikeLength, last] of [
  [2, 1_364, 1_032],
  [3, 1_300, 200],
] as const) {
  inEachWorld(`${total} IKE fragments of ${ikeLength} bytes without an answer, over $name`, ({ world }) => {
    const d = opened(at("client", world), true);
    for (const ms of [200, 2_200, 6_200]) d.ikeFragments(ms, total, ikeLength, last);
    const diagnosis = diagnosed(d.other(40_000));
    const ipBytes = ikeLength + (world.port === 4500 ? 4 : 0) + 8 + (world.family === 4 ? 20 : 40);
    expect(diagnosis).toMatchObject({ verdict: "insufficient-evidence", direction: "undetermined" });
    expect(saying(diagnosis)).toContain(`sent 3 times in ${total} IKE fragments (IP packets of ${ipBytes}, `);
  });
}

inEachWorld("a large login in one packet with DF, unanswered, over $name", ({ world }) => {
  const d = opened(at("client", world));
  for (const ms of [200, 1_200, 2_200]) d.encrypted(ms, 1_420, { dontFragment: true });
  const said = saying(diagnosed(d.other(40_000)));
  // IPv6 has no such flag.
  expect(said).toMatch(world.family === 4 ? /must not be split \(DF\)/ : /a narrower link on the way/);
});

for (const gatewayMtu of [1_400, 1_396, 1_280, 1_454]) {
  inEachWorld(`an answer cut for ${gatewayMtu} bytes came to the second request, over $name`, ({ world }) => {
    const d = opened(at("client", world)).encrypted(200, 400).encrypted(1_200, 400);
    d.encrypted(1_400, 2_400, { from: "gateway", mtu: gatewayMtu });
    const diagnosis = diagnosed(d.encrypted(1_500, 110, { messageId: 2 }).other(5_000));
    const finding = diagnosis.findings.find((f) => f.code === "inbound-path-mtu");
    expect(finding?.status).toBe("found");
    const { least, most } = finding?.phrase.params ?? {};
    expect([Number(least) <= gatewayMtu, gatewayMtu <= Number(most)]).toEqual([true, true]);
  });

  inEachWorld(`and the connection came up with ${gatewayMtu} bytes, over $name`, ({ world }) => {
    const d = opened(at("client", world)).encrypted(200, 400).encrypted(1_200, 400);
    const diagnosis = diagnosed(d.encrypted(1_400, 2_400, { from: "gateway", mtu: gatewayMtu }).other(5_000));
    expect(diagnosis).toMatchObject({ verdict: "path-mtu-reduced", direction: "inbound" });
    expect(saying(diagnosis)).toMatch(/no slow gateway/);
  });

  inEachWorld(`the same at the gateway, which cut it at 1500 before, over $name`, ({ world }) => {
    const d = opened(at("gateway", world)).encrypted(200, 400);
    d.encrypted(230, 2_400, { from: "gateway" }).encrypted(2_200, 400);
    const diagnosis = diagnosed(d.encrypted(2_230, 2_400, { from: "gateway", mtu: gatewayMtu }).other(5_000));
    expect(diagnosis).toMatchObject({ verdict: "path-mtu-reduced", direction: "inbound" });
  });
}

for (const { family, code, type, sender, says } of [
  { family: 4, type: 3, code: 13, sender: "203.0.113.9", says: /router or firewall 203\.0\.113\.9/ },
  { family: 4, type: 3, code: 10, sender: "gateway", says: /gateway itself refused/ },
  { family: 4, type: 3, code: 9, sender: "203.0.113.9", says: /administratively prohibited/ },
  { family: 4, type: 3, code: 3, sender: "gateway", says: /nothing listens on its UDP port 4500/ },
  { family: 6, type: 1, code: 1, sender: "2001:db8:9::1", says: /router or firewall 2001:db8:9::1/ },
  { family: 6, type: 1, code: 4, sender: "gateway", says: /nothing listens on its UDP port 4500/ },
] as const) {
  test(`ICMP type ${type}, code ${code} of IPv${family} from ${sender} decides about UDP 4500`, () => {
    const d = opened(at("client", { family, port: 4500 }));
    for (const ms of [200, 1_200, 2_200, 3_200])
      d.encrypted(ms, 400).refused(ms + 30, sender, type, code, 4500);
    const diagnosis = diagnosed(d.other(40_000));
    expect(diagnosis).toMatchObject({ verdict: "udp-4500-blocked", confidence: "high" });
    expect(saying(diagnosis)).toMatch(says);
    expect(saying(diagnosis)).toMatch(/4 times/);
  });
}

for (const { family, type, code } of [
  { family: 4, type: 3, code: 1 },
  { family: 4, type: 3, code: 0 },
  { family: 6, type: 1, code: 0 },
  { family: 6, type: 1, code: 3 },
] as const) {
  test(`ICMP type ${type}, code ${code} of IPv${family}: the gateway cannot be reached`, () => {
    const d = at("client", { family, port: 500 });
    for (const ms of [0, 1_000, 2_000])
      d.saInit(ms, 624).refused(ms + 9, family === 4 ? "203.0.113.9" : "2001:db8:9::1", type, code, 500);
    expect(diagnosed(d.other(40_000))).toMatchObject({ verdict: "gateway-unreachable", confidence: "high" });
  });
}

inEachWorld("an agent's probes that are refused, as they are meant to be, over $name", ({ world }) => {
  const refusedAs = (vendorId: string): string =>
    diagnosed(
      at("gateway", world)
        .saInit(0, 624, { vendorIds: [new TextEncoder().encode(vendorId)] })
        .refusal(20, NotifyType.NO_PROPOSAL_CHOSEN),
    ).verdict;
  expect(refusedAs("ikefrag probe v1")).not.toBe("gateway-rejects");
  expect(refusedAs("somebody else's")).toBe("gateway-rejects");
});
