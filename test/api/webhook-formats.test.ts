/** The forms of chat tools and issue trackers: their shapes, and that nothing hostile is markup in any. */
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { deliver } from "../../api/webhooks/deliver.ts";
import { toBody } from "../../api/webhooks/formats.ts";
import type { WebhookFormat, WebhookMessage } from "../../shared/schema/webhooks.ts";
import { json, openService } from "../support/service.ts";
import { openReceiver } from "../support/webhook-receiver.ts";

const URL = "https://ikefrag.example.com/r/IKF-7K3QX-9M2PD-4";
type ReportMessage = Extract<WebhookMessage, { data: { reportId: string } }>;
const aMessage = (changes: Partial<ReportMessage["data"]> = {}): WebhookMessage => ({
  type: "report.created",
  timestamp: "2026-11-23T06:00:00.000Z",
  data: {
    reportId: "IKF-7K3QX-9M2PD-4",
    createdAt: "2026-11-23T06:00:00.000Z",
    verdict: "path-mtu-black-hole",
    confidence: "high",
    interfaceMtu: 1400,
    gateway: "vpn.example.com",
    label: "T-1234",
    status: "new",
    override: null,
    url: URL,
    ...changes,
  },
});
const JIRA = { project: "VPN", issueType: "Task" };
// biome-ignore lint/suspicious/noExplicitAny: a body has the tool's shape, which is what is checked
const bodyOf = (format: WebhookFormat, message = aMessage(), jira: typeof JIRA | null = null): any =>
  JSON.parse(toBody(JSON.stringify(message), { format, jira }, "en"));
const FACTS = [
  ["Verdict", "Large packets vanish on the way"],
  ["Confidence", "high"],
  ["MTU to set on the interface", "1400"],
  ["Gateway", "vpn.example.com"],
  ["Label", "T-1234"],
  ["Status", "new"],
];

test("the standard format is the message itself, byte for byte", () => {
  const payload = JSON.stringify(aMessage());
  expect(toBody(payload, { format: "standard", jira: null }, "ja")).toBe(payload);
});

test("Slack gets blocks, whose fields are plain text", () => {
  const { text, blocks } = bodyOf("slack");
  const title = { type: "plain_text", text: "New report IKF-7K3QX-9M2PD-4", emoji: false };
  const [, verdict] = FACTS[0] ?? [];
  expect(blocks[0]).toEqual({ type: "header", text: title });
  expect(blocks[1].fields).toHaveLength(FACTS.length);
  expect(blocks[1].fields[3]).toEqual({ type: "plain_text", text: "Gateway\nvpn.example.com", emoji: false });
  expect(blocks[2].elements).toEqual([{ type: "mrkdwn", text: `<${URL}|Open>` }]);
  expect(text).toBe(
    `New report IKF-7K3QX-9M2PD-4 · ${verdict} · high · 1400 · vpn.example.com · T-1234 · new`,
  );
});

test("Teams gets an Adaptive Card in the envelope of its Workflows", () => {
  const { type, attachments } = bodyOf("teams");
  expect(type).toBe("message");
  expect(attachments).toHaveLength(1);
  expect(attachments[0].contentType).toBe("application/vnd.microsoft.card.adaptive");
  const { content } = attachments[0];
  expect(content).toMatchObject({ type: "AdaptiveCard", version: "1.4" });
  expect(content.body).toHaveLength(FACTS.length + 1);
  expect(content.body[4]).toEqual({
    type: "RichTextBlock",
    inlines: [
      { type: "TextRun", text: "Gateway: ", weight: "bolder" },
      { type: "TextRun", text: "vpn.example.com" },
    ],
  });
  expect(content.actions).toEqual([{ type: "Action.OpenUrl", title: "Open", url: URL }]);
});

