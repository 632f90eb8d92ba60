/** How long a button says that it has copied. */
const SAID_MS = 1_600;

/**
 * Puts a button behind every line that is there to be copied. Without scripts a click selects the whole line.
 *
 * @param root the page, or a part that came later
 */
export function addCopyButtons(root: ParentNode): void {
  for (const line of root.querySelectorAll<HTMLElement>("[data-copy]")) {
    const { copy = "", copied = "", copies } = line.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = copies === undefined ? "copy" : "copy primary";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      // A long text names itself: its button stands before it.
      const text = copies === undefined ? line : document.getElementById(copies);
      if (text !== null) await copyText(text);
      button.textContent = copied;
      setTimeout(() => {
        button.textContent = copy;
      }, SAID_MS);
    });
    line.after(button);
  }
}

async function copyText(line: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(line.textContent ?? "");
  } catch {
    // Where a page may not write to the clipboard, such as over plain http.
    getSelection()?.selectAllChildren(line);
    document.execCommand("copy");
  }
}
