/** A fix card names no person and no network, whatever texts a report was made from. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeText } from "../../shared/evidence/character-sets.ts";
import { findAddresses } from "../../shared/evidence/text/format.ts";
import { FixCard } from "../../shared/schema/api.ts";
import { json, openService, type Service } from "../support/service.ts";

let service: Service;
beforeAll(async () => {
  service = await openService({ uploadsPerMinute: 1_000_000 });
});
afterAll(() => service.close());

/** Analyzes texts, and reads the card of the report as anyone does. */
async function cardOf(texts: { name: string; text: string }[], language: string) {
  const kept = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    json: { schema: "ikefrag/evidence/1", texts },
  });
  const whole = await json<{ reportId: string } & Pick<FixCard, "recommendation">>(kept);
  const card = await service.request("GET", `/v1/reports/${whole.reportId}?lang=${language}`);
  return { whole, card: FixCard.parse(await card.json()) };
}

const NAME = "file-of-a-person.txt";
const files = globSync("test/cases/{reports,formats/*}/*.txt").sort();

test("there are texts that name hosts", () => {
  const named = files.filter((file) => findAddresses(decodeText(readFileSync(file)) ?? "").length > 0);
  expect(named.length).toBeGreaterThan(30);
});

test.each(files.map((file) => [basename(file), file]))("%s", async (_name, file) => {
  const text = decodeText(readFileSync(file)) ?? "";
  const { card } = await cardOf([{ name: NAME, text }], "en");
  const shown = JSON.stringify(card);
  for (const { address } of findAddresses(text)) expect(shown).not.toContain(address);
  expect(shown).not.toContain(NAME);
});

test.each(["en", "ja"])(
  "a command that names the interface is left to the helpdesk, in %s",
  async (language) => {
    const text = `C:\\>netsh interface ipv4 show subinterfaces

   MTU  MediaSenseState      Bytes In     Bytes Out  Interface
------  ---------------  ------------  ------------  -------------
  1500                1    1148240064     129385364  Jane Wi-Fi

C:\\>ping -f -l 1464 203.0.113.5

Pinging 203.0.113.5 with 1464 bytes of data:
Reply from 203.0.113.5: bytes=1464 time=8ms TTL=57

C:\\>ping -f -l 1466 203.0.113.5

Pinging 203.0.113.5 with 1466 bytes of data:
Reply from 192.0.2.1: Packet needs to be fragmented but DF set.
`;
    const { whole, card } = await cardOf([{ name: NAME, text }], language);
    expect(whole.recommendation.commands?.apply).toContain('"Jane Wi-Fi"');
    expect(card.recommendation).toMatchObject({
      interfaceMtu: whole.recommendation.interfaceMtu,
      commands: null,
    });
    expect(card.recommendation.actions.map(({ key }) => key)).toContain("action.ask-for-commands");
    expect(JSON.stringify(card)).not.toContain("Jane");
    expect(JSON.stringify(card)).not.toContain("203.0.113.5");
  },
);

test.each([
  ["en", "Recordings from this PC's side and from the VPN gateway's were compared"],
  ["ja", "ゲートウェイ側の記録を突き合わせ"],
])("that both ends were compared is said, in %s, and no file is named", async (language, sentence) => {
  const form = new FormData();
  for (const end of ["client", "gateway-first-only"] as const) {
    const bytes = readFileSync(`test/cases/reports/29-pair-${end}.pcapng`);
    form.append(end === "client" ? "client" : "gateway", new File([bytes], `${end}-of-jane.pcapng`));
  }
  const kept = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    body: form,
  });
  const { reportId } = await json<{ reportId: string }>(kept);
  const card = await service.request("GET", `/v1/reports/${reportId}?lang=${language}`);
  const { text } = FixCard.parse(await card.json());
  expect(text.notes.join(" ")).toContain(sentence);
  expect(JSON.stringify(text)).not.toContain("jane");
  const { card: alone } = await cardOf(
    [{ name: NAME, text: readFileSync(files[0] ?? "", "utf8") }],
    language,
  );
  expect(alone.text.notes.join(" ")).not.toContain(sentence);
});
