/** The files and the pasted text that are to be analyzed: chosen, dropped, listed, taken away again. */
import type { End } from "../../../shared/schema/joined.ts";
import type { ChosenFile } from "./analyzer/messages.ts";
import { fromTemplate, part, sizeText, type Words } from "./parts.ts";

/** What is to be analyzed. */
export interface FileList {
  all(): ChosenFile[];
}

const ENDS: ReadonlySet<string> = new Set(["client", "gateway", "between"] satisfies End[]);

/** @param onFiles told when files came, or when it was said where one was made */
export function acceptDrops(root: HTMLElement, words: Words, onFiles: () => void): FileList {
  const input = part<HTMLInputElement>(root, "choose");
  const drop = part(root, "drop");
  const list = part(root, "files");
  const pasted = part<HTMLTextAreaElement>(root, "paste");
  const rows = new Map<HTMLElement, File>();

  const add = (files: Iterable<File>) => {
    const given = [...files];
    for (const file of given) {
      const row = fromTemplate(root, "file-row");
      part(row, "file-name").textContent = file.name;
      part(row, "file-size").textContent = sizeText(file.size);
      const where = part<HTMLSelectElement>(row, "file-end");
      where.setAttribute("aria-label", `${words.where}: ${file.name}`);
      where.addEventListener("change", onFiles);
      const away = part<HTMLButtonElement>(row, "file-away");
      away.setAttribute("aria-label", `${away.textContent}: ${file.name}`);
      away.addEventListener("click", () => {
        rows.delete(row);
        row.remove();
        input.focus();
      });
      rows.set(row, file);
      list.append(row);
    }
    if (given.length > 0) onFiles();
  };

  input.addEventListener("change", () => {
    add(input.files ?? []);
    // The same file may be chosen again after it was taken away.
    input.value = "";
  });
  // Beside the marked place too: the browser would leave the page to show the file.
  for (const name of ["dragenter", "dragover"] as const)
    document.addEventListener(name, (event) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      drop.classList.add("over");
    });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer?.types.includes("Files") !== true) return;
    event.preventDefault();
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });

  return {
    all() {
      const files = [...rows].map(([row, file]): ChosenFile => {
        const end = part<HTMLSelectElement>(row, "file-end").value;
        return { file, end: ENDS.has(end) ? (end as End) : null };
      });
      const text = pasted.value.trim();
      if (text !== "") files.push({ file: new File([pasted.value], words.pasted ?? "text"), end: null });
      return files;
    },
  };
}
