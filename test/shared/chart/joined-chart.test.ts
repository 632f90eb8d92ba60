import { expect, test } from "vitest";
import { joinedChart } from "../../../shared/chart/joined-chart.ts";
import { type JoinedRow, joinedRows } from "../../../shared/chart/joined-rows.ts";
import { chartWords } from "../../../shared/chart/words.ts";
import type { JoinedDatagram, JoinedLogin, Place } from "../../../shared/schema/joined.ts";
import { datagram, joinedLogin, LOGIN_MS, opening, packets, place, twoPlaces } from "../../support/joined.ts";
import { checkMarkup, drawnTexts } from "../../support/markup-check.ts";

const ROOM = { linesOf: (row: JoinedRow) => row.arrows.length, most: 48, inFront: 28 };
const rowsOf = (login: JoinedLogin): readonly JoinedRow[] =>
  joinedRows([login], chartWords("en"), ROOM).front;
const arrowsOf = (login: JoinedLogin) =>
  rowsOf(login).flatMap(({ arrows }) => arrows.filter((a) => typeof a !== "number"));
const draw = (login: JoinedLogin, options = {}, language: "en" | "ja" = "en"): string => {
  const svg = String(joinedChart([login], language, options).svg);
  checkMarkup(svg);
  return svg;
};
const said = (svg: string): string => /<desc>(.*)<\/desc>/s.exec(svg)?.[1] ?? "";
const lossy = (sending: number, atMs: number, frames: [number, number] = [3, 3]): JoinedDatagram =>
  datagram({ sending, atMs, frames, packets: packets([1500, "lost"], [1428, "arrived"]) });

test("what was lost ends in a cross with its size and its fragment, and the rest of it arrives", () => {
  const svg = draw(joinedLogin([...opening(), lossy(1, 90)]));
  const texts = drawnTexts(svg);
  expect(texts).toContain("1500 bytes, IP fragment 1 of 2");
  expect(texts).toContain("1428 bytes, IP fragment 2 of 2");
  expect(texts).toContain("× : it was lost between these two places");
  expect(said(svg)).toContain(
    "IKE_AUTH, to the gateway, IKE 2876 bytes, 0.090 s at This PC, 0.110 s at VPN gateway, " +
      "1500 bytes, IP fragment 1 of 2, lost between This PC and VPN gateway, " +
      "1428 bytes, IP fragment 2 of 2, arrived",
  );
});

test("nothing is crossed out where nothing was lost, and nothing is in doubt", () => {
  const texts = drawnTexts(draw(joinedLogin(opening())));
  expect(texts.filter((text) => /×|\?/.test(text))).toEqual([]);
});

test("both axes count from one moment, each says what its clock showed then", () => {
  const login = joinedLogin(opening());
  expect(rowsOf(login).map(({ times }) => times)).toEqual([
    ["0.000 s", "0.020 s"],
    ["0.060 s", "0.040 s"],
  ]);
  const texts = drawnTexts(draw(login));
  expect(texts).toContain("0 s = 13:05:02.117");
  expect(texts).toContain("0 s = 16:05:02.367");
});

test("where nothing tells how the clocks differ, each axis counts from its own first message", () => {
  const login = joinedLogin(opening(), { places: [place(), place({ end: "gateway", clock: null })] });
  expect(rowsOf(login).map(({ times }) => times)).toEqual([
    ["0.000 s", "0.000 s"],
    ["0.060 s", "0.020 s"],
  ]);
});

test("a packet is late by the quickest in its direction, whatever the clocks", () => {
  const late = datagram({ sending: 2, atMs: 1_000, transitMs: 1_920, packets: packets([400, "arrived"]) });
  for (const clock of [null, { aheadMs: -7, uncertaintyMs: 3 }]) {
    const login = joinedLogin([...opening(), late], {
      places: [place(), place({ end: "gateway", clock })],
    });
    expect(arrowsOf(login).map(({ isLate }) => isLate)).toEqual([false, false, true]);
  }
  expect(drawnTexts(draw(joinedLogin([...opening(), late])))).toContain("it came 1.9 s later than others");
  // The times of a log are whole seconds, at either end: they call nothing late.
  for (const at of [0, 1]) {
    const places = twoPlaces().map((end, n): Place => (n === at ? { ...end, kind: "log" } : end));
    expect(arrowsOf(joinedLogin([...opening(), late], { places })).some(({ isLate }) => isLate)).toBe(false);
  }
});

