/**
 * An e-mail that was not sent yet, as a file: a mail program opens it with its text and its attachments, to
 * be read once more and sent. RFC 5322 and RFC 2045 ff.
 */
import { toBase64 } from "../../shared/bytes/base64.ts";

/** A file that goes with an e-mail. */
export interface MailFile {
  /** ASCII letters, digits, `.`, `-` and `_`. */
  name: string;
  type: string;
  bytes: Uint8Array;
}

const LINE_CHARACTERS = 76;
const encoder = new TextEncoder();

/** Base64 in lines that every mail program takes, RFC 2045 §6.8. */
const encoded = (bytes: Uint8Array): string =>
  (toBase64(bytes).match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? []).join("\r\n");

/** So many bytes of UTF-8 fit an encoded word, RFC 2047 §2. */
const WORD_BYTES = 45;

/** A subject in encoded words, none of which ends within a character. */
function encodedSubject(subject: string): string {
  const words: string[] = [];
  let word = "";
  for (const character of subject.replace(/[\r\n]+/g, " ")) {
    if (encoder.encode(word + character).length > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  words.push(word);
  return words.map((each) => `=?UTF-8?B?${toBase64(encoder.encode(each))}?=`).join("\r\n ");
}

/**
 * The e-mail as the text of an `.eml` file, without sender and receiver.
 *
 * @param boundary what separates its parts: of its own, and in none of them, which base64 makes sure of
 */
export function draftMail(
  { subject, text }: { subject: string; text: string },
  files: readonly MailFile[],
  boundary = "=_ikefrag_draft",
): string {
  const part = (headers: readonly string[], bytes: Uint8Array): string =>
    [`--${boundary}`, ...headers, "Content-Transfer-Encoding: base64", "", encoded(bytes)].join("\r\n");
  return [
    `Subject: ${encodedSubject(subject)}`,
    // Programs that know this header open it for sending and not as something received.
    "X-Unsent: 1",
    "MIME-Version: 1.0",
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
    "",
    part(["Content-Type: text/plain; charset=utf-8"], encoder.encode(text.replace(/\r?\n/g, "\r\n"))),
    ...files.map(({ name, type, bytes }) =>
      part(
        [`Content-Type: ${type}; name="${name}"`, `Content-Disposition: attachment; filename="${name}"`],
        bytes,
      ),
    ),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}

/** Longer addresses are cut or refused: Windows hands programs no more than some 2,000 characters. */
const MOST_ADDRESS_CHARACTERS = 1_900;

/**
 * The address of a link that opens an e-mail with a subject and a text.
 *
 * @param texts the text in several lengths, the fullest first: the first one that fits is taken
 */
export function mailtoAddress(subject: string, texts: readonly string[]): string {
  const addressOf = (body: string): string =>
    `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body.replace(/\r?\n/g, "\r\n"))}`;
  const fitting = texts.map(addressOf).find((address) => address.length <= MOST_ADDRESS_CHARACTERS);
  return fitting ?? addressOf("");
}
