/**
 * Names the language of a Windows whose `ping` was pasted, for a person who reads what was read. What stands
 * in a paste is read without knowing its language. Only of a heading that has nothing but sentences below it,
 * known words prove that it is one.
 */
import type { TextLine } from "./format.ts";

/** By BCP 47 tag: how a reply, a heading and a lost echo begin or end. */
const WORDS: readonly (readonly [tag: string, words: RegExp])[] = [
  ["en", /\bReply from |bytes of data[:：]|^\s*Request timed out/],
  ["ja", /からの応答|バイトのデータ|要求がタイムアウト/],
  ["de", /\bAntwort von |Ping wird ausgeführt|Zeit[üu]berschreitung der Anforderung/],
  ["zh-Hans", /^\s*来自 |字节的数据|请求超时/],
  ["zh-Hant", /回覆自 |位元組的資料|要求等候逾時/],
  ["fr", /Réponse de |octets de données|de la demande dépassé/],
  ["es", /Respuesta desde |Haciendo ping a|Tiempo de espera agotado/],
  ["pt", /Resposta de |bytes de dados|Esgotado o tempo limite/],
  ["it", /Risposta da |Esecuzione di Ping|Richiesta scaduta/],
  ["ru", /Ответ от |Обмен пакетами|Превышен интервал/],
  ["uk", /Відповідь від |Обмін пакетами|Перевищено інтервал/],
  ["ko", /의 응답[:：]|바이트 데이터|요청 시간이 만료/],
  ["nl", /Antwoord van |Pingen naar /],
  ["pl", /Odpowiedź z |bajtami danych/],
  ["cs", /Odpověď od |Příkaz PING/],
  ["sv", /Svar från |Skickar ping-signal/],
  ["fi", /Vastaus isännältä|Pyyntö aikakatkaistiin/],
  ["hu", /^\s*Válasz |pingelése/],
  ["tr", /cevabı[:：]|bayt veri ile ping/],
  ["el", /Απάντηση από |Γίνεται Ping/],
  ["ro", /Răspuns de la |Se trimite ping/],
];

/** The tag of the one language whose words stand in the lines; `null`: no known words, or two languages'. */
export function nameLanguage(lines: readonly TextLine[]): string | null {
  const named = new Set<string>();
  for (const { text } of lines.slice(0, 16)) {
    const [tag] = WORDS.find(([, words]) => words.test(text.slice(0, 200))) ?? [];
    if (tag !== undefined) named.add(tag);
  }
  const [only = null] = named;
  return named.size === 1 ? only : null;
}
