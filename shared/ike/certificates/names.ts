/**
 * Names in certificates as text: of subjects and issuers, and those of subjectAltName. All of it is a
 * stranger's.
 */
import { type Cursor, MalformedError } from "../../bytes/cursor.ts";
import { contextTag, readElement, readOid, readTagged, Tag } from "./der.ts";

/** What a report has room for. */
const MAX_NAME_CHARACTERS = 256;
/** Parts of one subject, and names in one subjectAltName: more than any real certificate needs. */
const MAX_PARTS = 32;
const MAX_NAMES = 64;

/** The short names of RFC 4514 §3, and those that Windows and openssl show. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "0.9.2342.19200300.100.1.25": "DC",
  "1.2.840.113549.1.9.1": "emailAddress",
};
/** A person's, and no name of a gateway: a report says that there is one, and not which. */
const EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

/** A distinguished name. */
export interface DistinguishedName {
  /** RFC 4514, the most specific part first: `CN=vpn.example.com,O=Example,C=JP`. */
  text: string;
  /** The most specific CN as it stands there. */
  commonName: string | null;
}

/**
 * Reads a Name, RFC 5280 §4.1.2.4.
 *
 * @param content of its SEQUENCE
 * @throws {WireError} it is none
 */
export function readDistinguishedName(content: Cursor, field: string): DistinguishedName {
  const parts: string[] = [];
  let commonName: string | null = null;
  while (content.left > 0 && parts.length < MAX_PARTS) {
    const set = readTagged(content, Tag.SET, field);
    const together: string[] = [];
    while (set.left > 0 && together.length < MAX_PARTS) {
      const pair = readTagged(set, Tag.SEQUENCE, field);
      const type = readOid(pair, field);
      const { tag, content: value } = readElement(pair, field);
      const text = readString(tag, value);
      if (type === "2.5.4.3") commonName = text;
      together.push(`${ATTRIBUTES[type] ?? type}=${type === EMAIL_ADDRESS ? "…" : escaped(text)}`);
    }
    parts.push(together.join("+"));
  }
  return { text: cut(parts.toReversed().join(",")), commonName };
}

/** What the subjectAltName says, RFC 5280 §4.2.1.6; e-mail addresses and other kinds are left out. */
export interface AlternativeNames {
  /** dNSName entries: names, and with some gateways addresses as text. */
  dnsNames: string[];
  /** iPAddress entries. */
  addresses: string[];
  /** There are more than are kept here. */
  more: boolean;
}

/**
 * Reads a subjectAltName.
 *
 * @param content of its SEQUENCE
 * @throws {WireError} it is none
 */
export function readAlternativeNames(content: Cursor): AlternativeNames {
  const names: AlternativeNames = { dnsNames: [], addresses: [], more: false };
  while (content.left > 0) {
    const { tag, content: value } = readElement(content, "subjectAltName");
    const list =
      tag === contextTag(2, "primitive")
        ? names.dnsNames
        : tag === contextTag(7, "primitive")
          ? names.addresses
          : null;
    if (list === null) continue;
    if (names.dnsNames.length + names.addresses.length === MAX_NAMES) {
      names.more = true;
      break;
    }
    list.push(list === names.dnsNames ? readString(Tag.IA5_STRING, value) : readAddress(value));
  }
  return names;
}

function readAddress(content: Cursor): string {
  const bytes: number[] = [];
  while (content.left > 0 && bytes.length < 17) bytes.push(content.u8("iPAddress"));
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new MalformedError("Cannot read iPAddress: it is no address");
  return ipv6Text(bytes);
}

/** RFC 5952 §4: the longest run of zeros is left out, the first of equal ones, and never a single one. */
function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16),
  );
  const runs = [...groups.join(":").matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].map(([run]) => run);
  const longest = runs.toSorted((a, b) => b.length - a.length)[0];
  if (longest === undefined) return groups.join(":");
  const text = groups.join(":");
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${text.slice(0, at).replace(/:$/, "")}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}

/** Reads a string of any of the kinds of RFC 5280 §4.1.2.4; what is none is shown as hex digits. */
function readString(tag: number, content: Cursor): string {
  const bytes = Math.min(content.left, MAX_NAME_CHARACTERS * 4);
  switch (tag) {
    case Tag.UTF8_STRING:
    case Tag.NUMERIC_STRING:
    case Tag.PRINTABLE_STRING:
    case Tag.IA5_STRING:
    case Tag.VISIBLE_STRING:
      return plain(new TextDecoder().decode(content.take(bytes, "string")));
    case Tag.TELETEX_STRING:
      return plain(String.fromCharCode(...content.take(bytes, "string")));
    case Tag.BMP_STRING: {
      const units = Array.from({ length: bytes >> 1 }, () => content.u16("string"));
      return plain(String.fromCharCode(...units));
    }
    case Tag.UNIVERSAL_STRING: {
      const points = Array.from({ length: bytes >> 2 }, () => content.u32("string"));
      return plain(String.fromCodePoint(...points.map((point) => (point > 0x10ffff ? 0xfffd : point))));
    }
    default:
      return `#${content.hex(Math.min(bytes, 32), "string")}`;
  }
}

/** Without what moves a cursor or turns the direction of writing, and without halves of characters. */
const plain = (text: string): string => cut(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "\ufffd"));

const cut = (text: string): string =>
  text.length <= MAX_NAME_CHARACTERS ? text : `${text.slice(0, MAX_NAME_CHARACTERS - 1).toWellFormed()}…`;

/** RFC 4514 §2.4. */
const escaped = (text: string): string => text.replace(/[,+"\\<>;=]/g, "\\$&");
