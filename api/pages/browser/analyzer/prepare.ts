/** Makes of files what may be sent to a case: only what a diagnosis needs, and nobody's addresses. */
import { concatBytes } from "../../../../shared/bytes/concat.ts";
import { UnreadableCaptureError } from "../../../../shared/capture/foreign.ts";
import { hidePeople } from "../../../../shared/evidence/hide-people.ts";
import { type GivenFile, textIn } from "../../../../shared/evidence/load-files.ts";
import { sortText } from "../../../../shared/evidence/sort-text.ts";
import { UnusableInputError } from "../../../../shared/evidence/unusable-input.ts";
import { hmacOf } from "../../../../shared/ike/keys/key-material.ts";
import { AddressPseudonyms } from "../../../../shared/packet/pseudonyms.ts";
import { TextLines } from "../../../../shared/transcript/ike-record-lines.ts";
import { Minimizer } from "../../../../shared/transcript/minimize.ts";
import { pseudonymizePacket } from "../../../../shared/transcript/pseudonymize.ts";
import { readCapture } from "../../../../shared/transcript/read-capture.ts";
import type { Answer, PreparedFile } from "./messages.ts";

/** So much of a file is shown before it is sent. */
const SHOWN_CHARACTERS = 20_000;

/** Prepares all files with one key, which is used once and kept nowhere: an address stays the same in all. */
export async function prepareFiles(files: readonly GivenFile[]): Promise<Answer> {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const pseudonyms = new AddressPseudonyms((block) => hmacOf("sha256", key, block));
  const prepared: Extract<Answer, { kind: "prepared" }> = { kind: "prepared", files: [], leftOut: [] };
  for (const file of files) {
    const { name } = file;
    try {
      const text = await textIn(file);
      if (text === null) {
        prepared.files.push(await preparedCapture(file, pseudonyms));
        continue;
      }
      const sorted = sortText(name, text);
      if (sorted.kind === "outputs") prepared.files.push(preparedText(file, sorted.pasted.text, pseudonyms));
      else prepared.leftOut.push({ name, why: sorted.kind === "evidence" ? "evidence" : "unusable" });
    } catch (error) {
      if (!(error instanceof UnusableInputError || error instanceof UnreadableCaptureError)) throw error;
      prepared.leftOut.push({ name, why: "unusable" });
    }
  }
  return prepared;
}

function preparedText({ name, end }: GivenFile, whole: string, pseudonyms: AddressPseudonyms): PreparedFile {
  const text = hidePeople(whole, pseudonyms);
  const bytes = new TextEncoder().encode(text);
  // All of a text is shown: names that nothing marks as such are still in it.
  return { name, end, kind: "text", bytes, shown: text, isCut: false };
}

async function preparedCapture(file: GivenFile, pseudonyms: AddressPseudonyms): Promise<PreparedFile> {
  const { name, end } = file;
  const parts: Uint8Array[] = [];
  const minimizer = new Minimizer(
    (bytes) => void parts.push(bytes.slice()),
    (packet) => pseudonymizePacket(packet, pseudonyms),
  );
  const { frames, lastTimeMs } = await readCapture(name, file.chunks(), {
    maxIkeMessages: 0,
    onPacket: minimizer.onPacket,
  });
  minimizer.end(lastTimeMs === null ? null : { endedAtMs: lastTimeMs, frames });
  const bytes = new Uint8Array(concatBytes(parts));
  // What is shown is read from the very bytes that are sent.
  let shown = "";
  const lines = new TextLines((more) => {
    if (shown.length <= SHOWN_CHARACTERS)
      shown += typeof more === "string" ? more : new TextDecoder().decode(more);
  });
  await readCapture(name, bytes, { maxIkeMessages: 0, onIke: (message) => lines.add(message) });
  lines.flush();
  const isCut = shown.length > SHOWN_CHARACTERS;
  return { name, end, kind: "capture", bytes, shown: shown.slice(0, SHOWN_CHARACTERS), isCut };
}
