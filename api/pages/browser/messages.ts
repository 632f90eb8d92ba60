/**
 * Drawings that answer: a message of a chart opens its fields and bytes beside it, and a finding lights up
 * what carries it. Without scripts the same links lead down the page.
 */

/** Where a link within the page leads. */
const targetOf = (link: Element): Element | null => {
  const href = link.getAttribute("href") ?? "";
  return href.startsWith("#") ? document.getElementById(href.slice(1)) : null;
};

/** Lights up what the links of a statement lead to, while it is pointed at or has the focus. */
export function lightEvidence(): void {
  for (const statement of document.querySelectorAll("li:has(> .refs), dd:has(> .refs)")) {
    const carriers = [...statement.querySelectorAll(".refs a[href^='#']")].flatMap(
      (link) => targetOf(link) ?? [],
    );
    const light = (isLit: boolean) => {
      for (const carrier of carriers) carrier.classList.toggle("lit", isLit);
    };
    for (const [event, isLit] of [
      ["mouseenter", true],
      ["mouseleave", false],
      ["focusin", true],
      ["focusout", false],
    ] as const)
      statement.addEventListener(event, () => light(isLit));
  }
}

/** Opens the messages of drawings in a dialogue, one after the other with the arrow keys. */
export function openMessages(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#message-dialog");
  const body = dialog?.querySelector<HTMLElement>("[data-fields]");
  const title = dialog?.querySelector<HTMLElement>("h2");
  const bytes = dialog?.querySelector<HTMLElement>("pre");
  const links = [...document.querySelectorAll<SVGAElement>(".chart a[href^='#message-']")];
  if (!dialog || !body || !title || !bytes || links.length === 0) return;
  const { loading = "", failed = "" } = dialog.dataset;
  let at = 0;

  const show = async (to: number): Promise<void> => {
    const link = links[to];
    const fields = link && targetOf(link);
    if (!link || !fields) return;
    at = to;
    for (const other of links) other.classList.toggle("lit", other === link);
    title.replaceChildren(...clonesOf(fields.closest("details")?.querySelector("summary")));
    body.replaceChildren(
      ...clonesOf(fields.querySelector("dl")?.parentElement).filter((node) => !isBytes(node)),
    );
    const where = fields.querySelector<HTMLAnchorElement>("a.bytes")?.href;
    bytes.hidden = where === undefined;
    if (where === undefined) return;
    bytes.textContent = loading;
    const answer = await fetch(where, { headers: { accept: "text/plain" } }).catch(() => null);
    const text = answer?.ok ? await answer.text() : failed;
    // Somebody may have gone on to another message meanwhile.
    if (at === to) bytes.textContent = text;
  };

  for (const [n, link] of links.entries())
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      void show(n);
      dialog.showModal();
    });
  const step = (by: number) => void show((at + by + links.length) % links.length);
  dialog.addEventListener("keydown", (event) => {
    // In the bytes the arrows scroll.
    if (event.target === bytes) return;
    if (event.key === "ArrowLeft" || event.key === "ArrowUp") step(-1);
    else if (event.key === "ArrowRight" || event.key === "ArrowDown") step(1);
    else return;
    event.preventDefault();
  });
  dialog.querySelector("[data-before]")?.addEventListener("click", () => step(-1));
  dialog.querySelector("[data-after]")?.addEventListener("click", () => step(1));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    for (const link of links) link.classList.remove("lit");
    links[at]?.focus();
  });
}

const isBytes = (node: Node): boolean => node instanceof Element && node.querySelector("a.bytes") !== null;

const clonesOf = (element: Element | null | undefined): Node[] =>
  [...(element?.childNodes ?? [])].map((node) => node.cloneNode(true));
