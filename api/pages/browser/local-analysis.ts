/** The landing page's analysis: files and texts are read by the analyzer in this browser, and go nowhere. */
import type { Answer, ChosenFile, Order } from "./analyzer/messages.ts";
import { addCopyButtons } from "./copy.ts";
import { acceptDrops, type FileList } from "./local-files.ts";
import { offerSending, type Prepared } from "./local-sending.ts";
import { part, saveLink, type Words } from "./parts.ts";
import { elementsOf } from "./tree.ts";
import { startAnalyzer } from "./trusted-worker.ts";

/** Starts the part of the page, where the page has it. */
export function startLocalAnalysis(): void {
  const root = document.querySelector<HTMLElement>("[data-local]");
  if (root !== null) new LocalAnalysis(root).start();
}

class LocalAnalysis {
  readonly #root: HTMLElement;
  readonly #words: Words;
  readonly #status: HTMLElement;
  readonly #bar: HTMLProgressElement;
  readonly #cancel: HTMLButtonElement;
  readonly #result: HTMLElement;
  #files!: FileList;
  /** The worker at work, which is ended when it has answered or is not waited for any more. */
  #worker: Worker | null = null;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#words = JSON.parse(root.dataset.words ?? "{}");
    this.#status = part(root, "status");
    this.#bar = part<HTMLProgressElement>(root, "progress");
    this.#cancel = part<HTMLButtonElement>(root, "cancel");
    this.#result = part(root, "result");
  }

  start(): void {
    const form = part<HTMLFormElement>(this.#root, "form");
    form.hidden = false;
    this.#files = acceptDrops(this.#root, this.#words, () => this.#analyze());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#analyze();
    });
    this.#cancel.addEventListener("click", () => {
      this.#end();
      this.#say("cancelled");
    });
  }

  async #analyze(): Promise<void> {
    const files = this.#files.all();
    this.#end();
    this.#result.hidden = true;
    if (files.length === 0) {
      this.#say("nothing");
      return;
    }
    const { copy = "", copied = "" } = this.#words;
    const language = document.documentElement.lang === "ja" ? "ja" : "en";
    const gateway = part<HTMLInputElement>(this.#root, "gateway").value.trim();
    const answer = await this.#carryOut({
      kind: "analyze",
      files,
      gateway,
      language,
      copy: { copy, copied },
    });
    if (answer.kind === "analyzed") this.#show(answer, files);
  }

  /**
   * Gives a worker of its own something to do, and shows how far it is.
   *
   * @returns what came of it; nothing ever where it was cancelled. What went wrong has been said
   */
  #carryOut(order: Order): Promise<Answer> {
    this.#say("working");
    this.#bar.removeAttribute("value");
    this.#bar.hidden = this.#cancel.hidden = false;
    const worker = startAnalyzer(this.#root.dataset.analyzer ?? "");
    this.#worker = worker;
    return new Promise((resolve) => {
      const end = (answer: Answer) => {
        this.#end();
        if (answer.kind === "unusable" || answer.kind === "failed") this.#say(answer.kind, answer.why);
        else this.#say(null);
        resolve(answer);
      };
      worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
        if (data.kind !== "progress") {
          end(data);
          return;
        }
        this.#bar.max = data.total;
        this.#bar.value = Math.min(data.read, data.total);
      });
      worker.addEventListener("error", ({ message }) => end({ kind: "failed", why: message }));
      worker.postMessage(order);
    });
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#bar.hidden = this.#cancel.hidden = true;
  }

  #say(key: string | null, more = ""): void {
    this.#status.textContent = key === null ? "" : [this.#words[key], more].filter(Boolean).join(" ");
    this.#status.classList.toggle("bad", key === "unusable" || key === "failed");
  }

  #show({ sections, html, json, title }: Extract<Answer, { kind: "analyzed" }>, files: ChosenFile[]): void {
    const report = part(this.#root, "report");
    report.replaceChildren(elementsOf(sections));
    addCopyButtons(report);
    saveLink(part<HTMLAnchorElement>(this.#root, "save-html"), html, "text/html");
    saveLink(part<HTMLAnchorElement>(this.#root, "save-json"), json, "application/json");
    offerSending(this.#root, this.#words, () => this.#prepared(files));
    this.#result.hidden = false;
    this.#say("done", title);
    const heading = report.querySelector<HTMLElement>("h1");
    if (heading === null) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    this.#result.scrollIntoView({ block: "start" });
  }

  async #prepared(files: ChosenFile[]): Promise<Prepared | null> {
    this.#end();
    const answer = await this.#carryOut({ kind: "prepare", files });
    return answer.kind === "prepared" ? answer : null;
  }
}
