/** What the landing page and its worker say to each other. */
import type { Language } from "../../../../shared/language.ts";
import type { CopyWords } from "../../../../shared/report/advice.ts";
import type { End } from "../../../../shared/schema/joined.ts";
import type { Tree } from "./markup-tree.ts";

/** A file that was chosen or dropped, or a text that was pasted. */
export interface ChosenFile {
  file: File;
  /** Where it was made; `null` where nobody says so. */
  end: End | null;
}

/** What the page asks for; each worker does one thing. */
export type Order =
  | {
      kind: "analyze";
      files: readonly ChosenFile[];
      /** The VPN gateway as the person names it; empty where nobody did. */
      gateway: string;
      language: Language;
      copy: CopyWords;
    }
  /** Makes what may be sent to a case. */
  | { kind: "prepare"; files: readonly ChosenFile[] };

/** A file as it may be sent: minimised, and with pseudonyms. */
export interface PreparedFile {
  name: string;
  end: End | null;
  kind: "capture" | "text";
  bytes: Uint8Array<ArrayBuffer>;
  /** What is in it, for the sender to read: a text as it is, a capture line by line. */
  shown: string;
  /** Whether there is more of it than is shown. */
  isCut: boolean;
}

/** What came of the order. */
export type Answer =
  /** `read` of `total` bytes. */
  | { kind: "progress"; read: number; total: number }
  | {
      kind: "analyzed";
      title: string;
      sections: Tree[];
      /** The report as one file, and the diagnosis as `ikefrag analyze --json` prints it. */
      html: string;
      json: string;
    }
  | { kind: "prepared"; files: PreparedFile[]; leftOut: { name: string; why: "evidence" | "unusable" }[] }
  /** None of the files can be used. */
  | { kind: "unusable"; why: string }
  | { kind: "failed"; why: string };
