/**
 * Messages in the forms of chat tools and issue trackers. What strangers wrote (labels, names) stands where
 * the tool reads no markup, or is escaped as the tool asks for it: it links to nothing and calls nobody.
 */
import type { Language } from "../../shared/language.ts";
import { inCode, oneLine } from "../../shared/report/markdown.ts";
import { messageWords } from "../../shared/report/message-words.ts";
import { reportWords } from "../../shared/report/words.ts";
import type { JiraSettings, WebhookFormat, WebhookMessage } from "../../shared/schema/webhooks.ts";
import { say } from "../../shared/text/speak.ts";

/** A message as people read it. */
interface Notice {
  title: string;
  facts: { name: string; value: string }[];
  url: string | null;
  /** What it is about, for a tool that is to see that two messages are about the same. */
  about: string;
}

/** Longer than any label, gateway or verdict is. */
const MOST_CHARACTERS = 300;

/** A text in one line, which is not too long for any tool. */
function plain(text: string): string {
  const characters = [...oneLine(text)];
  return characters.length <= MOST_CHARACTERS
    ? characters.join("")
    : `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…`;
}

function toNotice({ type, data }: WebhookMessage, language: Language): Notice {
  const words = messageWords(language);
  const names = reportWords(language);
  const phrase = (key: string): string => say({ key, params: {} }, language);
  const notice = (
    title: string,
    facts: [string, string | number | null][],
    of: Omit<Notice, "title" | "facts">,
  ) => ({
    ...of,
    title,
    facts: facts
      .map(([name, value]) => ({ name, value: plain(String(value ?? "")) }))
      .filter(({ value }) => value !== ""),
  });
  switch (type) {
    case "case.used":
      return notice(
        words["case.used"],
        [
          [names.gateway, data.gateway],
          [words.label, data.label],
          [words.runs, words.runsOf(data)],
        ],
        { url: data.url, about: data.caseId },
      );
    case "webhook.test":
      return notice(words["webhook.test"], [[words.by, data.by]], { url: null, about: data.webhookId });
    default:
      return notice(
        words[type](data),
        [
          [names.verdict, phrase(`verdict.${data.override ?? data.verdict}.title`)],
          [names.confidence, data.override === null ? phrase(`confidence.${data.confidence}`) : null],
          [names.recommendedMtu, data.override === null ? data.interfaceMtu : null],
          [names.gateway, data.gateway],
          [words.label, data.label],
          [words.status, words.statuses[data.status]],
        ],
        { url: data.url, about: data.reportId },
      );
  }
}

const lines = ({ facts, url }: Notice): string[] => [
  ...facts.map(({ name, value }) => `${name}: ${value}`),
  ...(url === null ? [] : [url]),
];

/** Slack reads these three as markup wherever it reads any: `<!channel>` calls everybody. */
const forSlack = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Blocks of Slack's Block Kit. In `plain_text` nothing is markup. */
function toSlack(notice: Notice, open: string): unknown {
  const text = (value: string) => ({ type: "plain_text", text: value, emoji: false });
  const link = { type: "mrkdwn", text: `<${forSlack(notice.url ?? "")}|${open}>` };
  return {
    // For notifications, and for clients without blocks.
    text: forSlack([notice.title, ...notice.facts.map(({ value }) => value)].join(" · ")),
    mrkdwn: false,
    unfurl_links: false,
    blocks: [
      { type: "header", text: text(notice.title) },
      { type: "section", fields: notice.facts.map(({ name, value }) => text(`${name}\n${value}`)) },
      ...(notice.url === null ? [] : [{ type: "context", elements: [link] }]),
    ],
  };
}

/** An Adaptive Card in the envelope of Teams' Workflows. A `TextBlock` reads Markdown, a `TextRun` none. */
function toTeams(notice: Notice, open: string): unknown {
  const run = (text: string, more: object = {}) => ({ type: "TextRun", text, ...more });
  const block = (...inlines: object[]) => ({ type: "RichTextBlock", inlines });
  const card = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      block(run(notice.title, { size: "medium", weight: "bolder" })),
      // `{{DATE(…)}}` is a function in any text of a card.
      ...notice.facts.map(({ name, value }) =>
        block(run(`${name}: `, { weight: "bolder" }), run(value.replace(/\{(?=\{)/g, "{ "))),
      ),
    ],
    actions: notice.url === null ? [] : [{ type: "Action.OpenUrl", title: open, url: notice.url }],
  };
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, contentUrl: null, content: card }] };
}

/** Mattermost's Markdown. In code nothing is markup, and a zero-width space keeps `@` from calling people. */
const toMattermost = ({ title, facts, url }: Notice, open: string): unknown => ({
  text: [
    `**${title}**`,
    ...facts.map(({ name, value }) => `- ${name}: ${inCode(value.replaceAll("@", "@\u200b"))}`),
    ...(url === null ? [] : [`[${open}](${url})`]),
  ].join("\n"),
});

/** An Atlassian Document: text of a node is text, whatever it holds. */
function toJira(notice: Notice, jira: JiraSettings | null): unknown {
  const text = (value: string, ...marks: object[]) => ({ type: "text", text: value, marks });
  const paragraph = (...content: object[]) => ({ type: "paragraph", content });
  const { title, facts, url } = notice;
  const document = {
    type: "doc",
    version: 1,
    content: [
      ...(jira === null ? [paragraph(text(title, { type: "strong" }))] : []),
      ...facts.map(({ name, value }) => paragraph(text(`${name}: `, { type: "strong" }), text(value))),
      ...(url === null ? [] : [paragraph(text(url, { type: "link", attrs: { href: url } }))]),
    ],
  };
  if (jira === null) return { body: document };
  const { project, issueType } = jira;
  return {
    fields: {
      project: { key: project },
      issuetype: { name: issueType },
      summary: title,
      description: document,
      labels: ["ikefrag"],
    },
  };
}

/** A record of ServiceNow's Table API, such as an incident. Its fields are plain text. */
const toServiceNow = (notice: Notice): unknown => ({
  short_description: notice.title,
  description: lines(notice).join("\n"),
  correlation_id: notice.about,
  correlation_display: "ikefrag",
});

/** Zendesk fills in `{{placeholders}}` of a comment; Liquid's tags begin with `{%`. */
const forZendesk = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/\{(?=[{%])/g, "{&#8203;");

/** A ticket of Zendesk's API, with an internal comment. */
const toZendesk = (notice: Notice): unknown => ({
  ticket: {
    subject: notice.title,
    comment: {
      html_body: lines(notice)
        .map((line) => `<p>${forZendesk(line)}</p>`)
        .join(""),
      public: false,
    },
    external_id: notice.about,
    tags: ["ikefrag"],
  },
});

/**
 * The body of a message in a form.
 *
 * @param payload the message as JSON
 * @returns JSON
 */
export function toBody(
  payload: string,
  { format, jira }: { format: WebhookFormat; jira: JiraSettings | null },
  language: Language,
): string {
  if (format === "standard") return payload;
  const notice = toNotice(JSON.parse(payload), language);
  const { open } = messageWords(language);
  const bodies: Record<Exclude<WebhookFormat, "standard">, () => unknown> = {
    slack: () => toSlack(notice, open),
    teams: () => toTeams(notice, open),
    mattermost: () => toMattermost(notice, open),
    jira: () => toJira(notice, jira),
    servicenow: () => toServiceNow(notice),
    zendesk: () => toZendesk(notice),
  };
  return JSON.stringify(bodies[format]());
}