test("Mattermost gets Markdown, Jira a document, ServiceNow a record and Zendesk a ticket", () => {
  const facts = FACTS.map(([name, value]) => `- ${name}: \`${value}\``);
  expect(bodyOf("mattermost")).toEqual({
    text: ["**New report IKF-7K3QX-9M2PD-4**", ...facts, `[Open](${URL})`].join("\n"),
  });
  const { fields } = bodyOf("jira", aMessage(), JIRA);
  expect(fields).toMatchObject({
    project: { key: "VPN" },
    issuetype: { name: "Task" },
    summary: "New report IKF-7K3QX-9M2PD-4",
    description: { type: "doc", version: 1 },
  });
  expect(fields.description.content).toHaveLength(FACTS.length + 1);
  expect(fields.description.content[3]).toEqual({
    type: "paragraph",
    content: [
      { type: "text", text: "Gateway: ", marks: [{ type: "strong" }] },
      { type: "text", text: "vpn.example.com", marks: [] },
    ],
  });
  // Without a project it is the body of a comment.
  expect(bodyOf("jira").body.content).toHaveLength(FACTS.length + 2);
  const plain = [...FACTS.map(([name, value]) => `${name}: ${value}`), URL];
  expect(bodyOf("servicenow")).toEqual({
    short_description: "New report IKF-7K3QX-9M2PD-4",
    description: plain.join("\n"),
    correlation_id: "IKF-7K3QX-9M2PD-4",
    correlation_display: "ikefrag",
  });
  expect(bodyOf("zendesk")).toEqual({
    ticket: {
      subject: "New report IKF-7K3QX-9M2PD-4",
      comment: { html_body: plain.map((line) => `<p>${line}</p>`).join(""), public: false },
      external_id: "IKF-7K3QX-9M2PD-4",
      tags: ["ikefrag"],
    },
  });
});

test("an override takes the place of the verdict, and a message without an address has no link", () => {
  for (const format of ["slack", "teams", "mattermost", "jira", "servicenow", "zendesk"] as const) {
    const text = JSON.stringify(bodyOf(format, aMessage({ override: "healthy", url: null })));
    expect(text, format).not.toContain("vanish");
    expect(text, format).not.toMatch(/1400|Confidence|ikefrag\.example\.com/);
  }
});

/** What tools read as markup, as calls of people, as code of their own, or what hides other text. */
const HOSTILE = [
  "<!channel> <@U123> <https://evil.example|VPN portal>",
  "@channel @all @here ~town-square #tag :tada:",
  "`@channel` ``[x](https://evil.example)`` ```",
  "[~admin] {{ticket.requester.email}} {% if x %} {{dc.secret}} {{{DATE(2017-02-14T06:00:00Z)}}",
  "<img src=x onerror=alert(1)> &lt;b&gt; \"' [code]<script>[/code]",
  "**bold** _it_ [VPN](https://evil.example) ![x](https://evil.example/x.png)\n# heading\n---",
  "\u202egnp.exe\u2066 \u0000\u001b[31m\u200b\r\nGateway: other.example",
  `${"a".repeat(500)}😀`,
];

