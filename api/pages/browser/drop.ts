/** Takes what is dropped or pasted anywhere in the console, and sends it as the form of its dialogue. */

/** Starts it where the page has the dialogue; a page with a place of its own to drop things has none. */
export function startDrops(): void {
  const template = document.querySelector<HTMLTemplateElement>("template#drop");
  const source = template?.content.firstElementChild;
  if (!template || !source) return;
  for (const hint of document.querySelectorAll<HTMLElement>("[data-drop-hint]")) hint.hidden = false;
  let open: Dropped | null = null;
  const dialogue = (): Dropped => {
    open ??= new Dropped(document.importNode(source, true) as HTMLDialogElement, () => {
      open = null;
    });
    return open;
  };
  const curtain = document.createElement("div");
  curtain.className = "curtain";
  curtain.textContent = template.dataset.here ?? "";
  curtain.hidden = true;
  document.body.append(curtain);

  /** A field takes text that is dropped on it by itself, and so does the list of a file field with files. */
  const isOurs = ({ target, dataTransfer }: DragEvent): boolean => {
    const types = dataTransfer?.types ?? [];
    if (types.includes("Files")) return !(target instanceof HTMLInputElement && target.type === "file");
    return (
      types.includes("text/plain") && !(target instanceof HTMLElement && target.matches("input, textarea"))
    );
  };
  // What is dragged within the page, such as a link, is not dropped on it.
  let isInside = false;
  document.addEventListener("dragstart", () => {
    isInside = true;
  });
  document.addEventListener("dragend", () => {
    isInside = false;
  });
  document.addEventListener("dragover", (event) => {
    if (isInside) return;
    const ours = isOurs(event);
    curtain.hidden = !ours;
    if (ours) event.preventDefault();
  });
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) curtain.hidden = true;
  });
  document.addEventListener("drop", (event) => {
    curtain.hidden = true;
    if (isInside || !isOurs(event)) return;
    event.preventDefault();
    dialogue().take(event.dataTransfer);
  });
  document.addEventListener("paste", (event) => {
    const { target, clipboardData } = event;
    if (target instanceof HTMLElement && target.matches("input, textarea, [contenteditable]")) {
      if (open === null || (clipboardData?.files.length ?? 0) === 0) return;
    }
    if (!clipboardData || clipboardData.types.length === 0) return;
    event.preventDefault();
    dialogue().take(clipboardData);
  });
}

/** The dialogue while it is open: what comes is added to what is there. */
class Dropped {
  readonly #dialog: HTMLDialogElement;
  readonly #form: HTMLFormElement;
  readonly #text: HTMLTextAreaElement;
  readonly #files: HTMLInputElement;

  constructor(dialog: HTMLDialogElement, onClose: () => void) {
    const part = <T extends HTMLElement>(selector: string): T => {
      const found = dialog.querySelector<T>(selector);
      if (found === null) throw new Error(`The dialogue has no ${selector}`);
      return found;
    };
    this.#dialog = dialog;
    this.#form = part("form");
    this.#text = part("textarea");
    this.#files = part("input[type=file]");
    const where = part<HTMLSelectElement>("select");
    document.body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      onClose();
    });
    part("[data-close]").addEventListener("click", () => dialog.close());
    this.#files.addEventListener("change", () => this.#list());
    this.#form.addEventListener("submit", () => {
      const { value } = where;
      this.#files.name = value;
      const { gateway } = this.#form.dataset;
      if (gateway === undefined || (value !== "gateway" && value !== "between")) return;
      // The gateway's side is held against all reports of the case; there its own files are just "file".
      this.#form.action = gateway;
      this.#files.name = value === "gateway" ? "file" : value;
      for (const name of ["case", "keep"]) this.#form.querySelector(`[name=${name}]`)?.remove();
    });
    dialog.showModal();
    this.#text.focus();
  }

  take(data: DataTransfer | null): void {
    const text = data?.files.length ? "" : (data?.getData("text/plain") ?? "");
    if (text.trim() !== "") this.#text.value += this.#text.value === "" ? text : `\n${text}`;
    const all = new DataTransfer();
    for (const file of [...(this.#files.files ?? []), ...(data?.files ?? [])]) all.items.add(file);
    this.#files.files = all.files;
    this.#list();
    this.#dialog.querySelector<HTMLElement>("button.primary")?.focus();
  }

  #list(): void {
    const names = [...(this.#files.files ?? [])].map(({ name }) => {
      const item = document.createElement("li");
      const isolated = document.createElement("bdi");
      isolated.textContent = name;
      item.append(isolated);
      return item;
    });
    this.#dialog.querySelector("[data-names]")?.replaceChildren(...names);
  }
}