test("a packet that was cut on the way arrives as several, and their sizes are said", () => {
  const recut = datagram({
    packets: packets([1500, "recut", [1396, 124]], [1428, "arrived"]),
    frames: [7, 4],
  });
  const svg = draw(joinedLogin([recut]));
  expect(drawnTexts(svg)).toContain("it arrived as 1396 + 124 bytes");
  for (const frame of [7, 8]) expect(svg).toContain(`id="frame-${frame}-client_002epcapng"`);
  for (const frame of [4, 5, 6]) expect(svg).toContain(`id="frame-${frame}-gateway_002epcapng"`);
});

test("frames stand at the packets that they are, also where one before was lost", () => {
  const [first, second] = arrowsOf(joinedLogin([lossy(1, 0, [3, 9])]));
  expect(first?.refs.map((refs) => refs.length)).toEqual([1, 0]);
  expect(second?.refs[1]).toEqual([{ kind: "packet", capture: "gateway.pcapng", frame: 9 }]);
});

test("a log with parts of a second keeps them, also where one of its times is a whole one", () => {
  const places = twoPlaces().map((end): Place => (end.end === "gateway" ? { ...end, kind: "log" } : end));
  const whole = opening().map((datagram, n) => ({
    ...datagram,
    seen: datagram.seen.map((seen, at) =>
      n === 0 && at === 1 && seen ? { ...seen, timeMs: LOGIN_MS + 10_800_883 } : seen,
    ),
  }));
  const login = joinedLogin(whole, { places });
  expect(rowsOf(login).map(({ times }) => times[1])).toEqual(["0.633 s", "0.040 s"]);
});

test("what nothing tells of ends in a question mark, and a cross is not drawn for it", () => {
  const svg = draw(joinedLogin([datagram({ packets: packets([1268, "not-covered"]) })]));
  const texts = drawnTexts(svg);
  expect(texts).toContain("?");
  expect(texts.some((text) => text.includes("×"))).toBe(false);
  expect(said(svg)).toContain("not known whether it arrived");
});

test("a third place on the way says on which part of it a packet was lost", () => {
  const between = (datagram: JoinedDatagram): JoinedDatagram => ({
    ...datagram,
    seen: [datagram.seen[0] ?? null, datagram.seen[0] ?? null, datagram.seen[1] ?? null],
    packets: datagram.packets.map((p) => ({ ...p, lostBetween: p.lostBetween && [1, 2] })),
  });
  const places = [place(), place({ end: "between", source: "firewall.pcap" }), place({ end: "gateway" })];
  const svg = draw(joinedLogin([between(lossy(1, 0))], { places }));
  expect(drawnTexts(svg)).toContain("firewall.pcap");
  expect(said(svg)).toContain("lost between On the way and VPN gateway");
  // Three lifelines, and the cross behind the second one.
  expect(svg.match(/x1="(?:16|50|84)%" y1="[\d.]+rem" x2="(?:16|50|84)%"/g)?.length).toBeGreaterThanOrEqual(
    3,
  );
  expect(svg).toContain('<svg x="71%"');
});

