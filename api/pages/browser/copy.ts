/** How long a button says that it has copied. */
const SAID_MS = 1_600;

/** What is longer than a line of a command names no button. */
const MOST_NAMED = 200;

/**
 * Puts a button behind every line that is there to be copied. Without scripts a click selects the whole line.
 *
 * @param root the page, or a part that came later
 */
export function addCopyButtons(root: ParentNode): void {
  const said = liveRegion();
  const names = new Set<string>();
  for (const line of root.querySelectorAll<HTMLElement>("[data-copy]")) {
    const { copy = "", copied = "", copies } = line.dataset;
    const button = document.createElement("button");
    button.type = "button";
    button.className = line.dataset.first === undefined ? "copy" : "copy primary";
    // Several buttons on a page say "Copy": each has the name of what it copies.
    const label = line.parentElement?.querySelector(".label")?.textContent || line.textContent || "";
    // A whole message has a button that says what it is.
    const own = copies === undefined && label.length <= MOST_NAMED ? label : "";
    const name = names.has(own) ? `${own}: ${line.textContent}` : own;
    names.add(name);
    const say = (word: string): string => (name === "" ? word : `${word}: ${name}`);
    const show = (word: string): void => {
      button.textContent = word;
      if (name !== "") button.setAttribute("aria-label", say(word));
    };
    show(copy);
    // The button is the stop of the keyboard now.
    line.removeAttribute("tabindex");
    button.addEventListener("click", async () => {
      // A long text names itself: its button stands before it.
      const text = copies === undefined ? line : document.getElementById(copies);
      if (text !== null) await copyText(text);
      show(copied);
      said.textContent = say(copied);
      setTimeout(() => show(copy), SAID_MS);
    });
    line.after(button);
  }
}

/** Where it is said to who does not see the button that it was copied. */
function liveRegion(): HTMLElement {
  const known = document.querySelector<HTMLElement>("[data-said]");
  if (known !== null) return known;
  const region = document.createElement("p");
  region.className = "unseen";
  region.dataset.said = "";
  region.setAttribute("aria-live", "polite");
  document.body.append(region);
  return region;
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