test.each(HOSTILE)("no tool takes a label for more than a label: %j", (label) => {
  const message = aMessage({ label });
  // One line, without what cannot be seen: whatever stands in it stands behind its own name.
  const unseen = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2060-\u2069]/u;
  const labelIn = (text: string): string => text.slice(text.indexOf("Label") + 6);

  const slack = bodyOf("slack", message);
  expect(slack.text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
  const written = slack.blocks.flatMap((block: { fields?: object[]; elements?: object[] }) => [
    ...(block.fields ?? []),
    ...(block.elements ?? []),
  ]);
  expect(written.filter(({ type }: { type: string }) => type !== "plain_text")).toHaveLength(1);
  const field = slack.blocks[1].fields[4].text;
  expect(labelIn(field)).not.toMatch(unseen);
  expect(labelIn(field).length).toBeLessThan(310);

  const teams = JSON.stringify(bodyOf("teams", message));
  expect(teams).not.toMatch(/"TextBlock"|"FactSet"|"entities"|\{\{/);

  const mattermost: string[] = bodyOf("mattermost", message).text.split("\n");
  expect(mattermost).toHaveLength(FACTS.length + 2);
  const line = mattermost[5] ?? "";
  const [, fence = "", code = ""] = /^- Label: (`+)(.*[^`])\1$/.exec(line) ?? [];
  expect(fence, line).not.toBe("");
  // No run of backticks inside is as long as the fence: none ends the code.
  expect([...code.matchAll(/`+/g)].map(([run]) => run.length)).not.toContain(fence.length);
  expect(code).not.toMatch(/@(?!\u200b)/);

  const { content } = bodyOf("jira", message).body;
  expect(content).toHaveLength(FACTS.length + 2);
  const types = new Set(JSON.stringify(content).match(/"type":"\w+"/g));
  expect(types).toEqual(new Set(['"type":"paragraph"', '"type":"text"', '"type":"strong"', '"type":"link"']));
  expect(JSON.stringify(content).match(/"href":"[^"]*"/g)).toEqual([`"href":"${URL}"`]);

  expect(bodyOf("servicenow", message).description.split("\n")).toHaveLength(FACTS.length + 1);

  const html: string = bodyOf("zendesk", message).ticket.comment.html_body;
  expect(html.replaceAll(/<\/?p>/g, "")).not.toMatch(/[<>"']|\{\{|\{%/);
  expect(html.match(/<p>/g)).toHaveLength(FACTS.length + 1);
});

test("what is sent in a form is signed too, with credentials that only their receiver gets", async () => {
  const service = await openService({ webhooksPrivate: true, language: "ja" });
  const receivers = [await openReceiver(), await openReceiver()] as const;
  try {
    service.clock.now = new Date();
    const authorization = "Basic YWlrb0BleGFtcGxlLmNvbTp0b2tlbg==";
    const asAdmin = (method: string, path: string, body?: object) =>
      service.request(method, path, { token: service.tokens.admin, ...(body ? { json: body } : {}) });
    const created = await asAdmin("POST", "/v1/webhooks", {
      url: receivers[0].url,
      events: ["case.used"],
      format: "jira",
      jira: { project: "VPN" },
      authorization,
    });
    const { webhookId, secret, ...shown } = await json<{ webhookId: string; secret: string }>(created);
    expect(shown).toMatchObject({ jira: JIRA, hasAuthorization: true });
    const path = `/v1/webhooks/${webhookId}`;
    await asAdmin("POST", `${path}/test`);
    await deliver(service.deps);
    const [{ headers, body } = { headers: {}, body: "" }] = receivers[0].received;
    expect(headers).toMatchObject({ authorization });
    const sent = new Webhook(secret).verify(body, headers as Record<string, string>);
    expect(sent).toMatchObject({ fields: { summary: "テスト：メッセージは届いています" } });

    // A path of the same receiver, and then another receiver.
    const moved = await json(await asAdmin("PATCH", path, { url: `${receivers[0].url}/2`, jira: null }));
    expect(moved).toMatchObject({ hasAuthorization: true, jira: null, format: "jira" });
    const elsewhere = await json(await asAdmin("PATCH", path, { url: receivers[1].url }));
    expect(elsewhere).toMatchObject({ hasAuthorization: false });
    await asAdmin("POST", `${path}/test`);
    await deliver(service.deps);
    expect(receivers[1].received[0]?.headers.authorization).toBeUndefined();

    for (const wrong of ["Basic a\r\nx: y", "token"])
      expect((await asAdmin("PATCH", path, { authorization: wrong })).status).toBe(400);
    const rows = JSON.stringify(await service.database.all("SELECT * FROM webhooks"));
    expect(rows).not.toContain(authorization.slice(6));
  } finally {
    for (const receiver of receivers) await receiver.close();
    await service.close();
  }
});