test("each place has its own words above it, also where no file is of the client", () => {
  const between = (source: string): Place => place({ end: "between", source });
  const above = (...places: Place[]): string[] => {
    const seen = places.map(() => null);
    const [first] = opening();
    const datagrams =
      first === undefined ? [] : [{ ...first, seen: [...first.seen, ...seen].slice(0, places.length) }];
    return [
      ...draw(joinedLogin(datagrams, { places })).matchAll(
        /<text x="(\d+)[^>]* y="(?:1|2\.15)rem"[^>]*>([^<]*)/g,
      ),
    ].map(([, x, words]) => `${x}: ${words}`);
  };
  const gateway = place({ end: "gateway" });
  expect(above(between("router.pcap"), gateway)).toEqual([
    "16: On the way",
    "16: router.pcap",
    "84: VPN gateway",
    "84: 192.0.2.1",
  ]);
  const four = above(place(), between("firewall-one.pcap"), between("b"), gateway);
  expect(four).toContain("38: firewall…");
  expect(above(place(), ...["a", "b", "c"].map(between), gateway)).toEqual([
    "16: This PC",
    "16: 192.168.1.5",
    "84: VPN gateway",
    "84: 192.0.2.1",
  ]);
});

test("two logs tell no packets: an arrow for the message, lost where the next place has nothing of it", () => {
  const inLogs = (datagram: JoinedDatagram): JoinedDatagram => ({
    ...datagram,
    packets: [],
    seen: datagram.seen.map((seen) => seen && { ...seen, ipBytes: [], ipIdentification: null }),
  });
  const gone = inLogs(datagram({ packets: packets([1500, "lost"]) }));
  const answerGone = inLogs(datagram({ fromClient: false, packets: packets([1500, "lost"]) }));
  const login = joinedLogin([...opening().map(inLogs), gone, answerGone]);
  expect(arrowsOf(login).map(({ fate, lostBetween }) => [fate, lostBetween])).toEqual([
    ["arrived", null],
    ["arrived", null],
    ["lost", [0, 1]],
    ["lost", [1, 0]],
  ]);
  expect(drawnTexts(draw(login))).toContain("size of the packets not told");
});

test("an answer goes from right to left, and is lost from there", () => {
  const answer = datagram({ fromClient: false, packets: packets([1500, "lost"], [900, "lost"]) });
  // From the gateway's lifeline to a cross that is nearer to the client's.
  expect(draw(joinedLogin([answer]))).toMatch(/<line x1="84%" y1="([\d.]+rem)" x2="46%" y2="\1"/);
  expect(draw(joinedLogin(opening()))).toMatch(/<line x1="84%" y1="([\d.]+rem)" x2="16%" y2="\1"/);
  const [row] = rowsOf(joinedLogin([answer]));
  expect(row?.name).toBe("IKE_AUTH response");
  expect(row?.times).toEqual([null, "0.000 s"]);
  expect(arrowsOf(joinedLogin([answer])).map(({ lostBetween }) => lostBetween)).toEqual([
    [1, 0],
    [1, 0],
  ]);
});

test("the IKE fragments of one sending are one message, and each is named", () => {
  const part = (number: number, fate: "lost" | "arrived", sending = 1): JoinedDatagram =>
    datagram({ sending, ikeFragment: { number, total: 2 }, packets: packets([1268, fate]) });
  const rows = rowsOf(joinedLogin([part(1, "lost"), part(2, "arrived"), part(1, "arrived", 2)]));
  expect(rows.map(({ detail, fate, arrows }) => [detail, fate, arrows.length])).toEqual([
    ["2 IKE fragments", "partly-lost", 2],
    ["sent again (2) · 2 IKE fragments", "arrived", 1],
  ]);
  expect(arrowsOf(joinedLogin([part(1, "lost")]))[0]?.caption).toBe("1268 bytes, IKE fragment 1 of 2");
});

test("the size of a repetition is said only where it is another one", () => {
  const other = datagram({ sending: 3, packets: packets([1400, "arrived"]) });
  expect(rowsOf(joinedLogin([lossy(1, 0), lossy(2, 1_000), other])).map(({ detail }) => detail)).toEqual([
    "IKE 2876 bytes",
    "sent again (2)",
    "sent again (3) · IKE 1368 bytes",
  ]);
});

