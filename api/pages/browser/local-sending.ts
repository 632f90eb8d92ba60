/**
 * Sends what was analyzed to a case, by who has the case's code. What would be sent is made first, minimised
 * and with pseudonyms, and is shown whole; only then there is a button that sends it.
 */
import type { Answer, PreparedFile } from "./analyzer/messages.ts";
import { fromTemplate, part, saveLink, sizeText, type Words } from "./parts.ts";

/** What may be sent. */
export type Prepared = Extract<Answer, { kind: "prepared" }>;

/** Begins anew, for what was analyzed last. @param prepare makes what may be sent */
export function offerSending(root: HTMLElement, words: Words, prepare: () => Promise<Prepared | null>): void {
  const preview = part(root, "preview");
  const begin = part<HTMLButtonElement>(root, "prepare");
  preview.hidden = true;
  begin.hidden = false;
  begin.onclick = async () => {
    const prepared = await prepare();
    if (prepared === null) return;
    begin.hidden = true;
    showPrepared(root, words, prepared);
    preview.hidden = false;
    part<HTMLInputElement>(root, "code").focus();
  };
}

function showPrepared(root: HTMLElement, words: Words, { files, leftOut }: Prepared): void {
  const list = part(root, "prepared");
  const chosen = new Map<PreparedFile, HTMLInputElement>();
  list.replaceChildren(
    ...files.map((file) => {
      const row = fromTemplate(root, "prepared-row");
      const isWanted = part<HTMLInputElement>(row, "wanted");
      chosen.set(file, isWanted);
      part(row, "prepared-name").textContent = file.name;
      part(row, "prepared-size").textContent = sizeText(file.bytes.length);
      part(row, "prepared-shown").textContent = file.shown + (file.isCut ? `\n${words.cut}` : "");
      const save = part<HTMLAnchorElement>(row, "prepared-save");
      save.download = file.name;
      saveLink(save, file.bytes, "application/octet-stream");
      return row;
    }),
    ...leftOut.map(({ name, why }) => {
      const item = document.createElement("li");
      const own = document.createElement("bdi");
      own.textContent = name;
      item.append(own, `: ${words[why === "evidence" ? "leftEvidence" : "leftUnusable"]}`);
      return item;
    }),
  );
  const form = part<HTMLFormElement>(root, "send");
  const said = part(root, "sent");
  said.textContent = "";
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = part<HTMLButtonElement>(form, "send-button");
    const wanted = files.filter((file) => chosen.get(file)?.checked);
    const code = part<HTMLInputElement>(form, "code").value.trim();
    if (wanted.length === 0) return tell(said, words.nothing ?? "", true);
    button.disabled = true;
    try {
      const { reportId, reportUrl } = await send(code, wanted);
      tell(said, `${words.sent} `, false);
      const link = document.createElement("a");
      link.href = new URL(reportUrl).pathname;
      link.textContent = reportId;
      said.append(link);
    } catch (error) {
      tell(said, error instanceof Error ? error.message : String(error), true);
    }
    button.disabled = false;
  };
}

function tell(place: HTMLElement, text: string, isBad: boolean): void {
  place.textContent = text;
  place.classList.toggle("bad", isBad);
}

async function send(
  code: string,
  files: readonly PreparedFile[],
): Promise<{ reportId: string; reportUrl: string }> {
  const form = new FormData();
  for (const { name, end, bytes } of files) form.append(end ?? "file", new File([bytes], name));
  const language = document.documentElement.lang;
  const answer = await fetch(`/v1/case-analyses/${encodeURIComponent(code)}?lang=${language}`, {
    method: "POST",
    body: form,
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}
