/** Takes out of a pasted text what tells whose it is, as far as that can be recognised. */
import { ADDRESS_BYTES, addressText, bytesOfAddress } from "../packet/address.ts";
import type { AddressPseudonyms } from "../packet/pseudonyms.ts";

/** What looks like an address; times and MAC addresses do too, and what is none is left alone. */
const ADDRESS =
  /(?<![\w:.])(?:(?:[\da-f]{0,4}:){2,8}(?:(?:\d{1,3}\.){3}\d{1,3}(?!\d)|[\da-f]{0,4})(?![\w:])|(?:\d{1,3}\.){3}\d{1,3}(?!\d))/gi;
/** The part behind the maker's three bytes tells the device. */
const MAC = /(?<![\w:-])((?:[\da-f]{2}([:-])){2}[\da-f]{2})(?:\2[\da-f]{2}){3}(?![\w:-])/gi;
const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
/** A user's folder, in prompts and paths of Windows, Linux and macOS. */
const HOME = /((?:[a-z]:)?[\\/](?:users|home)[\\/])[^\\/:*?"<>|\r\n$#>]+/gi;

/**
 * The same text with pseudonyms in place of IP addresses, such as those of the captures beside it; with zeros
 * in MAC addresses; and without mail addresses and the names of users' folders. Names that nothing marks as
 * such stay: whoever sends the text reads it first.
 */
export function hidePeople(text: string, pseudonyms: AddressPseudonyms): string {
  const replaced = (address: string): string => {
    const bytes = bytesOfAddress(address);
    if (bytes === null) return address;
    const family = bytes.length === ADDRESS_BYTES[4] ? 4 : 6;
    pseudonyms.replace(family, bytes, 0);
    return addressText(family, bytes, 0);
  };
  return text
    .replace(MAC, (_, maker: string, separator: string) => `${maker}${`${separator}00`.repeat(3)}`)
    .replace(MAIL, "name@example.invalid")
    .replace(HOME, "$1user")
    .replace(ADDRESS, replaced);
}