test("a long login keeps its beginning and its end, and counts what is left out of it elsewhere too", () => {
  const many = Array.from({ length: 60 }, (_, n) => lossy(n + 1, n * 1_000, [2 * n + 1, n + 1]));
  const texts = drawnTexts(draw(joinedLogin(many), { omitted: 100 }));
  expect(texts.filter((text) => text === "1500 bytes, IP fragment 1 of 2")).toHaveLength(24);
  expect(texts).toContain("… 136 more messages …");
  expect(texts).toContain("sent again (60)");
});

test("of a message in very many fragments the lost one is not folded away", () => {
  const fates = Array.from({ length: 12 }, (_, n) => [100, n === 7 ? "lost" : "arrived"] as const);
  const [row] = rowsOf(joinedLogin([datagram({ packets: packets(...fates) })]));
  expect(row?.arrows.map((arrow) => (typeof arrow === "number" ? arrow : arrow.fate))).toEqual([
    "arrived",
    "arrived",
    "arrived",
    4,
    "lost",
    3,
    "arrived",
  ]);
});

test("an id that is on the page already is not given again", () => {
  const taken = new Set<string>();
  const login = joinedLogin(opening());
  expect(joinedChart([login], "en", { taken }).anchors.size).toBe(4);
  expect(joinedChart([login], "en", { taken }).anchors.size).toBe(0);
});

test("strangers' names and numbers break nothing, in any language", () => {
  const hostile = place({ source: "<script>&\u202e", client: "&quot;", end: "between" });
  const odd = datagram({ packets: packets([0, "lost"]), atMs: Number.MAX_SAFE_INTEGER, exchangeType: 999 });
  for (const language of ["en", "ja"] as const)
    draw(joinedLogin([odd], { places: [place(), hostile, place({ end: "gateway" })] }), {}, language);
});

const esp = (outbound: number, inbound: number): Pick<Place, "esp"> => ({
  esp: {
    outbound: { packets: outbound, largestIpBytes: 1_400 },
    inbound: { packets: inbound, largestIpBytes: 1_400 },
  },
});
const withEsp = (client: [number, number] | null, gateway: [number, number] | null): JoinedLogin =>
  joinedLogin(opening(), {
    places: [
      place(client ? esp(...client) : {}),
      place({ end: "gateway", ...(gateway ? esp(...gateway) : {}) }),
    ],
  });

test("what each end saw of ESP stands in a row for each way, and is never said to be lost", () => {
  const ofEsp = (login: JoinedLogin) =>
    rowsOf(login)
      .filter(({ name }) => name === "ESP")
      .flatMap(({ fromClient, arrows }) =>
        arrows.map((a) => (typeof a === "number" ? a : [fromClient, a.fate, a.caption, ...a.notes])),
      );
  expect(ofEsp(withEsp([12, 9], [11, 10]))).toEqual([
    [true, "arrived", "12 packets", "recorded where it arrives: 11 packets"],
    [false, "arrived", "10 packets", "recorded where it arrives: 9 packets"],
  ]);
  expect(ofEsp(withEsp([12, 0], null))).toEqual([
    [true, "not-covered", "12 packets", "none recorded where it arrives"],
  ]);
  expect(ofEsp(withEsp([0, 3], [0, 0]))).toEqual([
    [false, "arrived", "not recorded where it was sent", "recorded where it arrives: 3 packets"],
  ]);
  expect(ofEsp(withEsp(null, null))).toEqual([]);
  const texts = drawnTexts(draw(withEsp([12, 9], [11, 10])));
  expect(texts).toContain("recorded where it arrives: 11 packets");
  expect(texts.filter((text) => text.startsWith("×"))).toEqual([]);
});

test("of several logins between the same addresses, the last one has the ESP", () => {
  const [first, second] = [withEsp([12, 9], [11, 10]), withEsp([12, 9], [11, 10])];
  const later = { ...second, datagrams: second.datagrams.map((d) => ({ ...d, messageId: 7 })) };
  const { front } = joinedRows([first, later], chartWords("en"), ROOM);
  expect(front.map(({ name }) => name).slice(-2)).toEqual(["ESP", "ESP"]);
  expect(front.filter(({ name }) => name === "ESP")).toHaveLength(2);
});
